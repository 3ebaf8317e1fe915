"""One case: its shares, thread, photos, neighbours, and what its subject did before."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from yipanqi.cases.models import Assignment, Case, CaseMove, Extension
from yipanqi.cases.selectors.cells import cells_around
from yipanqi.cases.selectors.seeing import SUBJECT, sees_all, visible_to
from yipanqi.cases.states import Part, State
from yipanqi.files.models import Photo
from yipanqi.files.selectors import photos_of
from yipanqi.kernel.personal import keyed_hash
from yipanqi.people.models import Role, Unit, User, standing

ASKING = ("ask_extension", "ask_suspension")


def _kept(case: Case) -> dict[str, Any]:
    """Where Django keeps what was prefetched of a row, and forgets it when the row is refreshed."""
    return case.__dict__.setdefault("_prefetched_objects_cache", {})  # type: ignore[no-any-return]


def ever(case: Case) -> list[Assignment]:
    """All shares that units have or had in the case, oldest first; read once per `case` object (see `reread`)."""
    kept = _kept(case)
    if "assignments" not in kept:
        kept["assignments"] = case.assignments.select_related("unit").order_by("id")
    return list(kept["assignments"])


def live(case: Case) -> list[Assignment]:
    """The units that have a share in the case now, the leading one first."""
    parts = [a for a in ever(case) if a.state != Part.WITHDRAWN]
    found = sorted(parts, key=lambda a: (a.role != Assignment.Role.LEAD, a.pk))
    if found and found[0].unit_id == case.unit_id:
        case.unit = found[0].unit  # at hand for whoever asks for the leading unit's name or calendar
    return found


def sees(user: Any, case: Case) -> bool:
    """Whether the case is among those `visible_to` the user: the same rule, asked of one case with its shares at hand."""
    if sees_all(user) or not isinstance(user, User) or not user.is_active:
        return sees_all(user)
    if case.found_by_id == user.pk and user.roles - {Role.ADMIN}:
        return True
    units = user.units_as(Role.LIAISON, Role.UNIT_LEADER)
    return bool(units) and any(part.unit_id in units for part in ever(case))


def reread(case: Case) -> None:
    """Forget the shares read before: others were added, or changed behind the object's back."""
    _kept(case).pop("assignments", None)


def lead(case: Case) -> Assignment | None:
    """The leading unit's share, if the case was handed over."""
    return next((a for a in live(case) if a.role == Assignment.Role.LEAD), None)


def disputed_share(case: Case) -> Assignment | None:
    """The share whose dispute is ruled on next: the leading unit's before those of assisting units."""
    return next((a for a in live(case) if a.state == Part.DISPUTED), None)


def proposed_heir(case: Case) -> Unit | None:
    """The unit that the disputing one named for the share to be ruled on next; None if it named none that exists."""
    share = disputed_share(case)
    said = next((m for m in reversed(moves_of(case)) if m.verb == "dispute" and m.unit_id == share.unit_id), None) if share else None
    code = said.data.get("proposed_unit") if said else ""
    return Unit.objects.filter(standing(timezone.localdate()), code=code).first() if code else None


def awaited(case: Case) -> list[Unit]:
    """The assisting units that the case waits for: the leading one has reported its share mended, these have not."""
    leads = lead(case)
    if case.state != State.HANDLING or leads is None or leads.state != Part.RESOLVED:
        return []
    return [part.unit for part in live(case) if part.state != Part.RESOLVED]


def moves_of(case: Case) -> list[CaseMove]:
    """The case's moves, oldest first; read once per `case` object, and `follow` adds the new ones."""
    kept = _kept(case)
    if "moves" not in kept:
        kept["moves"] = case.moves.order_by("at", "id")
    return list(kept["moves"])


def follow(case: Case, move: CaseMove) -> None:
    """Put a move that was just stored at the end of those that `moves_of` keeps, if it keeps any."""
    if "moves" in _kept(case):
        _kept(case)["moves"]._result_cache.append(move)


def thread(case: Case) -> QuerySet[CaseMove]:
    """Everything that happened to the case, oldest first."""
    return CaseMove.objects.filter(case=case).select_related("actor", "unit").order_by("at", "id")


def photos(case: Case) -> list[Photo]:
    """The case's photos, oldest first; the caller has checked that the case may be seen."""
    return photos_of(SUBJECT, [case.number]).get(case.number, [])


def pending_requests(case: Case) -> QuerySet[Extension]:
    """Requests for time or suspension that nobody has decided yet, oldest first."""
    return (
        Extension.objects.filter(case=case, decided_at__isnull=True).select_related("unit").order_by("asked_at", "id")
    )


def requests_of(case: Case) -> list[Extension]:
    """`pending_requests`, read once per `case` object and version; not at all where its thread is at hand and nobody asked."""
    known = case.__dict__.setdefault("_requests", {})
    if case.version not in known:
        asked = "moves" not in _kept(case) or any(move.verb in ASKING for move in moves_of(case))
        known[case.version] = list(pending_requests(case)) if asked else []
    return list(known[case.version])


def earlier_offences(name: str, before: dt.datetime | None = None) -> QuerySet[Assignment]:
    """Earlier cases of the same person or business, newest first, found by keyed hash. Reports that were sent back, and
    shares that were taken away, tell of no offence until they are reported anew."""
    if not name.strip():
        return Assignment.objects.none()
    found = Assignment.objects.filter(subject_hash=subject_hash(name), state=Part.RESOLVED)
    if before is not None:
        found = found.filter(resolved_at__lt=before)
    return found.exclude(outcome="").select_related("case", "unit").order_by("-resolved_at", "-id")


def subject_hash(name: str) -> str:
    """Keyed hash of a subject's name; spaces and letter case do not count."""
    return keyed_hash("".join(name.split()).casefold())


def similar(case: Case, user: Any, *, radius_m: int = 200, days: int = 30) -> list[tuple[Case, float]]:
    """Cases of the same class near in space and time, with the distance in metres, the five nearest first."""
    if case.lon is None or case.lat is None:
        return []
    near = _around(case, case.lon, case.lat, user, radius_m, days).select_related("unit", "place", "issue_class")
    measured = [(other, metres_between(case.lon, case.lat, other.lon, other.lat)) for other in near[:200]]
    return sorted((pair for pair in measured if pair[1] <= radius_m), key=lambda pair: pair[1])[:5]


def neighbours(case: Case, user: Any, *, radius_m: int = 200, days: int = 30) -> dict[str, float]:
    """The distance in metres of every case that is `similar`, by number, nearest first."""
    if case.lon is None or case.lat is None:
        return {}
    near = _around(case, case.lon, case.lat, user, radius_m, days).values_list("number", "lon", "lat")
    measured = sorted((metres_between(case.lon, case.lat, lon, lat), number) for number, lon, lat in near)
    return {number: metres for metres, number in measured if metres <= radius_m}


def _around(case: Case, lon: float, lat: float, user: Any, radius_m: int, days: int) -> QuerySet[Case]:
    """Cases of the same class in the square around a case and found within so many days of it."""
    step, window = radius_m / 60_000, dt.timedelta(days=days)
    near = visible_to(user).filter(
        cell__in=cells_around(lon, lat, radius_m), issue_class=case.issue_class, lon__range=(lon - step, lon + step), lat__range=(lat - step, lat + step),
        found_at__range=(case.found_at - window, case.found_at + window),
    )  # fmt: skip
    return near.exclude(pk=case.pk).exclude(state__in=(State.REJECTED, State.MERGED))


def metres_between(lon1: float, lat1: float, lon2: Any, lat2: Any) -> float:
    """Great-circle distance of two positions."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    a = math.sin((p2 - p1) / 2) ** 2 + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 12_742_000 * math.asin(math.sqrt(a))
