"""Series, activities, their shifts with roles, who signed up, and what came of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.activities.states import ActivityState, SignUpState
from yipanqi.kernel.personal import Personal
from yipanqi.places.models import Area, Place
from yipanqi.teams.models import Brand, ServiceKind, Station, Team
from yipanqi.volunteers.models import Volunteer


class Series(models.Model):
    """A recurring activity 系列活动 by an iCalendar rule (RFC 5545), such as FREQ=MONTHLY;BYMONTHDAY=6,16,26 for 逢6上街."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("名称"), max_length=80)
    rule = models.CharField(_("重复规则"), max_length=200)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    template = models.JSONField(_("每次活动的安排"), default=dict)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="series", verbose_name=_("队伍"))
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="series", verbose_name=_("实践中心（所、站）"))
    stopped_at = models.DateTimeField(_("停止时间"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title


class Activity(models.Model):
    """An activity 活动 held by a team or a station, open to volunteers who choose to come."""

    class Level(models.TextChoices):
        CENTRE = "centre", _("中心")
        OFFICE = "office", _("所")
        STATION = "station", _("站")
        POINT = "point", _("点")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("活动编号"), max_length=30, unique=True)
    title = models.CharField(_("活动名称"), max_length=80)
    kind = models.ForeignKey(ServiceKind, models.PROTECT, related_name="+", verbose_name=_("服务类别"))
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    state = models.CharField(_("状态"), max_length=10, choices=ActivityState, default=ActivityState.DRAFT)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("队伍"))
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("实践中心（所、站）"))
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("品牌项目"))
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("系列活动"))
    occurs_on = models.DateField(_("系列日期"), null=True, blank=True)
    about = models.TextField(_("活动内容"), blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("点位"))
    address = models.CharField(_("地点"), max_length=200, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在区划"))
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    min_age = models.PositiveSmallIntegerField(_("最低年龄"), default=0)
    training = models.CharField(_("须完成的培训"), max_length=40, blank=True)
    insurance = models.CharField(_("保险"), max_length=120, blank=True)
    briefed_at = models.DateTimeField(_("安全提示时间"), null=True, blank=True)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    created_at = models.DateTimeField(_("建立时间"))
    closed_at = models.DateTimeField(_("结项时间"), null=True, blank=True)
    report = models.TextField(_("活动小结"), blank=True)
    beneficiaries = models.PositiveIntegerField(_("受益人数"), null=True, blank=True)
    beneficiaries_estimated = models.BooleanField(_("受益人数为估计"), default=False)
    cancelled_why = models.CharField(_("取消原因"), max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-starts_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="activity_order"),
            models.UniqueConstraint(fields=["series", "occurs_on"], condition=Q(series__isnull=False), name="activity_of_series_once"),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="activity_state")]

    def __str__(self) -> str:
        return self.title


class Shift(models.Model):
    """A stretch of time of an activity that people sign up for. `secret` makes the rotating code of the sign-in."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    place_name = models.CharField(_("集合地点"), max_length=120, blank=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    secret = models.BinaryField(default=b"", editable=False)

    class Meta:
        default_permissions = ()
        ordering = ("starts_at", "id")
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_order")]
        indexes = [models.Index(fields=["starts_at", "id"], name="shift_start")]


class ShiftRole(models.Model):
    """A role in a shift with the number of people it takes."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="roles")
    name = models.CharField(_("岗位"), max_length=40)
    limit = models.PositiveSmallIntegerField(_("人数"))

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["shift", "name"], name="shift_role_once")]


class SignUp(models.Model):
    """A volunteer wants to take part, or waits for a place; in the order of arrival."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shift = models.ForeignKey(Shift, models.CASCADE, related_name="sign_ups")
    role = models.ForeignKey(ShiftRole, models.PROTECT, related_name="sign_ups", verbose_name=_("岗位"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="sign_ups")
    state = models.CharField(_("状态"), max_length=10, choices=SignUpState)
    said_by_leader = models.BooleanField(_("由队长代为报名"), default=False)
    signed_at = models.DateTimeField(_("报名时间"))
    moved_up_at = models.DateTimeField(_("递补时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("退出时间"), null=True, blank=True)
    personal: ClassVar[dict[str, Personal]] = {"volunteer": Personal(gettext_noop("组织志愿服务活动"), gettext_noop("随服务记录保存"))}

    class Meta:
        default_permissions = ()
        ordering = ("signed_at", "id")
        constraints = [models.UniqueConstraint(fields=["shift", "volunteer"], condition=Q(state__in=("signed", "waiting")), name="sign_up_once")]
        indexes = [models.Index(fields=["volunteer", "state"], name="sign_up_volunteer")]


class ResultLine(models.Model):
    """A quantity of the closing report: 清理小广告 120 处."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="results")
    what = models.CharField(_("事项"), max_length=60)
    quantity = models.DecimalField(_("数量"), max_digits=12, decimal_places=2)
    unit = models.CharField(_("单位"), max_length=12)
    estimated = models.BooleanField(_("估计数"), default=False)

    class Meta:
        default_permissions = ()
        ordering = ("id",)
