"""Series, activities, their shifts with roles, and what came of them."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.activities.states import ACTIVITY, SERIES, SHIFT, ActivityState, SeriesState, ShiftState
from yipanqi.places.models import Area, Place
from yipanqi.teams.models import Brand, ServiceKind, Station, Team


class Level(models.TextChoices):
    CENTRE = "centre", _("中心")
    OFFICE = "office", _("所")
    STATION = "station", _("站")
    POINT = "point", _("点")


class Series(models.Model):
    """A recurring activity 系列活动 by an iCalendar rule (RFC 5545), such as FREQ=MONTHLY;BYMONTHDAY=6,16,26 for 逢6上街.

    `template` is what each activity of it begins as: what `add_activity` takes, with its shifts as times of day. Changing
    all dates from one on ends the series the day before; the one that `follows` it goes on.
    """

    machine = SERIES
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("名称"), max_length=80)
    state = models.CharField(_("状态"), max_length=10, choices=SeriesState, default=SeriesState.RUNNING)
    rule = models.CharField(_("重复规则"), max_length=200)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    template = models.JSONField(_("每次活动的安排"), default=dict)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="series", verbose_name=_("队伍"))
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="series", verbose_name=_("实践中心（所、站）"))
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("接续的系列"))
    made_until = models.DateField(_("已生成到"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("停止时间"), null=True, blank=True)
    stopped_why = models.CharField(_("停止原因"), max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-id",)
        constraints = [models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="series_order")]
        indexes = [models.Index(fields=["state", "-id"], name="series_state")]

    def __str__(self) -> str:
        return self.title


class SeriesDate(models.Model):
    """A date of a series that is otherwise than the rule says: left out, or moved to another day."""

    series = models.ForeignKey(Series, models.CASCADE, related_name="exceptions")
    on = models.DateField(_("原定日期"))
    moved_to = models.DateField(_("改到"), null=True, blank=True)
    why = models.CharField(_("原因"), max_length=200)

    class Meta:
        default_permissions = ()
        ordering = ("on",)
        constraints = [models.UniqueConstraint(fields=["series", "on"], name="series_date_once")]


class Activity(models.Model):
    """An activity 活动 held by a team or a station, open to volunteers who choose to come. `starts_at` and `ends_at` span its
    shifts. `of_hand`: one of a series that was changed by itself, and is left alone by changes of the series."""

    machine, Level = ACTIVITY, Level

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("活动编号"), max_length=30, unique=True)
    title = models.CharField(_("活动名称"), max_length=80)
    title_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    kind = models.ForeignKey(ServiceKind, models.PROTECT, related_name="+", verbose_name=_("服务类别"))
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    state = models.CharField(_("状态"), max_length=10, choices=ActivityState, default=ActivityState.DRAFT)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("队伍"))
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("实践中心（所、站）"))
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("品牌项目"))
    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("系列活动"))
    occurs_on = models.DateField(_("系列日期"), null=True, blank=True)
    of_hand = models.BooleanField(default=False)
    about = models.TextField(_("活动内容"), blank=True)
    about_en = models.TextField(_("英文内容"), blank=True)
    risks = models.CharField(_("风险提示"), max_length=300, blank=True)
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
    opened_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结项时间"), null=True, blank=True)
    report = models.TextField(_("活动小结"), blank=True)
    beneficiaries = models.PositiveIntegerField(_("受益人数"), null=True, blank=True)
    beneficiaries_estimated = models.BooleanField(_("受益人数为估计"), default=False)
    report_corrected_why = models.CharField(_("更正原因"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    cancelled_why = models.CharField(_("取消原因"), max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-starts_at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="activity_order"),
            models.CheckConstraint(condition=Q(team__isnull=False) | Q(station__isnull=False), name="activity_held_by"),
            models.UniqueConstraint(fields=["series", "occurs_on"], condition=Q(series__isnull=False), name="activity_of_series_once"),
        ]
        indexes = [
            models.Index(fields=["state", "starts_at", "id"], name="activity_state"),
            models.Index(fields=["-starts_at", "-id"], name="activity_newest"),
            models.Index(fields=["team", "-starts_at", "-id"], name="activity_team"),
            models.Index(fields=["station", "-starts_at", "-id"], name="activity_station"),
            models.Index(fields=["brand", "-starts_at", "-id"], name="activity_brand"),
            models.Index(fields=["kind", "-starts_at", "-id"], name="activity_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    def title_in(self, language: str) -> str:
        """The title in a language, where it was given in it."""
        return self.title_en if language.startswith("en") and self.title_en else self.title

    def about_in(self, language: str) -> str:
        """What it is about, in a language where it was given in it."""
        return self.about_en if language.startswith("en") and self.about_en else self.about


class Shift(models.Model):
    """A stretch of time of an activity that people sign up for. `secret` makes the rotating code of the sign-in; `version`
    grows with every change, as calendars want to know."""

    machine = SHIFT
    lock_first = ("activity",)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="shifts")
    state = models.CharField(_("状态"), max_length=10, choices=ShiftState, default=ShiftState.PLANNED)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    place_name = models.CharField(_("集合地点"), max_length=120, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="shifts", verbose_name=_("点位"))
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    briefed_at = models.DateTimeField(_("安全交底时间"), null=True, blank=True)
    briefed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("交底人"))
    briefing = models.CharField(_("安全交底内容"), max_length=300, blank=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    cancelled_why = models.CharField(_("取消原因"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)
    secret = models.BinaryField(default=b"", editable=False)

    class Meta:
        default_permissions = ()
        ordering = ("starts_at", "id")
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_order")]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="shift_start"),
            models.Index(fields=["place", "starts_at"], name="shift_place"),
        ]

    def __str__(self) -> str:
        start, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}"

    @property
    def on(self) -> dt.date:
        """The day of the city on which it begins."""
        return timezone.localdate(self.starts_at)

    @property
    def minutes(self) -> int:
        """How long it lasts: no more can be credited."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class ShiftRole(models.Model):
    """A role in a shift with the number of people it takes; it may ask for more than the activity does."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="roles")
    name = models.CharField(_("岗位"), max_length=40)
    limit = models.PositiveSmallIntegerField(_("人数"))
    min_age = models.PositiveSmallIntegerField(_("最低年龄"), default=0)
    training = models.CharField(_("须完成的培训"), max_length=40, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["shift", "name"], name="shift_role_once")]

    def __str__(self) -> str:
        return self.name


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
        indexes = [models.Index(fields=["what"], name="result_line_what")]

    def __str__(self) -> str:
        return f"{self.what} {self.quantity.normalize():f} {self.unit}"
