"""Reading cases. Every list starts from `visible_to`."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.calendar.selectors import calendar_for
from yipanqi.calendar.working import Clock
from yipanqi.cases import clocks
from yipanqi.cases.models import OWN_DISCOVERY, Assignment, Case, CaseMove, Extension, Report
from yipanqi.cases.states import CASE, OPEN, Part, State
from yipanqi.files.models import Photo
from yipanqi.files.selectors import photos_of
from yipanqi.kernel.actors import System
from yipanqi.kernel.machine import OpenMove
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import policy, policy_value
from yipanqi.people.models import CITYWIDE, Role, User
from yipanqi.places.models import Area
from yipanqi.standards.models import IssueClass
from yipanqi.standards.selectors import limit_of

SUBJECT = "cases.case"
READS_ALL = frozenset((*CITYWIDE, Role.INSPECTOR, Role.API))
HOURS = {
    "sign": policy("cases.sign_hours", 4, _("签收时限（工作小时）"), "float", _("不晚于整改期限")),
    "ruling": policy("cases.ruling_hours", 8, _("退单裁定时限（工作小时）"), "float"),
    "handle": policy("cases.handle_hours", 40, _("整改时限（工作小时）"), "float", _("问题类别没有规定整改时限时适用")),
}
OPEN_STATES = tuple(s.value for s in OPEN)


def visible_to(user: Any) -> QuerySet[Case]:
    """The cases that `user` may see: all for the office, leaders, auditors and inspectors; a unit's people see those
    that were ever handed to their unit; whoever found a case sees it. Administrators and visitors see none."""
    if isinstance(user, System):
        return Case.objects.all()
    if not isinstance(user, User) or not user.is_active:
        return Case.objects.none()
    if user.roles & READS_ALL:
        return Case.objects.all()
    theirs = Q(found_by=user) if user.roles - {Role.ADMIN} else Q(pk__in=[])
    units = user.units_as(Role.LIAISON, Role.UNIT_LEADER)
    if units:
        theirs |= Q(pk__in=Assignment.objects.filter(unit_id__in=units).values("case_id"))
    return Case.objects.filter(theirs)


def reports_visible_to(user: Any) -> QuerySet[Report]:
    """Residents' reports, open to those who answer them: the office."""
    seen = isinstance(user, System) or (isinstance(user, User) and user.is_active and bool(user.roles & {Role.HEAD, Role.DESK, Role.AUDITOR}))
    return Report.objects.all() if seen else Report.objects.none()


def report_by_code(code: str) -> Report | None:
    """The report behind a resident's code, however it was typed; None if there is none."""
    tidy = plain(code).strip().upper().replace(" ", "").replace("-", "")
    return Report.objects.select_related("case", "case__merged_into", "case__issue_class").filter(code=tidy).first()


def by_number(user: Any, number: str) -> Case | None:
    """The case of that number, if `user` may see it."""
    related = ("unit", "place", "area", "issue_class", "check_item", "merged_into", "rebound_of", "found_by")
    return visible_to(user).select_related(*related).filter(number=plain(number)).first()


def plain(text: str) -> str:
    """`text` without the one character that databases refuse."""
    return text.replace("\0", "")


# ----- filters -----


def filtered(queryset: QuerySet[Case], params: Mapping[str, Any], now: dt.datetime | None = None) -> QuerySet[Case]:
    """`queryset` narrowed by whatever of `params` is not empty.

    Keys: state, severity, source (one value or several, also comma-separated); class (key or code), unit, place,
    area (codes; an area includes those below it); found_from, found_to, due_before (a day, or a moment); overdue
    (true or false); bbox ("west,south,east,north" or four numbers); q (words in title, description, address or number).
    """
    for key, build in _FILTERS.items():
        value = params.get(key)
        if value not in (None, "", [], ()):
            queryset = queryset.filter(build(value))
    flag = params.get("overdue")
    if flag not in (None, ""):
        late = overdue(now or timezone.now())
        queryset = queryset.filter(late if _true(flag) else ~late)
    return queryset


def overdue(now: dt.datetime) -> Q:
    """Open, not suspended, and past the deadline for mending."""
    running = [s for s in OPEN_STATES if s != State.SUSPENDED]
    return Q(state__in=running, due_at__isnull=False, due_at__lt=now)


def _true(value: Any) -> bool:
    return str(value).lower() in ("1", "true", "on", "yes")


def _several(value: Any) -> list[str]:
    return [v for v in (value if isinstance(value, list | tuple | set) else plain(str(value)).split(",")) if v != ""]


def _numbers(value: Any) -> list[int]:
    return [int(v) for v in _several(value) if str(v).isdecimal() and len(str(v)) < 4]


def _sources(value: Any) -> Q:
    wanted = _several(value)
    return Q(source__in=[*wanted, *(OWN_DISCOVERY if "own" in wanted else ())])


def _class(value: Any) -> Q:
    if isinstance(value, IssueClass):
        return Q(issue_class=value)
    return Q(issue_class__key__in=_several(value)) | Q(issue_class__code__in=_several(value))


def _area(value: Any) -> Q:
    if isinstance(value, Area):
        return Q(area__path__startswith=value.path)
    paths = Area.objects.filter(code__in=_several(value)).values_list("path", flat=True)
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(area__path__startswith=path)
    return found


def _code(field: str) -> Any:
    def build(value: Any) -> Q:
        return Q(**{f"{field}__code__in": [getattr(value, "code", value)] if hasattr(value, "code") else _several(value)})

    return build


def _moment(value: Any, *, end: bool = False) -> dt.datetime | None:
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value) if len(value) > 10 else dt.date.fromisoformat(value)
        except ValueError:
            return None
    value = value.replace(year=min(max(value.year, 1900), 2400), day=min(value.day, 28) if not 1900 <= value.year <= 2400 else value.day)
    if isinstance(value, dt.datetime):
        return value if timezone.is_aware(value) else timezone.make_aware(value)
    return timezone.make_aware(dt.datetime.combine(value, dt.time())) + dt.timedelta(days=1 if end else 0)


def _since(field: str, op: str, *, end: bool = False) -> Any:
    def build(value: Any) -> Q:
        moment = _moment(value, end=end)
        return Q(pk__in=[]) if moment is None else Q(**{f"{field}__{op}": moment})

    return build


def _bbox(value: Any) -> Q:
    try:
        west, south, east, north = (float(v) for v in _several(value))
    except ValueError:
        return Q(pk__in=[])
    return Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)


def _words(value: Any) -> Q:
    found = Q()
    for word in plain(str(value)).split()[:8]:
        found &= Q(title__icontains=word) | Q(description__icontains=word) | Q(address__icontains=word) | Q(number__icontains=word)
    return found


_FILTERS = {
    "state": lambda v: Q(state__in=[s for one in _several(v) for s in (OPEN_STATES if one == "open" else (one,))]),
    "severity": lambda v: Q(severity__in=_numbers(v)),
    "source": _sources,
    "class": _class,
    "unit": _code("unit"),
    "place": _code("place"),
    "area": _area,
    "found_from": _since("found_at", "gte"),
    "found_to": _since("found_at", "lt", end=True),
    "due_before": _since("due_at", "lt"),
    "bbox": _bbox,
    "q": _words,
}  # fmt: skip


# ----- one case -----


def shares() -> QuerySet[Assignment]:
    """Shares with their units, and `asks`: whether the unit waits for a decision on time or suspension."""
    pending = Extension.objects.filter(case=OuterRef("case"), unit=OuterRef("unit"), decided_at__isnull=True)
    return Assignment.objects.select_related("unit").annotate(asks=Exists(pending)).order_by("id")


def live(case: Case) -> list[Assignment]:
    """The units that have a share in the case now, the leading one first; read once per `case` object (see `reread`)."""
    if "assignments" not in getattr(case, "_prefetched_objects_cache", {}):
        prefetch_related_objects([case], Prefetch("assignments", shares()))
    parts = [a for a in case.assignments.all() if a.state != Part.WITHDRAWN]
    return sorted(parts, key=lambda a: (a.role != Assignment.Role.LEAD, a.pk))


def reread(case: Case) -> None:
    """Forget the shares read before: others were added, or changed behind the object's back."""
    getattr(case, "_prefetched_objects_cache", {}).pop("assignments", None)


def lead(case: Case) -> Assignment | None:
    """The leading unit's share, if the case was handed over."""
    return next((a for a in live(case) if a.role == Assignment.Role.LEAD), None)


def open_moves(case: Case, user: Any) -> list[OpenMove]:
    """What can be done with the case in its state, and for each whether `user` may and why not."""
    return CASE.open_moves(case, user)


def thread(case: Case) -> QuerySet[CaseMove]:
    """Everything that happened to the case, oldest first."""
    return CaseMove.objects.filter(case=case).select_related("actor", "unit").order_by("at", "id")


def photos(case: Case) -> list[Photo]:
    """The case's photos, oldest first; the caller has checked that the case may be seen."""
    return photos_of(SUBJECT, [case.number]).get(case.number, [])


def pending_requests(case: Case) -> QuerySet[Extension]:
    """Requests for time or suspension that nobody has decided yet, oldest first."""
    return Extension.objects.filter(case=case, decided_at__isnull=True).select_related("unit").order_by("asked_at", "id")


def earlier_offences(name: str, before: dt.datetime | None = None) -> QuerySet[Assignment]:
    """Earlier cases of the same person or business, newest first, found by keyed hash."""
    found = Assignment.objects.filter(subject_hash=subject_hash(name)) if name.strip() else Assignment.objects.none()
    if before is not None:
        found = found.filter(resolved_at__lt=before)
    return found.exclude(outcome="").select_related("case", "unit").order_by("-resolved_at", "-id")


def outcome_due(name: str, severity: int) -> str:
    """What the law asks for by the subject's record: exempt (minor, first), warned (first) or penalised (again)."""
    if earlier_offences(name).exists():
        return "penalised"
    return "exempt" if severity <= 1 else "warned"


def subject_hash(name: str) -> str:
    """Keyed hash of a subject's name; spaces and letter case do not count."""
    return keyed_hash("".join(name.split()).casefold())


def similar(case: Case, user: Any, *, radius_m: int = 200, days: int = 30) -> list[tuple[Case, float]]:
    """Cases of the same class near in space and time, with the distance in metres, nearest first."""
    if case.lon is None or case.lat is None:
        return []
    step = radius_m / 60_000
    window = dt.timedelta(days=days)
    near = visible_to(user).filter(
        issue_class=case.issue_class, lon__range=(case.lon - step, case.lon + step),
        lat__range=(case.lat - step, case.lat + step), found_at__range=(case.found_at - window, case.found_at + window),
    ).exclude(pk=case.pk).exclude(state__in=(State.REJECTED, State.MERGED)).select_related("unit", "place", "issue_class")  # fmt: skip
    measured = [(other, _metres(case.lon, case.lat, other.lon, other.lat)) for other in near[:200]]
    return sorted((pair for pair in measured if pair[1] <= radius_m), key=lambda pair: pair[1])[:5]


def _metres(lon1: float, lat1: float, lon2: Any, lat2: Any) -> float:
    """Great-circle distance."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    a = math.sin((p2 - p1) / 2) ** 2 + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 12_742_000 * math.asin(math.sqrt(a))


# ----- clocks -----


def stage_limit(case: Case, stage: str) -> clocks.Limit:
    """How long a stage of this case may take: by its class, else by the office's setting.

    Stages: accept, dispatch, handle, verify as in the standard; sign and ruling by setting alone. A class that is
    mended on the spot sets no time for handing over, so the setting holds.
    """
    if stage not in ("sign", "ruling"):
        found = limit_of(case.issue_class, stage)
        if found is not None and found.amount and found.clock != Clock.ON_THE_SPOT:
            return clocks.Limit(Decimal(str(found.amount)), Clock(found.clock))
    return clocks.Limit(Decimal(str(policy_value(HOURS[stage].key))), Clock.WORK_HOUR)


def standing(case: Case, now: dt.datetime | None = None) -> clocks.Standing:
    """Where the handling clock stands, derived from the thread alone."""
    moves = CaseMove.objects.filter(case=case).order_by("at", "id").only("verb", "target", "at", "data")
    return clocks.recompute(moves, calendar_for, now)


def time_left(case: Case, now: dt.datetime) -> float | None:
    """Hours or days of the case's clock until its deadline, negative when overdue; None where no clock runs or stands."""
    if case.time_left is not None:
        return case.time_left
    if case.due_at is None or case.state not in OPEN_STATES:
        return None
    return clocks.left(calendar_for(case.unit.code if case.unit else ""), now, case.due_at, case.handle_clock)


def inbox(user: Any) -> list[tuple[Any, QuerySet[Case], str]]:
    """What waits for `user`, as (title, cases, tone): one list per kind of duty, empty ones included."""
    now, seen, lists = timezone.now(), visible_to(user), []
    if user.roles & {Role.DESK, Role.HEAD}:
        for state, title in ((State.REPORTED, _("待受理")), (State.FILED, _("待交办")), (State.DISPUTED, _("待裁定"))):
            lists.append((title, seen.filter(state=state), "act"))
        asked = Extension.objects.filter(decided_at__isnull=True)
        lists.append((_("延期申请"), seen.filter(pk__in=asked.filter(kind="extension").values("case_id")), "act"))
        unanswered = Report.objects.filter(answered_at__isnull=True).values("case_id")
        lists.append((_("待答复市民"), seen.filter(state=State.CLOSED, pk__in=unanswered), "act"))
        lists.append((_("已超期"), seen.filter(overdue(now)), "late"))
    if user.roles & {Role.LEADER, Role.HEAD}:
        hung = Extension.objects.filter(decided_at__isnull=True, kind="suspension")
        lists.append((_("挂账审批"), seen.filter(pk__in=hung.values("case_id")), "act"))
        review = Q(state=State.SUSPENDED, review_on__lte=timezone.localdate(now))
        lists.append((_("挂账到期复核"), seen.filter(review), "warn"))
    if user.roles & {Role.INSPECTOR, Role.DESK}:
        own = Assignment.objects.filter(unit_id__in=user.unit_ids).exclude(state=Part.WITHDRAWN)
        lists.append((_("待核查"), seen.filter(state=State.RESOLVED).exclude(pk__in=own.values("case_id")), "act"))
    units = user.units_as(Role.LIAISON, Role.UNIT_LEADER)
    if units:
        lists += _unit_inbox(seen, units, now)
    if Role.GRID in user.roles:
        lists.append((_("我上报的"), seen.filter(found_by=user, state__in=OPEN_STATES), "wait"))
    return [(title, cases.select_related("unit", "place", "issue_class").order_by("stage_due_at", "id"), tone) for title, cases, tone in lists]


def _unit_inbox(seen: QuerySet[Case], units: frozenset[int], now: dt.datetime) -> list[tuple[Any, QuerySet[Case], str]]:
    mine = Assignment.objects.filter(unit_id__in=units)
    part = {state: Q(pk__in=mine.filter(state=state).values("case_id")) for state in (Part.DISPATCHED, Part.HANDLING)}
    going = Q(state__in=(State.DISPATCHED, State.HANDLING))
    late = mine.filter(state__in=(Part.DISPATCHED, Part.HANDLING), due_at__lt=now)
    return [
        (_("待签收"), seen.filter(going & part[Part.DISPATCHED]), "act"),
        (_("已超期"), seen.filter(going, pk__in=late.values("case_id")), "late"),
        (_("整改中"), seen.filter(going & part[Part.HANDLING]), "act"),
        (_("退单待裁定"), seen.filter(state=State.DISPUTED, pk__in=mine.values("case_id")), "wait"),
        (_("待核查"), seen.filter(state=State.RESOLVED, pk__in=mine.values("case_id")), "wait"),
        (_("挂账"), seen.filter(state=State.SUSPENDED, pk__in=mine.values("case_id")), "wait"),
    ]
