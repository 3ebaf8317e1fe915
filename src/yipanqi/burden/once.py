"""Repeats of an anonymous complaint are known by hashes that name nobody (docs/adr/0025)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yipanqi.burden.models import Complaint
from yipanqi.kernel.actions import Conflict
from yipanqi.kernel.idempotency import content_digest
from yipanqi.kernel.personal import keyed_hash


def marks(request: HttpRequest) -> dict[str, str]:
    """What the complaint of a request keeps to be known again: hashes, under the installation's own key, of sender and
    Idempotency-Key, and of these with what was sent. Nothing without a key."""
    key, sender = request.headers.get("Idempotency-Key"), getattr(request.user, "actor_key", "")
    if not key:
        return {}
    told = f"burden.complain\x00{sender}\x00{key}"
    return {"once": keyed_hash(told), "once_for": keyed_hash(f"{told}\x00{content_digest(request)}")}


def entered_before(once: str = "", once_for: str = "") -> Complaint | None:
    """The complaint that was entered with these marks.

    Raises:
        Conflict: the key came before with other words.
    """
    found = Complaint.objects.filter(once=once).first() if once else None
    if found is not None and found.once_for != once_for:
        raise Conflict(_("此 Idempotency-Key 已用于另一项内容，请为新的请求换用新的键"))
    return found
