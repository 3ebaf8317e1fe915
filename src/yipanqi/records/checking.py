"""What a stranger who holds a certificate may know of it."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.utils import timezone

from yipanqi.records import selectors
from yipanqi.records.hours import hours_text


def public_facts(number: str, code: str) -> dict[str, Any] | None:
    """What a stranger with number and code may know; None where they do not belong together."""
    certificate = selectors.certificate_by_number(number[:80])
    given = code.strip().upper().encode()
    if certificate is None or not certificate.code or not secrets.compare_digest(certificate.code.encode(), given):
        return None
    name = json.loads(certificate.facts)["volunteer"]["name"]
    return {
        "number": certificate.number, "name": name[:1] + "*" * max(len(name) - 1, 1), "minutes": certificate.minutes, "hours": hours_text(certificate.minutes),
        "issuer": certificate.issuer.name, "issued_on": timezone.localdate(certificate.issued_at), "state": certificate.state,
        "being_checked": certificate.broken_since is not None, "revoked_on": timezone.localdate(certificate.decided_at) if certificate.state == "revoked" and certificate.decided_at else None,
    }  # fmt: skip
