"""Who keeps the board: the office and its duty desk. Everyone at work may read it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role
from yipanqi.people.rules import has_role, is_authenticated, is_system

KEEPERS = has_role(Role.HEAD, Role.DESK) | is_system
WHY = _("只有创城办和综合组可以维护区划、路段、点位和责任")

for thing in ("area", "segment", "zone"):
    for verb in ("add", "change", "remove"):
        perm(f"places.{verb}_{thing}", KEEPERS, WHY)
for verb in ("add_place", "change_place", "suspend_place", "reopen_place", "close_place", "save_places"):
    perm(f"places.{verb}", KEEPERS, WHY)
for verb in ("add_duty", "change_duty", "end_duty"):
    perm(f"places.{verb}", KEEPERS, WHY)
perm("places.view_board", is_authenticated | is_system, _("请先登录"))
