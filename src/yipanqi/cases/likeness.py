"""Rows of a case ledger without any number: by what they are known again, so that a ledger imported twice doubles nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import F, Q

from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.selectors import plain
from yipanqi.cases.states import OPEN


class Likeness(NamedTuple):
    """What equal rows have in common: when the problem was found, if they say so, and a digest of that and of source,
    words and position. Class and severity may be corrected without making it another problem."""

    found_at: dt.datetime | None
    digest: str


def likeness(facts: Mapping[str, Any]) -> Likeness | None:
    """By what a row is known again; None where it has a number, of ours or of its source, or says nothing."""
    if facts.get("number") or facts.get("external_ref") or not facts.get("description"):
        return None
    place, found_at = facts.get("place"), facts.get("found_at")
    words = [plain(str(facts.get(name) or "")).strip() for name in ("source", "title", "description", "address")]
    where = [place.code if place else "", facts.get("lon"), facts.get("lat")]
    content = [*words, *where, found_at.astimezone(dt.UTC).isoformat() if found_at else ""]
    return Likeness(found_at, hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest())


def entered(wanted: Sequence[Likeness]) -> dict[Likeness, Case]:
    """The cases that imports entered from equal rows. An undated row is the same problem only as long as that is open."""
    if not wanted:
        return {}
    dates = [one.found_at for one in wanted if one.found_at]
    undated = Q(case__found_at=F("case__reported_at"), case__state__in=OPEN) if len(dates) < len(wanted) else Q(pk=None)
    made = CaseMove.objects.filter(Q(case__found_at__in=dates) | undated, verb="report_case", data__imported__in=[one.digest for one in wanted])
    by_digest: dict[str, Case] = {}
    for move in made.select_related("case").order_by("pk"):
        by_digest.setdefault(move.data["imported"], move.case)
    return {one: by_digest[one.digest] for one in wanted if one.digest in by_digest}
