"""What is recorded of a volunteer, by whoever organised it: service, training, commendations, evaluations."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.activities.models import Attendance
from yipanqi.kernel.personal import Personal
from yipanqi.records.hours import hours_text
from yipanqi.teams.models import Organisation, ServiceKind, Station, Team
from yipanqi.volunteers.models import Volunteer

RECORDED = Personal(gettext_noop("志愿服务记录与证明出具办法（试行）要求如实记录"), gettext_noop("随志愿服务记录长期保存，申请删除时去除身份"))
WRITTEN = Personal(gettext_noop("谁组织谁记录，留存记录责任"), gettext_noop("随志愿服务记录保存"))


class Issuer(models.Model):
    """Who records and therefore certifies 谁记录谁证明: an organisation, a station, or a team that belongs to neither."""

    code = models.CharField(_("编码"), max_length=50, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    organisation = models.OneToOneField(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("组织"))
    station = models.OneToOneField(Station, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("实践中心（所、站）"))
    team = models.OneToOneField(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("队伍"))
    head = models.CharField(_("负责人"), max_length=40, blank=True)
    contact = models.CharField(_("联系方式"), max_length=60, blank=True)
    personal: ClassVar[dict[str, Personal]] = {"head": Personal(gettext_noop("证明上须写明出具单位负责人"), gettext_noop("更换负责人时更新"))}

    class Meta:
        default_permissions = ()
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                name="issuer_is_one_of_three",
                condition=Q(organisation__isnull=False, station__isnull=True, team__isnull=True)
                | Q(organisation__isnull=True, station__isnull=False, team__isnull=True)
                | Q(organisation__isnull=True, station__isnull=True, team__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Standing(models.Model):
    """What all service of a volunteer comes to; kept with every entry so that nobody has to add up a city's."""

    volunteer = models.OneToOneField(Volunteer, models.PROTECT, primary_key=True, related_name="standing")
    minutes = models.PositiveIntegerField(_("累计时长（分钟）"), default=0)
    services = models.PositiveIntegerField(_("服务次数"), default=0)
    first_on = models.DateField(_("首次服务"), null=True, blank=True)
    last_on = models.DateField(_("最近服务"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["first_on"], name="standing_first")]

    def __str__(self) -> str:
        return f"standing:{self.pk}"


class Entry(models.Model):
    """Something recorded: about whom, by whom, when it was. What was struck out stays, with the moment."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="+", verbose_name=_("志愿者"))
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="+", verbose_name=_("记录单位"))
    on = models.DateField(_("日期"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField(_("记录时间"))
    struck_at = models.DateTimeField(_("作废时间"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def hours(self) -> str:
        """Its minutes as hours and minutes, of what has minutes."""
        return hours_text(getattr(self, "minutes", 0))


class Service(Entry):
    """Service done: on a shift of an activity, or brought over from an earlier system as an opening record 期初记录."""

    class Origin(models.TextChoices):
        ATTENDANCE = "attendance", _("活动签到")
        OPENING = "opening", _("历史导入")

    origin = models.CharField(_("来源"), max_length=10, choices=Origin, default=Origin.ATTENDANCE)
    attendance = models.OneToOneField(Attendance, models.PROTECT, null=True, blank=True, related_name="service")
    kind = models.ForeignKey(ServiceKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务类别"))
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("队伍"))
    title = models.CharField(_("活动或项目名称"), max_length=120)
    place = models.CharField(_("服务地点"), max_length=200, blank=True)
    content = models.CharField(_("服务内容"), max_length=300, blank=True)
    in_charge = models.CharField(_("活动负责人"), max_length=40, blank=True)
    minutes = models.PositiveIntegerField(_("服务时长（分钟）"))
    source = models.CharField(_("原系统"), max_length=60, blank=True)
    source_key = models.CharField(_("原系统记录编号"), max_length=60, blank=True)
    personal: ClassVar[dict[str, Personal]] = {"volunteer": RECORDED, "in_charge": RECORDED, "entered_by": WRITTEN}

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], condition=~Q(source_key=""), name="service_opening_once"),
            models.CheckConstraint(
                name="service_origin",
                condition=Q(origin="attendance", attendance__isnull=False) | (Q(origin="opening", attendance__isnull=True) & ~Q(source="")),
            ),
        ]
        indexes = [
            models.Index(fields=["volunteer", "-on", "-id"], name="service_volunteer"),
            models.Index(fields=["issuer", "-on", "-id"], name="service_issuer"),
            models.Index(fields=["-on", "-id"], name="service_newest"),
            models.Index(fields=["on", "volunteer", "minutes"], name="service_day"),
        ]

    def __str__(self) -> str:
        return self.title


class Training(Entry):
    """A training taken. `course` is the key that activities and kinds of service ask for, valid until a day."""

    course = models.SlugField(_("培训科目"), max_length=40, blank=True)
    name = models.CharField(_("培训名称"), max_length=80)
    content = models.CharField(_("主要内容"), max_length=300)
    minutes = models.PositiveIntegerField(_("学习时长（分钟）"))
    trainer = models.CharField(_("培训人"), max_length=80)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    personal: ClassVar[dict[str, Personal]] = {"volunteer": RECORDED, "trainer": RECORDED, "entered_by": WRITTEN}

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="training_order", condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("on")))]
        indexes = [
            models.Index(fields=["volunteer", "-on", "-id"], name="training_volunteer"),
            models.Index(fields=["issuer", "-on", "-id"], name="training_issuer"),
            models.Index(fields=["-on", "-id"], name="training_newest"),
            models.Index(fields=["course", "volunteer"], name="training_course", condition=Q(struck_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name


class Commendation(Entry):
    """A commendation: its name, when and by whom it was granted."""

    name = models.CharField(_("表彰奖励名称"), max_length=80)
    granted_by = models.CharField(_("授予单位"), max_length=80)
    personal: ClassVar[dict[str, Personal]] = {"volunteer": RECORDED, "entered_by": WRITTEN}

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["volunteer", "-on", "-id"], name="commendation_volunteer"),
            models.Index(fields=["issuer", "-on", "-id"], name="commendation_issuer"),
            models.Index(fields=["-on", "-id"], name="commendation_newest"),
        ]

    def __str__(self) -> str:
        return self.name


class Evaluation(Entry):
    """How a volunteer's service was judged, by those it was done for or with. Never summed up into a rank."""

    class Quality(models.TextChoices):
        EXCELLENT = "excellent", _("优秀")
        GOOD = "good", _("良好")
        FAIR = "fair", _("合格")
        POOR = "poor", _("不合格")

    quality = models.CharField(_("服务质量"), max_length=10, choices=Quality)
    evaluator = models.CharField(_("评价人"), max_length=80)
    words = models.CharField(_("评价内容"), max_length=300, blank=True)
    personal: ClassVar[dict[str, Personal]] = {"volunteer": RECORDED, "evaluator": RECORDED, "words": RECORDED, "entered_by": WRITTEN}

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["volunteer", "-on", "-id"], name="evaluation_volunteer"),
            models.Index(fields=["issuer", "-on", "-id"], name="evaluation_issuer"),
            models.Index(fields=["-on", "-id"], name="evaluation_newest"),
        ]

    def __str__(self) -> str:
        return self.get_quality_display()
