"""Who was there, from when until when, and corrections of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.activities.models.plans import Shift, ShiftRole
from yipanqi.activities.states import AttendanceState
from yipanqi.kernel.personal import Personal
from yipanqi.volunteers.models import Volunteer


class Attendance(models.Model):
    """A volunteer took part in a shift. `minutes` are derived from in and out and capped by the shift; None while it is not certain."""

    class How(models.TextChoices):
        CODE = "code", _("扫码")
        POSITION = "position", _("现场定位")
        LIST = "list", _("队长登记")
        IMPORTED = "imported", _("导入")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="attendances")
    role = models.ForeignKey(ShiftRole, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("岗位"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="attendances")
    state = models.CharField(_("状态"), max_length=10, choices=AttendanceState)
    how = models.CharField(_("签到方式"), max_length=10, choices=How)
    in_at = models.DateTimeField(_("签到时间"))
    out_at = models.DateTimeField(_("签退时间"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("服务时长（分钟）"), null=True, blank=True)
    settled_at = models.DateTimeField(_("入账时间"), null=True, blank=True)
    served_on = models.DateField(_("服务日期"))
    personal: ClassVar[dict[str, Personal]] = {"volunteer": Personal(gettext_noop("记录志愿服务时长"), gettext_noop("随服务记录长期保存，申请删除时去除身份"))}

    class Meta:
        default_permissions = ()
        ordering = ("-in_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["shift", "volunteer"], condition=~Q(state="void"), name="attendance_once"),
            models.CheckConstraint(condition=Q(out_at__isnull=True) | Q(out_at__gte=F("in_at")), name="attendance_order"),
        ]
        indexes = [
            models.Index(fields=["volunteer", "served_on"], name="attendance_volunteer"),
            models.Index(fields=["served_on", "state"], name="attendance_day"),
        ]


class Correction(models.Model):
    """Somebody asks to correct an attendance, somebody else decides."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attendance = models.ForeignKey(Attendance, models.CASCADE, related_name="corrections")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"))
    reason = models.CharField(_("理由"), max_length=200)
    in_at = models.DateTimeField(_("更正后的签到时间"), null=True, blank=True)
    out_at = models.DateTimeField(_("更正后的签退时间"), null=True, blank=True)
    void = models.BooleanField(_("作废"), default=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    agreed = models.BooleanField(_("同意"), null=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    personal: ClassVar[dict[str, Personal]] = {
        "asked_by": Personal(gettext_noop("更正服务时长须由两人办理"), gettext_noop("随服务记录保存")),
        "decided_by": Personal(gettext_noop("更正服务时长须由两人办理"), gettext_noop("随服务记录保存")),
    }

    class Meta:
        default_permissions = ()
        ordering = ("-asked_at", "-id")
        constraints = [models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="correction_two_persons")]
