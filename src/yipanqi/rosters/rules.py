"""Who plans duty work (the practice centre and the office), who stands (units, by their liaisons and leaders), who looks."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role, Unit, User
from yipanqi.people.rules import has_role, is_system
from yipanqi.rosters.models import Swap, Turn

OF_UNIT = (Role.LIAISON, Role.UNIT_LEADER)


def _serves(actor: Any, unit: int | None) -> bool:
    return isinstance(actor, User) and actor.is_active and unit in actor.units_as(*OF_UNIT)


@rules.predicate
def stands_for(actor: Any, thing: Any) -> bool:
    """The actor is liaison or leader of the unit, of the turn's unit, or of the unit that asks for a swap."""
    match thing:
        case Turn():
            return _serves(actor, thing.unit_id)
        case Swap():
            return _serves(actor, thing.asked_by_id)
        case Unit():
            return _serves(actor, thing.pk)
    return False


@rules.predicate
def is_asked(actor: Any, swap: Any) -> bool:
    """The actor is liaison or leader of the unit that is asked to swap."""
    return isinstance(swap, Swap) and _serves(actor, swap.to_id)


PLANNERS = has_role("centre", "head", "desk")
PLANNED = _("值勤由文明实践中心和创城办安排")
OWN_UNIT = _("只有值勤单位的联络员或负责人可以办理")
for _verb in ("add_roster", "change_roster", "set_posts", "set_units", "make_rota", "publish_roster", "end_roster", "cancel_turn", "give_turn"):
    perm(f"rosters.{_verb}", PLANNERS | is_system, PLANNED)
for _verb in ("confirm_turn", "correct_turn", "ask_swap", "withdraw_swap"):
    perm(f"rosters.{_verb}", stands_for, OWN_UNIT)
for _verb in ("agree_swap", "refuse_swap"):
    perm(f"rosters.{_verb}", is_asked, _("由被请求调换的单位答复"))
for _verb in ("remind", "lapse_swaps"):
    perm(f"rosters.{_verb}", is_system)
perm("rosters.renew_feed", stands_for, OWN_UNIT)
perm("rosters.see_rosters", has_role("centre", "head", "desk", "leader", "auditor"), _("值勤安排由文明实践中心、创城办、市领导和审计查看；各单位看自己的值勤"))
perm("rosters.see_own_turns", has_role("liaison", "unit_leader"), _("您不代表任何单位，没有要看的值勤"))
perm("rosters.use_planning_pages", PLANNERS, PLANNED)
perm("rosters.export_turns", has_role("auditor"), _("只有审计可以导出而不编排"))
