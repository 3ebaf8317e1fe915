"""The records that each kind of load counts, narrowed to what a person sees; never by person."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from yipanqi.cases.models import Assignment, Case, CaseMove
from yipanqi.cases.selectors import SUBJECT
from yipanqi.escalation.models import LetterDue
from yipanqi.escalation.states import LetterState
from yipanqi.figures import Rows, Scope
from yipanqi.files.models import Photo
from yipanqi.inspections.models import Campaign, Visit
from yipanqi.messaging.models import Message
from yipanqi.people.models import Appointment, Role, Unit
from yipanqi.rechecks.models import Recheck

#: Moves for which a unit fills in a form, with the form's key in the register.
FORM_OF = {
    "resolve": "cases.ResolveForm", "finish_step": "cases.FinishStepForm", "dispute": "cases.DisputeForm",
    "ask_extension": "cases.AskExtensionForm", "ask_suspension": "cases.AskSuspensionForm",
}  # fmt: skip
ASKED_BACK = ("verify_fail", "overrule", "refuse_extension", "refuse_suspension")
OF_UNIT = (Role.LIAISON, Role.UNIT_LEADER)


def seen(rows: Rows, scope: Scope, unit: str) -> Rows:
    """Rows whose unit (behind the path `unit`, a row id) lies in the scope and may be seen by its person."""
    rows = rows.filter(**{f"{unit}__isnull": False})
    allowed = Unit.objects.all()
    if scope.user is not None and not scope.user.has_perm("burden.see_all_units"):
        allowed = allowed.filter(pk__in=scope.user.units_as(*OF_UNIT))
    if scope.unit:
        allowed = allowed.filter(code=scope.unit)
    if scope.area:
        allowed = allowed.filter(area_code__startswith=scope.area.rstrip("0"))
    whole = scope.user is None and not scope.unit and not scope.area
    return rows if whole else rows.filter(**{f"{unit}__in": allowed.values("pk")})


def hand_overs(scope: Scope) -> Rows:
    return seen(Assignment.objects.all(), scope, "unit")


def filled_in(scope: Scope) -> Rows:
    return seen(CaseMove.objects.filter(verb__in=FORM_OF), scope, "unit")


def asked_back(scope: Scope) -> Rows:
    return seen(CaseMove.objects.filter(verb__in=ASKED_BACK), scope, "case__unit")


def photos(scope: Scope) -> Rows:
    lead = Case.objects.filter(number=OuterRef("subject_ref"))
    rows = Photo.objects.filter(subject_kind=SUBJECT, kind=Photo.Kind.AFTER).annotate(
        unit_id=Subquery(lead.values("unit_id")[:1]), unit_code=Subquery(lead.values("unit__code")[:1]), unit_name=Subquery(lead.values("unit__name")[:1])
    )
    return seen(rows, scope, "unit_id")


def visits(scope: Scope) -> Rows:
    looked = Visit.objects.filter(finished_at__isnull=False).exclude(campaign__kind=Campaign.Kind.SELF_CHECK)
    return seen(looked, scope, "place__operator")


def visits_in_area(scope: Scope) -> Rows:
    looked = Visit.objects.filter(finished_at__isnull=False).exclude(campaign__kind=Campaign.Kind.SELF_CHECK)
    return seen(looked, scope, "place__area__unit")


def letters(scope: Scope) -> Rows:
    return seen(LetterDue.objects.exclude(state=LetterState.DROPPED), scope, "unit")


def rechecks(scope: Scope) -> Rows:
    return seen(Recheck.objects.filter(done_at__isnull=False), scope, "case__unit")


def messages(scope: Scope) -> Rows:
    """News for people of a unit; by the unit that each served when it came."""
    on = Appointment.objects.filter(user=OuterRef("to"), role__in=OF_UNIT, starts_on__lte=OuterRef("day"))
    served = on.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("day"))).order_by("id")
    rows = Message.objects.filter(to__isnull=False).annotate(day=TruncDate("created_at")).annotate(
        unit_id=Subquery(served.values("unit_id")[:1]), unit_code=Subquery(served.values("unit__code")[:1]), unit_name=Subquery(served.values("unit__name")[:1])
    )
    return seen(rows, scope, "unit_id")


Source = Callable[[Scope], Rows]
