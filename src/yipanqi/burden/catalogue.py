"""Kinds of load that a unit bears, one entry each; apps above add theirs with `load`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yipanqi.burden import sources
from yipanqi.burden.sources import ASKED_BACK, FORM_OF, Source
from yipanqi.cases.states import CASE
from yipanqi.escalation.catalogue import PAPERS
from yipanqi.figures import Count, Dimension, Figure, register
from yipanqi.inspections.models import Campaign
from yipanqi.kernel.catalogue import Catalogue
from yipanqi.kernel.policy import PolicySpec, policy
from yipanqi.messaging.catalogue import KINDS


@dataclass(frozen=True)
class Load:
    """A kind of load: its figure by unit and month, the minutes that one is taken to cost, the office's cap for a unit and
    month (0: none), and the dimension of the figure that tells where it comes from."""

    figure: Figure
    minutes: PolicySpec
    cap: PolicySpec
    origin: str

    @property
    def title(self) -> Any:
        return self.figure.name


LOADS: Catalogue[Load] = Catalogue("kinds of load")
CAPS_OF_UNITS = policy(
    "burden.caps_of_units", {}, _("个别单位的每月上限"), "json",
    _('按单位编码和事项写明，例如 {"C0101": {"visits": 4}}；没有写明的按统一上限。'),
)  # fmt: skip


def load(
    key: str, name: Any, unit: Any, definition: Any, *, source: Source, moment: str, minutes: float, cap: int, by: tuple[str, str] = ("unit__code", "unit__name"),
    origin: Mapping[str, Dimension] | None = None,
) -> Load:  # fmt: skip
    """Declare a kind of load; `by` are the columns of the unit's code and name, `origin` one dimension that says where from."""
    figure = Count(
        key=f"burden.{key}", name=name, unit=unit, definition=definition, source=source, moment=moment,
        breakdowns={"unit": Dimension(_("单位"), *by), **(origin or {})},
    )  # fmt: skip
    register(figure)
    estimate = policy(f"burden.minutes_{key}", minutes, format_lazy(_("估算用时（分钟）：每{unit}{name}"), unit=unit, name=name), "float", _("只用来估算，不记录任何人的操作时间。"))
    limit = policy(f"burden.cap_{key}", cap, format_lazy(_("每单位每月上限：{name}"), name=name), help=_("0 为不设上限。超过的提醒创城办，不提醒基层。"))
    return LOADS.add(key, Load(figure, estimate, limit, next(iter(origin or ("unit",)))))


CASE_UNIT, CLASS = ("case__unit__code", "case__unit__name"), {"class": Dimension(_("问题类别"), "case__issue_class__key", "case__issue_class__name")}
VERBS = {verb: CASE.moves[verb].title for verb in (*FORM_OF, *ASKED_BACK)}
CAMPAIGN = {"campaign": Dimension(_("检查计划"), "campaign__code", "campaign__name"), "kind": Dimension(_("检查类型"), "campaign__kind", names=dict(Campaign.Kind.choices))}

load("cases", _("交办案件"), _("件"), _("期间内交办给本单位（主办或协办）的案件，改派的按交办时间计。"), source=sources.hand_overs, moment="dispatched_at", minutes=3, cap=0, origin=CLASS)
load("forms", _("填写表单"), _("次"), _("期间内本单位填写的表单：反馈整改、阶段反馈、退单、申请延期和挂账。签收不填内容，不计。"), source=sources.filled_in, moment="at", minutes=3, cap=150,
     origin={"verb": Dimension(_("表单"), "verb", names=VERBS), **CLASS})  # fmt: skip
load("photos", _("整改照片"), _("张"), _("期间内为本单位主办案件附上的整改后照片。"), source=sources.photos, moment="attached_at", minutes=1, cap=200, by=("unit_code", "unit_name"))
load("visits", _("接受检查"), _("次"), _("期间内在本单位运营的点位完成的检查，单位自查不计。"), source=sources.visits, moment="finished_at", minutes=30, cap=8, by=("place__operator__code", "place__operator__name"), origin=CAMPAIGN)
load("visits_in_area", _("辖区内检查"), _("次"), _("期间内在本单位属地的点位完成的检查，单位自查不计。"), source=sources.visits_in_area, moment="finished_at", minutes=5, cap=60,
     by=("place__area__unit__code", "place__area__unit__name"), origin=CAMPAIGN)  # fmt: skip
load("returned", _("退回重办"), _("次"), _("期间内核查不通过，以及退单、延期、挂账申请未获同意的次数，算在主办单位。"), source=sources.asked_back, moment="at", minutes=15, cap=0, by=CASE_UNIT,
     origin={"verb": Dimension(_("原因"), "verb", names=VERBS), **CLASS})  # fmt: skip
load("rechecks", _("回查"), _("次"), _("期间内对本单位已销号案件的回查。"), source=sources.rechecks, moment="done_at", minutes=5, cap=20, by=CASE_UNIT, origin=CLASS)
load("letters", _("督办函件"), _("份"), _("期间内应向本单位制发的提醒函、督办单、通报约谈，不予制发的不计。"), source=sources.letters, moment="created_at", minutes=20, cap=4,
     origin={"kind": Dimension(_("函件"), "kind", names=PAPERS)})  # fmt: skip
load("messages", _("系统消息"), _("条"), _("期间内发给本单位联络员和负责人的消息；发给两人的计两条。不统计谁读没读。"), source=sources.messages, moment="created_at", minutes=0.5, cap=400,
     by=("unit_code", "unit_name"), origin={"kind": Dimension(_("消息"), "kind", names={key: kind.title for key, kind in KINDS.items()})})  # fmt: skip
