"""Who may plan and who may look. The office plans, inspectors of the campaign record, auditors only read."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.inspections.models import Campaign, Visit
from yipanqi.inspections.selectors import inspects
from yipanqi.kernel.permissions import perm
from yipanqi.people.rules import has_role, is_system


@rules.predicate
def is_inspector_of(actor: Any, thing: Any) -> bool:
    """The actor is an inspector of the campaign, or of the campaign of the visit."""
    campaign = thing.campaign if isinstance(thing, Visit) else thing
    return isinstance(campaign, Campaign) and inspects(actor, campaign)


OFFICE = has_role("head", "desk")
OFFICE_ONLY = _("检查计划由创城办和综合组安排")
INSPECTORS_ONLY = _("只有本检查计划的检查员可以记录检查结果")

for _verb in ("add_campaign", "change_campaign", "assign_places", "remove_places", "open_campaign", "close_campaign", "cancel_campaign"):
    perm(f"inspections.{_verb}", OFFICE | is_system, OFFICE_ONLY)
for _verb in ("start_visit", "record_finding", "pass_rest", "finish_visit", "give_up_visit"):
    perm(f"inspections.{_verb}", is_inspector_of, INSPECTORS_ONLY)
perm("inspections.see_campaigns", has_role("head", "desk", "leader", "auditor", "inspector"), _("您的角色不查看检查计划"))
