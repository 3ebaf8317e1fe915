"""Figures of complaints; those of loads are declared with their kinds in catalogue.py."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yipanqi.burden import catalogue as _loads  # noqa: F401  they register themselves
from yipanqi.burden.models import Complaint
from yipanqi.burden.selectors import complaints_visible_to
from yipanqi.burden.states import ComplaintState
from yipanqi.figures import Count, Dimension, Rows, Scope, register
from yipanqi.people.models import UnitKind


def _complaints(scope: Scope) -> Rows:
    rows = Complaint.objects.all() if scope.user is None else complaints_visible_to(scope.user)
    return rows.filter(unit__code=scope.unit) if scope.unit else rows


BY = {"kind": Dimension(_("单位类型"), "unit_kind", names=dict(UnitKind.choices)), "state": Dimension(_("状态"), "state", names=dict(ComplaintState.choices))}
register(Count(
    key="burden.complaints", name=_("基层负担反映数"), unit=_("条"), definition=_("期间内工作人员提出的基层负担反映，署名和匿名的都计。"),
    source=_complaints, moment="sent_at", breakdowns=BY,
))  # fmt: skip
register(Count(
    key="burden.complaints_answered", name=_("基层负担反映答复数"), unit=_("条"), definition=_("期间内提出的基层负担反映中已经答复的。"),
    source=_complaints, moment="sent_at", select=Q(state=ComplaintState.ANSWERED), breakdowns=BY,
))  # fmt: skip
