"""Who sees which cases and reports."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet

from yipanqi.cases.models import SOURCES_OF, Assignment, Case, Report, Source
from yipanqi.cases.states import OPEN, Part
from yipanqi.kernel.actors import System
from yipanqi.people.models import CITYWIDE, Role, Unit, User

SUBJECT = "cases.case"
READS_ALL = frozenset((*CITYWIDE, Role.INSPECTOR, Role.API))
OPEN_STATES = tuple(s.value for s in OPEN)
#: That a case is open, with the states written out: a database uses an index of open cases only if it reads in the question
#: itself, not in its values, that nothing else is asked for.
IS_OPEN = Q(Func(F("state"), template="%(expressions)s IN " + str(OPEN_STATES), output_field=BooleanField()))


def visible_to(user: Any, *, few: bool = False) -> QuerySet[Case]:
    """The cases that `user` may see: all for the office, leaders, auditors and inspectors; a unit's people see those
    that were ever handed to their unit; whoever found a case sees it. Administrators and visitors see none.

    `few`: the caller narrows this to few cases, which are then looked at one by one instead of gathering all of a unit."""
    if sees_all(user):
        return Case.objects.all()
    if not isinstance(user, User) or not user.is_active:
        return Case.objects.none()
    theirs = Q(found_by=user) if user.roles - {Role.ADMIN} else Q(pk__in=[])
    units = user.units_as(Role.LIAISON, Role.UNIT_LEADER)
    if units:
        shares = Assignment.objects.filter(unit_id__in=units)
        theirs |= Q(Exists(shares.filter(case=OuterRef("pk")))) if few else Q(pk__in=shares.values("case_id"))
    return Case.objects.filter(theirs)


def sees_all(user: Any) -> bool:
    """Whether every case is open to `user`."""
    return isinstance(user, System) or (isinstance(user, User) and user.is_active and bool(user.roles & READS_ALL))


def reports_visible_to(user: Any) -> QuerySet[Report]:
    """Residents' reports, open to those who answer them: the office."""
    seen = isinstance(user, System) or (
        isinstance(user, User) and user.is_active and bool(user.roles & {Role.HEAD, Role.DESK, Role.AUDITOR})
    )
    return Report.objects.all() if seen else Report.objects.none()


def sources_for(actor: Any) -> tuple[Source, ...]:
    """The sources under which `actor` may enter problems: those of their roles, all for the system."""
    if isinstance(actor, System):
        return tuple(Source)
    roles = actor.roles if isinstance(actor, User) else ()
    given = {source for role in roles for source in SOURCES_OF.get(role, ())}
    return tuple(source for source in Source if source in given)


def open_count(unit: Unit) -> int:
    """How many open cases a unit leads or has a live share in."""
    shares = Assignment.objects.filter(unit=unit).exclude(state=Part.WITHDRAWN).values("case_id")
    return Case.objects.filter(Q(unit=unit) | Q(pk__in=shares), state__in=OPEN_STATES).count()


def report_by_code(code: str) -> Report | None:
    """The report behind a resident's code, however it was typed; None if there is none."""
    tidy = plain(code).strip().upper().replace(" ", "").replace("-", "")
    return Report.objects.select_related("case", "case__merged_into", "case__issue_class").filter(code=tidy).first()


def row_of(user: Any, number: str, *fields: str) -> Case | None:
    """The case of that number without what it points at, if `user` may see it; with `fields`, no more than these.

    Moves need no more than its name: they read it again under their lock.
    """
    return visible_to(user, few=True).only(*fields).filter(number=plain(number)).order_by().first()


def by_number(user: Any, number: str) -> Case | None:
    """The case of that number with all that it points at, if `user` may see it."""
    related = ("unit", "place", "area", "issue_class", "check_item", "merged_into", "rebound_of", "found_by")
    return visible_to(user, few=True).select_related(*related).filter(number=plain(number)).first()


def plain(text: str) -> str:
    """`text` without the one character that databases refuse."""
    return text.replace("\0", "")
