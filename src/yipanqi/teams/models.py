"""Who helps: kinds of service, stations, organisations, teams; brand projects, institutions and joint meetings."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.kernel.personal import EncryptedTextField, Personal
from yipanqi.people.models import Unit
from yipanqi.places.models import Area, Place

#: What the papers of institutions are attached to, see `files.catalogue.SUBJECTS`.
INSTITUTION_PAPERS = "teams.institution"


def there_on(on: dt.date, begun: str, ended: str) -> Q:
    """That something exists on a day: begun by it (an unknown day counts as long ago), and not ended. Named columns may lead
    over relations, as "team__founded_on"."""
    return (Q(**{f"{begun}__isnull": True}) | Q(**{f"{begun}__lte": on})) & (Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gt": on}))


class _Lasting(models.Model):
    """Something with a first day and the first day on which it is no more; it is never deleted."""

    begun, ended = "", ""

    class Meta:
        abstract = True

    def exists_on(self, day: dt.date) -> bool:
        """Whether it is there on a day: up to the day before the one on which it ends."""
        first, last = getattr(self, self.begun) if self.begun else None, getattr(self, self.ended)
        return (first is None or first <= day) and (last is None or day < last)

    @property
    def is_gone(self) -> bool:
        """Whether it has ended by today."""
        last = getattr(self, self.ended)
        return last is not None and last <= timezone.localdate()


class _Tree(_Lasting):
    """Something that stands below another of its kind."""

    class Meta:
        abstract = True

    @property
    def oldest(self) -> models.Model | None:
        """The first row, which stands for the tree: every change locks it first, so that two moves at once make no circle."""
        found = type(self)._default_manager.order_by("pk").first()
        return None if found is None or found.pk == self.pk else found


class ServiceKind(_Lasting):
    """A kind of service, under a theme such as 理论宣讲 or 关爱帮扶."""

    ended = "retired_on"

    class Theme(models.TextChoices):
        LECTURE = "lecture", _("理论宣讲")
        POLICY = "policy", _("政策宣传")
        CULTURE = "culture", _("文体活动")
        CARE = "care", _("关爱帮扶")
        ORDER = "order", _("文明劝导")
        ENVIRONMENT = "environment", _("环境保护")
        RESCUE = "rescue", _("应急救援")
        OTHER = "other", _("其他服务")

    key = models.SlugField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    theme = models.CharField(_("主题"), max_length=12, choices=Theme)
    min_age = models.PositiveSmallIntegerField(_("最低年龄"), default=0)
    insured = models.BooleanField(_("须购买保险"), default=False)
    training = models.CharField(_("须完成的培训"), max_length=40, blank=True, help_text="the key of a training, empty where none is needed")
    retired_on = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("theme", "key")

    def __str__(self) -> str:
        return self.name


class Station(_Tree):
    """A place of civilisation practice 文明实践中心·所·站·点: a tree below the centre."""

    begun, ended = "opened_on", "closed_on"
    lock_first = ("oldest",)

    class Level(models.TextChoices):
        CENTRE = "centre", _("文明实践中心")
        OFFICE = "office", _("文明实践所")
        STATION = "station", _("文明实践站")
        POINT = "point", _("文明实践点")

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级"))
    unit = models.OneToOneField(Unit, models.PROTECT, null=True, blank=True, related_name="station", verbose_name=_("所属单位"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在区划"))
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("点位"))
    address = models.CharField(_("地址"), max_length=200, blank=True)
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    hours = models.CharField(_("开放时间"), max_length=120, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    opened_on = models.DateField(_("建成日期"), null=True, blank=True)
    closed_on = models.DateField(_("撤销日期"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("code",)
        indexes = [models.Index(fields=["level", "code"], name="station_level")]

    def __str__(self) -> str:
        return self.name


class Organisation(_Lasting):
    """A volunteer organisation 志愿服务组织: registered with civil affairs, or grass-roots; maybe incubated."""

    begun, ended = "founded_on", "ended_on"

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("登记注册")
        GRASSROOTS = "grassroots", _("基层自组织")

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    social = models.BooleanField(_("社会公益组织"), default=False)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("主管单位"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在区划"))
    founded_on = models.DateField(_("成立（登记）日期"))
    ended_on = models.DateField(_("注销日期"), null=True, blank=True)
    incubated_from = models.DateField(_("孵化开始"), null=True, blank=True)
    incubated_until = models.DateField(_("孵化结束"), null=True, blank=True)
    incubated_by = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("孵化单位"))
    head = models.CharField(_("负责人"), max_length=40, blank=True)
    phone = EncryptedTextField(_("联系电话"), blank=True, default="")
    personal: ClassVar[dict[str, Personal]] = {
        "head": Personal(gettext_noop("联系志愿服务组织"), gettext_noop("更换负责人时更新，注销后一年内清除")),
        "phone": Personal(gettext_noop("联系志愿服务组织"), gettext_noop("更换负责人时更新，注销后一年内清除")),
    }

    class Meta:
        default_permissions = ()
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(fields=["credit_code"], condition=~Q(credit_code=""), name="organisation_credit_code"),
            models.CheckConstraint(condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("founded_on")), name="organisation_order"),
        ]
        indexes = [models.Index(fields=["kind", "code"], name="organisation_kind")]

    def __str__(self) -> str:
        return self.name


class Team(_Tree):
    """A team 队伍 that helps: a tree; of an organisation, a station or a unit."""

    begun, ended = "founded_on", "ended_on"
    lock_first = ("oldest",)

    class Kind(models.TextChoices):
        GENERAL = "general", _("志愿服务总队")
        SERVICE = "service", _("志愿服务队")
        LECTURE = "lecture", _("宣讲队伍")
        SQUAD = "squad", _("宣讲小分队")
        RESCUE = "rescue", _("应急救援队")
        STUDIO = "studio", _("品牌工作室")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind, default=Kind.SERVICE)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级队伍"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("所属组织"))
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("所属实践中心（所、站）"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所属单位"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务区域"))
    kinds = models.ManyToManyField(ServiceKind, blank=True, related_name="teams", verbose_name=_("服务类别"))
    intro = models.TextField(_("简介"), blank=True)
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    founded_on = models.DateField(_("成立日期"))
    ended_on = models.DateField(_("解散日期"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("code",)
        constraints = [models.CheckConstraint(condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("founded_on")), name="team_order")]
        indexes = [models.Index(fields=["kind", "code"], name="team_kind"), models.Index(fields=["station", "code"], name="team_station")]

    def __str__(self) -> str:
        return self.name


class Brand(_Lasting):
    """A brand project 品牌项目 such as 孝老饭庄 or 道德储蓄: what it is for, who runs it; activities and their results point to it."""

    begun, ended = "started_on", "ended_on"

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    intro = models.TextField(_("项目内容"), blank=True)
    kind = models.ForeignKey(ServiceKind, models.PROTECT, related_name="+", verbose_name=_("服务类别"))
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="brands", verbose_name=_("承办队伍"))
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="brands", verbose_name=_("承办实践中心（所、站）"))
    started_on = models.DateField(_("开始日期"))
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Institution(_Lasting):
    """A rule or institution 制度 of volunteering, one row a version."""

    begun, ended = "in_force_from", "in_force_until"

    code = models.CharField(_("编码"), max_length=40)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    title = models.CharField(_("名称"), max_length=120)
    issuer = models.CharField(_("制定单位"), max_length=80)
    text = models.TextField(_("内容"), blank=True)
    in_force_from = models.DateField(_("施行日期"))
    in_force_until = models.DateField(_("废止日期"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("code", "-version")
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="institution_version")]

    def __str__(self) -> str:
        return self.title

    @property
    def paper_ref(self) -> str:
        """By what its document files know it: a paper belongs to one version."""
        return f"{self.code}:{self.version}"


class JointMeeting(models.Model):
    """A joint meeting 联席会议 on volunteering: when, who took part, what was talked about."""

    code = models.CharField(_("编号"), max_length=40, unique=True)
    title = models.CharField(_("会议名称"), max_length=120)
    held_on = models.DateField(_("召开日期"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    units = models.ManyToManyField(Unit, blank=True, related_name="+", verbose_name=_("参加单位"))
    matters = models.TextField(_("议题"), blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-held_on", "-code")
        indexes = [models.Index(fields=["-held_on", "-code"], name="meeting_newest")]

    def __str__(self) -> str:
        return self.title


class Decision(models.Model):
    """What a joint meeting decided: which unit does what by when."""

    meeting = models.ForeignKey(JointMeeting, models.CASCADE, related_name="decisions")
    line = models.PositiveSmallIntegerField(_("序号"), default=1)
    text = models.CharField(_("议定事项"), max_length=300)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("承办单位"))
    due_on = models.DateField(_("完成期限"), null=True, blank=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    outcome = models.CharField(_("完成情况"), max_length=300, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("meeting", "line")
        constraints = [models.UniqueConstraint(fields=["meeting", "line"], name="decision_line")]
        indexes = [models.Index(fields=["due_on", "id"], name="decision_open", condition=Q(done_on__isnull=True))]

    def __str__(self) -> str:
        return self.text

    @property
    def code(self) -> str:
        """What it is called outside: the meeting's code and its own line."""
        return f"{self.meeting.code}-{self.line}"

    def late_on(self, day: dt.date) -> bool:
        """Whether it should have been done before a day and is not."""
        return self.done_on is None and self.due_on is not None and self.due_on < day
