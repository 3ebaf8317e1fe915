"""Who signed up for what, who wants to swap with whom, and the secret addresses of calendars."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.activities.models.plans import Shift, ShiftRole
from yipanqi.activities.states import SIGN_UP, SWAP, SignUpState, SwapState
from yipanqi.kernel.personal import Personal
from yipanqi.teams.models import Team
from yipanqi.volunteers.models import Volunteer

KEPT = gettext_noop("随服务记录保存")


class SignUp(models.Model):
    """A volunteer wants to take part, or waits for a place; in the order of arrival.

    Nobody is assigned: either the volunteer came, or a leader wrote down what the volunteer said (`said_by_leader`, `said_how`,
    `entered_by`). `kept` are reasons for which the place might be taken away and the leader decided that it is not.
    """

    class Said(models.TextChoices):
        PHONE = "phone", _("本人电话告知")
        IN_PERSON = "in_person", _("本人当面告知")

    machine = SIGN_UP
    lock_first = ("shift",)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shift = models.ForeignKey(Shift, models.CASCADE, related_name="sign_ups")
    role = models.ForeignKey(ShiftRole, models.PROTECT, related_name="sign_ups", verbose_name=_("岗位"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="sign_ups")
    state = models.CharField(_("状态"), max_length=10, choices=SignUpState)
    said_by_leader = models.BooleanField(_("由队长代为报名"), default=False)
    said_how = models.CharField(_("本人如何告知"), max_length=10, choices=Said, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代为登记人"))
    signed_at = models.DateTimeField(_("报名时间"))
    moved_up_at = models.DateTimeField(_("递补时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("退出时间"), null=True, blank=True)
    why = models.CharField(_("原因"), max_length=200, blank=True)
    kept = models.JSONField(_("已同意保留"), default=list, blank=True)
    reminded_at = models.DateTimeField(_("提醒时间"), null=True, blank=True)
    personal: ClassVar[dict[str, Personal]] = {
        "volunteer": Personal(gettext_noop("组织志愿服务活动"), KEPT),
        "entered_by": Personal(gettext_noop("代为登记报名须留下登记人"), KEPT),
    }

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["shift", "volunteer"], condition=Q(state__in=("signed", "waiting")), name="sign_up_once"),
            models.CheckConstraint(condition=Q(said_by_leader=False, said_how="") | (Q(said_by_leader=True) & ~Q(said_how="")), name="sign_up_said"),
        ]
        indexes = [
            models.Index(fields=["volunteer", "state"], name="sign_up_volunteer"),
            models.Index(fields=["shift", "state", "id"], name="sign_up_shift"),
            models.Index(fields=["-signed_at", "-id"], name="sign_up_newest"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Swap(models.Model):
    """A volunteer asks another to swap shifts (`theirs` is the other's place), or to take the place over; the other decides."""

    machine = SWAP
    lock_first = ("first_shift", "second_shift")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sign_up = models.ForeignKey(SignUp, models.CASCADE, related_name="swaps", verbose_name=_("我的班次"))
    other = models.ForeignKey(Volunteer, models.PROTECT, related_name="asked_to_swap", verbose_name=_("对方"))
    theirs = models.ForeignKey(SignUp, models.CASCADE, null=True, blank=True, related_name="asked_for", verbose_name=_("对方的班次"))
    state = models.CharField(_("状态"), max_length=10, choices=SwapState, default=SwapState.ASKED)
    asked_at = models.DateTimeField(_("提出时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    personal: ClassVar[dict[str, Personal]] = {"other": Personal(gettext_noop("换班须对方本人同意"), KEPT)}

    class Meta:
        default_permissions = ()
        ordering = ("-asked_at", "-id")
        constraints = [models.UniqueConstraint(fields=["sign_up"], condition=Q(state="asked"), name="swap_one_open")]
        indexes = [models.Index(fields=["other", "state"], name="swap_other")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def _shifts(self) -> list[Shift]:
        shifts = {self.sign_up.shift_id: self.sign_up.shift}
        if self.theirs is not None:
            shifts[self.theirs.shift_id] = self.theirs.shift
        return sorted(shifts.values(), key=lambda shift: (shift.activity_id, shift.pk))

    @property
    def first_shift(self) -> Shift:
        """Of the shifts concerned the one that is locked first, so that two swaps never wait for each other."""
        return self._shifts[0]

    @property
    def second_shift(self) -> Shift | None:
        """The other shift concerned, where there are two."""
        return self._shifts[1] if len(self._shifts) > 1 else None


class Feed(models.Model):
    """A secret address under which a calendar is read; only its hash is kept. Revoked, it answers no more."""

    class Kind(models.TextChoices):
        OWN = "own", _("我的班次")
        TEAM = "team", _("队伍的活动")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("内容"), max_length=10, choices=Kind)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    owner = models.ForeignKey(Volunteer, models.CASCADE, related_name="feeds", verbose_name=_("志愿者"))
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="feeds", verbose_name=_("队伍"))
    created_at = models.DateTimeField(_("建立时间"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    personal: ClassVar[dict[str, Personal]] = {"owner": Personal(gettext_noop("让志愿者在自己的日历里看到班次"), gettext_noop("停用后一年内清除"))}

    class Meta:
        default_permissions = ()
        ordering = ("-created_at", "-id")
        constraints = [models.CheckConstraint(condition=Q(kind="own", team__isnull=True) | Q(kind="team", team__isnull=False), name="feed_of_what")]

    def __str__(self) -> str:
        return str(self.uuid)
