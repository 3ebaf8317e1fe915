"""Who was there, from when until when; who was not; corrections of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.activities.models.plans import Shift, ShiftRole
from yipanqi.activities.models.signing_up import SignUp
from yipanqi.activities.states import ATTENDANCE, CORRECTION, AttendanceState, CorrectionState
from yipanqi.kernel.personal import Personal
from yipanqi.volunteers.models import Volunteer

SERVICE, FOR_GOOD = gettext_noop("记录志愿服务时长"), gettext_noop("随服务记录长期保存，申请删除时去除身份")
TWO = Personal(gettext_noop("更正服务时长须由两人办理"), gettext_noop("随服务记录保存"))


class How(models.TextChoices):
    """By what it is known that somebody was there. Of a position only this word is kept, never the position."""

    CODE = "code", _("扫码")
    POSITION = "position", _("现场定位")
    LIST = "list", _("队长登记")
    IMPORTED = "imported", _("导入")


class Attendance(models.Model):
    """A volunteer took part in a shift. `minutes` follow from in and out and are capped by the shift (`most`, as it was when
    they were reckoned); None while they are not certain. Whoever `confirmed` it said the times; marks no longer change them."""

    How = How
    machine = ATTENDANCE
    lock_first = ("volunteer",)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="attendances")
    role = models.ForeignKey(ShiftRole, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("岗位"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="attendances")
    state = models.CharField(_("状态"), max_length=10, choices=AttendanceState)
    how = models.CharField(_("签到方式"), max_length=10, choices=How)
    walk_in = models.BooleanField(_("现场加入"), default=False, help_text="came without having signed up")
    in_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    out_at = models.DateTimeField(_("签退时间"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("服务时长（分钟）"), null=True, blank=True)
    most = models.PositiveIntegerField(_("班次时长（分钟）"), default=0)
    settled_at = models.DateTimeField(_("入账时间"), null=True, blank=True)
    served_on = models.DateField(_("服务日期"))
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    personal: ClassVar[dict[str, Personal]] = {
        "volunteer": Personal(SERVICE, FOR_GOOD),
        "confirmed_by": Personal(gettext_noop("留存确认服务时长的责任"), gettext_noop("随服务记录保存")),
    }

    class Meta:
        default_permissions = ()
        ordering = ("-served_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=["shift", "volunteer"], condition=~Q(state="void"), name="attendance_once"),
            models.CheckConstraint(condition=Q(out_at__isnull=True) | Q(in_at__isnull=True) | Q(out_at__gte=F("in_at")), name="attendance_order"),
            models.CheckConstraint(condition=Q(minutes__isnull=True) | Q(minutes__lte=F("most")), name="attendance_capped"),
            models.CheckConstraint(condition=~Q(state__in=("in", "done", "settled")) | Q(in_at__isnull=False), name="attendance_began"),
            models.CheckConstraint(
                condition=~Q(state__in=("done", "settled")) | Q(out_at__isnull=False, minutes__isnull=False), name="attendance_ended"
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "-served_on", "-id"], name="attendance_volunteer"),
            models.Index(fields=["state", "-served_on", "-id"], name="attendance_state"),
            models.Index(fields=["-served_on", "-id"], name="attendance_newest"),
            models.Index(fields=["shift", "state"], name="attendance_shift"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Mark(models.Model):
    """A sign-in or sign-out as it arrived. The uuid comes from the phone, so that what is sent again arrives once. In and out
    of the attendance follow from all its marks, in whatever order they came."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="marks")
    out = models.BooleanField(_("签退"))
    at = models.DateTimeField(_("时间"))
    how = models.CharField(_("方式"), max_length=10, choices=How)
    kept = models.BooleanField(_("断网补传"), default=False)
    received_at = models.DateTimeField(_("收到时间"))
    personal: ClassVar[dict[str, Personal]] = {"attendance": Personal(SERVICE, gettext_noop("入账30日后清除"))}

    class Meta:
        default_permissions = ()
        ordering = ("at", "id")

    def __str__(self) -> str:
        return str(self.uuid)


class Absence(models.Model):
    """Somebody who had signed up did not come, as the leader noted, so that the place is free. Counted nowhere, no score."""

    class Reason(models.TextChoices):
        TOLD = "told", _("提前说明")
        ILL = "ill", _("身体不适")
        WORK = "work", _("临时有事")
        TRAFFIC = "traffic", _("天气或交通")
        UNKNOWN = "unknown", _("没有说明")

    sign_up = models.OneToOneField(SignUp, models.CASCADE, related_name="absence")
    reason = models.CharField(_("原因"), max_length=10, choices=Reason, default=Reason.UNKNOWN)
    noted_at = models.DateTimeField(_("登记时间"))
    personal: ClassVar[dict[str, Personal]] = {"sign_up": Personal(gettext_noop("安排现场替补"), gettext_noop("班次结束90日后清除，不评分、不排名"))}

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.sign_up_id}"


class Correction(models.Model):
    """Somebody asks to correct an attendance, somebody else decides."""

    machine = CORRECTION
    lock_first = ("attendance",)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="corrections")
    state = models.CharField(_("状态"), max_length=10, choices=CorrectionState, default=CorrectionState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"))
    reason = models.CharField(_("理由"), max_length=200)
    in_at = models.DateTimeField(_("更正后的签到时间"), null=True, blank=True)
    out_at = models.DateTimeField(_("更正后的签退时间"), null=True, blank=True)
    void = models.BooleanField(_("作废"), default=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    minutes_before = models.PositiveIntegerField(_("更正前（分钟）"), null=True, blank=True)
    minutes_after = models.PositiveIntegerField(_("更正后（分钟）"), null=True, blank=True)
    personal: ClassVar[dict[str, Personal]] = {"asked_by": TWO, "decided_by": TWO}

    class Meta:
        default_permissions = ()
        ordering = ("-asked_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="correction_two_persons"),
            models.UniqueConstraint(fields=["attendance"], condition=Q(state="asked"), name="correction_one_at_a_time"),
            models.CheckConstraint(condition=Q(void=True) | Q(in_at__isnull=False, out_at__gte=F("in_at")), name="correction_says_what"),
        ]
        indexes = [
            models.Index(fields=["state", "-asked_at", "-id"], name="correction_state"),
            models.Index(fields=["-asked_at", "-id"], name="correction_newest"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
