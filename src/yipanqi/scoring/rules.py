"""Who opens, freezes and publishes a period, who objects and who rules; who sees what."""

from __future__ import annotations

from typing import Any

import rules
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.selectors import related
from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Appointment, Role, User
from yipanqi.people.rules import has_role, is_authenticated, is_system
from yipanqi.scoring.models import Objection, Scorecard

SEE_ALL = (Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR)
OF_UNIT = (Role.LIAISON, Role.UNIT_LEADER)


@rules.predicate
def of_the_unit(actor: Any, thing: Any = None) -> bool:
    """Liaison or leader of the unit that the card, or the objection, is about."""
    card = thing.card if isinstance(thing, Objection) else thing
    return isinstance(actor, User) and isinstance(card, Scorecard) and card.unit_id in actor.units_as(*OF_UNIT)


@rules.predicate
def is_independent(actor: Any, thing: Any = None) -> bool:
    """Neither filed it nor serves the unit in question, or one above or below it, now or when the objection was filed."""
    if not isinstance(actor, User) or not isinstance(thing, Objection) or thing.filed_by_id == actor.pk:
        return False
    then = Appointment.objects.current(timezone.localdate(thing.filed_at)).filter(user=actor).select_related("unit")  # type: ignore[attr-defined]
    return not related([thing.card.unit], [post.unit for post in (*actor.current, *then)])


BY_HEAD = _("只有创城办负责人可以办理")
BY_UNIT = _("只有该单位的联络员或负责人可以办理")
for _verb in ("freeze", "reopen", "publish"):
    perm(f"scoring.{_verb}", has_role(Role.HEAD), BY_HEAD)
perm("scoring.open_period", has_role(Role.HEAD) | is_system, BY_HEAD)
perm("scoring.object_to_card", is_authenticated & of_the_unit, BY_UNIT)
perm("scoring.withdraw_objection", is_authenticated & of_the_unit, BY_UNIT)
for _verb in ("uphold_objection", "refuse_objection"):
    perm(f"scoring.{_verb}", has_role(Role.HEAD, Role.DESK) & is_independent, _("申诉由创城办裁定；本单位及其上下级单位的人员不能裁定"))
perm("scoring.see_scores", has_role(*SEE_ALL, *OF_UNIT, Role.API), _("考核由创城办、市领导、审计和责任单位查看"))
perm("scoring.note_export", has_role(*SEE_ALL), _("全部单位的考核由创城办、市领导和审计查看"))
perm("scoring.see_all_scores", has_role(*SEE_ALL), _("全部单位的考核由创城办、市领导和审计查看"))
