"""The reasons of a duty resolution in the words of the office."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from yipanqi.places.duty_gaps import Hole
from yipanqi.places.duty_resolution import Outcome, Reason, Step

STEP_WORDS: dict[Step, Any] = {
    Step.PLACE_CLASS: __("点位＋问题类别"),
    Step.PLACE: __("点位"),
    Step.SEGMENT_CLASS: __("路段＋问题类别"),
    Step.SEGMENT: __("路段（包街）"),
    Step.ZONE_CLASS: __("区域＋问题类别"),
    Step.ZONE: __("区域"),
    Step.AREA_CLASS: __("区划＋问题类别"),
    Step.CLASS_RULE: __("类别默认（有规定）"),
    Step.CLASS_DEFAULT: __("类别默认（主管职能）"),
    Step.TERRITORY: __("属地"),
}
OUTCOME_WORDS: dict[Outcome, tuple[Any, str]] = {
    Outcome.WON: (__("采用"), "done"),
    Outcome.BEATEN: (__("让位"), "wait"),
    Outcome.NOT_IN_FORCE: (__("不在有效期"), "soon"),
    Outcome.ASSISTS: (__("协同"), "act"),
}
HOLE_WORDS: dict[Hole, tuple[Any, str]] = {
    Hole.NOBODY: (__("无人负责"), "late"),
    Hole.GROUND_ONLY: (__("仅属地兜底"), "soon"),
}


def step_word(reason: Reason) -> Any:
    """The rung of the ladder; who governs the ground by office alone is told apart from a written rule."""
    return __("属地默认（无规定时）") if reason.step is Step.TERRITORY and reason.rule is None else STEP_WORDS[reason.step]


def told(reasons: Iterable[Reason]) -> list[Reason]:
    """The reasons worth a line: without the default of an area where a rule in force names the same unit anyway."""
    kept = list(reasons)
    ruled = {(r.area_id, r.unit_id) for r in kept if r.step is Step.TERRITORY and r.rule and r.outcome in (Outcome.WON, Outcome.BEATEN)}
    return [r for r in kept if r.step is not Step.TERRITORY or r.rule or (r.area_id, r.unit_id) not in ruled]


def why(reason: Reason) -> str:
    """One sentence on why this answer won, gave way or does not count."""
    match reason.outcome:
        case Outcome.WON:
            return _("这一层最具体，予以采用。")
        case Outcome.BEATEN if reason.beaten_by is reason.step:
            return _("同一层里有更新或范围更小的规定，让位。")
        case Outcome.BEATEN:
            return _("“%(step)s”更具体，让位。") % {"step": STEP_WORDS[reason.beaten_by] if reason.beaten_by else ""}
        case Outcome.ASSISTS:
            return _("协办或包抓，不影响主办单位的确定。")
    return _("这一天规定未生效、已终止，或责任单位已撤销。")
