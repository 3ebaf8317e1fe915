"""Time limits of the stages a case goes through: their shape, their names, what may be written. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.calendar.working import Clock
from yipanqi.kernel.actions import Refused

STAGES: dict[str, Any] = {
    "accept": gettext_lazy("受理"),
    "dispatch": gettext_lazy("交办"),
    "handle": gettext_lazy("整改"),
    "verify": gettext_lazy("核查"),
}
CLOCK_NAMES: dict[str, Any] = {
    Clock.WORK_HOUR.value: gettext_lazy("工作时"),
    Clock.WORK_DAY.value: gettext_lazy("工作日"),
    Clock.URGENT_HOUR.value: gettext_lazy("紧急工作时"),
    Clock.URGENT_DAY.value: gettext_lazy("紧急工作日"),
    Clock.ON_THE_SPOT.value: gettext_lazy("现场即时"),
}
MAX_STEPS = 3
MAX_AMOUNT = 1000


class BadLimit(Refused):
    """A time limit that cannot be meant."""


@dataclass(frozen=True)
class Limit:
    """`amount` of `clock` (a kernel Clock value); 0 on the spot."""

    amount: float
    clock: str

    def __str__(self) -> str:
        return limit_words({"amount": self.amount, "clock": self.clock})


def limit_words(limit: Mapping[str, Any]) -> str:
    """ "4 工作时", "3 工作日", "现场即时": a limit as people read it."""
    clock = str(limit.get("clock", ""))
    name = str(CLOCK_NAMES.get(clock, clock))
    return name if clock == Clock.ON_THE_SPOT.value else f"{float(limit.get('amount', 0)):g} {name}"


def handle_words(clocks: Mapping[str, Any]) -> str:
    """The limit for mending with its steps: "现场围护 3 紧急工作时，修复 2 紧急工作日"."""
    handle = clocks.get("handle")
    if not handle:
        return ""
    steps = handle.get("stages") or []
    return _("，").join(f"{step.get('title', '')} {limit_words(step)}".strip() for step in steps) or limit_words(handle)


def check_clocks(clocks: Mapping[str, Any]) -> None:
    """Refuse time limits of a wrong shape.

    `clocks` is {stage: {"amount", "clock"}} for stages of STAGES; "handle" is there always and may hold "stages", at
    most three of {"amount", "clock", "title"}, the last of which is the whole limit.

    Raises:
        BadLimit: with the field as "clocks.<stage>".
    """
    if unknown := set(clocks) - set(STAGES):
        raise BadLimit(_("没有“%(name)s”这个环节") % {"name": sorted(unknown)[0]}, field="clocks")
    if "handle" not in clocks:
        raise BadLimit(_("请填写整改时限"), field="clocks.handle")
    for stage, limit in clocks.items():
        _check_limit(stage, limit)
        if stage == "handle" and "stages" in limit:
            _check_steps(limit)


def _check_limit(stage: str, limit: Any) -> None:
    title, field = {"name": str(STAGES[stage])}, f"clocks.{stage}"
    if not isinstance(limit, Mapping) or limit.get("clock") not in CLOCK_NAMES:
        raise BadLimit(_("请选择%(name)s时限的单位") % title, field=field)
    amount = limit.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        raise BadLimit(_("%(name)s时限应为数字") % title, field=field)
    if limit["clock"] == Clock.ON_THE_SPOT.value:
        if stage != "handle" or amount:
            raise BadLimit(_("只有整改时限可以是现场即时，且不填数值"), field=field)
    elif not 0 < amount <= MAX_AMOUNT:
        raise BadLimit(_("%(name)s时限应大于零，且不超过 1000") % title, field=field)


def _check_steps(handle: Mapping[str, Any]) -> None:
    steps = handle["stages"]
    if not isinstance(steps, list) or not 1 < len(steps) <= MAX_STEPS:
        raise BadLimit(_("分阶段的整改时限应有两个或三个阶段"), field="clocks.handle")
    for step in steps:
        _check_limit("handle", step)
        if not str(step.get("title", "")).strip():
            raise BadLimit(_("请写明每个阶段要做什么"), field="clocks.handle")
        if step["clock"] == Clock.ON_THE_SPOT.value:
            raise BadLimit(_("分阶段的整改时限不能是现场即时"), field="clocks.handle")
    if (steps[-1]["amount"], steps[-1]["clock"]) != (handle["amount"], handle["clock"]):
        raise BadLimit(_("最后一个阶段的时限应等于全部整改时限"), field="clocks.handle")
