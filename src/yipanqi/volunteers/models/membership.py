"""Who belongs to which team, and who leads it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.kernel.personal import Personal
from yipanqi.teams.models import Team
from yipanqi.volunteers.models.person import Volunteer
from yipanqi.volunteers.states import MEMBERSHIP, MembershipState


class Membership(models.Model):
    """A volunteer belongs to a team from a day until a day (both included), maybe as its leader."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="memberships", verbose_name=_("志愿者"))
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships", verbose_name=_("队伍"), db_index=False)
    is_leader = models.BooleanField(_("队长"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=MembershipState, default=MembershipState.ASKED)
    asked_at = models.DateTimeField(_("申请时间"), null=True, blank=True)
    since = models.DateField(_("开始日期"))
    until = models.DateField(_("结束日期"), null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    machine = MEMBERSHIP
    personal: ClassVar[dict[str, Personal]] = {"volunteer": Personal(gettext_noop("志愿服务队伍管理"), gettext_noop("离队后随服务记录保存，申请删除时去除身份"))}

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "team"], condition=Q(state__in=("asked", "member")), name="membership_once"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="membership_order"),
        ]
        indexes = [models.Index(fields=["team", "state", "-id"], name="membership_team")]

    def __str__(self) -> str:
        return f"{self.team_id}:{self.volunteer_id}"
