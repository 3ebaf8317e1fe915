"""What a scorecard measures: registered figures, which way is good, and why records are left out of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.states import State
from yipanqi.figures import FIGURES, Rate
from yipanqi.rechecks.states import RecheckState

OTHER, OBJECTION = "other", "objection"


@dataclass(frozen=True)
class Measure:
    """One measure. `figure` is its key in the registry; `case` leads from a record to its case ("" where it is one);
    `falling`: less is better. `reasons` split what the figure leaves out, the first that fits counts."""

    key: str
    title: Any
    figure: str
    weight: float
    falling: bool = False
    case: str = ""
    reasons: Mapping[str, tuple[Any, Q]] = field(default_factory=dict)

    @property
    def rate(self) -> Rate:
        """The registered figure."""
        found = FIGURES[self.figure]
        if not isinstance(found, Rate):
            raise TypeError(f"{self.figure} is no rate")
        return found

    def reason(self, key: str) -> Any:
        """A reason in words."""
        if key == OBJECTION:
            return _("申诉成立，不计入")
        return self.reasons[key][0] if key in self.reasons else _("其他原因")


MEASURES = {
    one.key: one
    for one in (
        Measure("on_time", _("按期整改率"), "cases.on_time_rate", 0.3, reasons={
            "suspended": (_("挂账"), Q(state=State.SUSPENDED)), "not_due": (_("期限未到"), Q()),
        }),
        Measure("closure", _("整改率"), "cases.closure_rate", 0.3, reasons={
            "rejected": (_("不予受理"), Q(state=State.REJECTED)), "merged": (_("并案"), Q(state=State.MERGED)),
            "suspended": (_("挂账"), Q(state=State.SUSPENDED)), "on_the_spot": (_("立整立改或已答复办结"), Q(state=State.CLOSED)),
            "not_handed_over": (_("尚未交办"), Q()),
        }),
        Measure("rework", _("返工率"), "cases.rework_rate", 0.15, falling=True, reasons={
            "by_sample": (_("抽样销号，没有人核查"), Q(by_sample=True)),
            "on_the_spot": (_("立整立改或已答复办结"), Q(state=State.CLOSED)), "not_verified": (_("尚未核查"), Q()),
        }),
        Measure("rebound", _("反弹率"), "rechecks.rebound_rate", 0.15, falling=True, case="case", reasons={
            "lapsed": (_("抽中但逾期未查"), Q(state=RecheckState.LAPSED)), "due": (_("抽中待回查"), Q()),
        }),
        Measure("satisfaction", _("群众满意率"), "cases.satisfaction", 0.1),
    )
}  # fmt: skip
FALLING = tuple(key for key, one in MEASURES.items() if one.falling)
