"""Units, work groups, users and their appointments."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.kernel.personal import EncryptedTextField, Personal, mask


class UnitKind(models.TextChoices):
    OFFICE = "office", _("创城办")
    DEPARTMENT = "department", _("部门")
    DISTRICT = "district", _("区县")
    STREET = "street", _("街道（镇）")
    COMMUNITY = "community", _("社区（村）")
    ENTERPRISE = "enterprise", _("企业")
    SCHOOL = "school", _("学校")
    PROPERTY = "property", _("物业公司")
    PRACTICE = "practice_centre", _("文明实践中心（所、站）")


class Role(models.TextChoices):
    HEAD = "head", _("创城办负责人")
    DESK = "desk", _("综合组（值班台）")
    INSPECTOR = "inspector", _("检查员")
    LIAISON = "liaison", _("责任单位联络员")
    UNIT_LEADER = "unit_leader", _("单位负责人")
    GRID = "grid", _("网格员")
    CENTRE = "centre", _("文明实践中心")
    STATION = "station", _("文明实践所（站）")
    LEADER = "leader", _("市领导")
    AUDITOR = "auditor", _("审计")
    ADMIN = "admin", _("系统管理员")
    API = "api", _("接口客户端")


CITYWIDE = (Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR)


def standing(on: dt.date, unit: str = "") -> Q:
    """That a unit exists on a day. `unit` is the way to it from the rows asked, as "unit__"."""
    return Q(**{f"{unit}dissolved_on__isnull": True}) | Q(**{f"{unit}dissolved_on__gt": on})


class Unit(models.Model):
    """An organisation that can answer for something. Dissolved units stay, with the first day on which they are no more."""

    lock_first = ("oldest",)
    code = models.CharField(_("单位编码"), max_length=40, unique=True)
    name = models.CharField(_("单位名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=30, blank=True)
    sort_key = models.CharField(max_length=200, blank=True)
    kind = models.CharField(_("单位类型"), max_length=20, choices=UnitKind)
    department_type = models.CharField(_("职能类型"), max_length=40, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级单位"))
    area_code = models.CharField(_("属地区划代码"), max_length=15, blank=True)
    phone = models.CharField(_("值班电话"), max_length=30, blank=True)
    dissolved_on = models.DateField(_("撤销日期"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("sort_key", "code")
        indexes = [models.Index(fields=["department_type"], name="unit_department"), models.Index(fields=["area_code"], name="unit_area")]

    def __str__(self) -> str:
        return self.short_name or self.name

    def exists_on(self, day: dt.date) -> bool:
        """Whether the unit answers on a day: up to the day before the one on which it is dissolved."""
        return self.dissolved_on is None or day < self.dissolved_on

    @property
    def is_gone(self) -> bool:
        """Whether it has been dissolved by today."""
        return not self.exists_on(timezone.localdate())

    @property
    def oldest(self) -> Unit | None:
        """The first unit of the board, which stands for its tree: every change locks it first, so that two moves at once make no circle."""
        found = Unit.objects.order_by("pk").first()
        return None if found is None or found.pk == self.pk else found


class WorkGroup(models.Model):
    """A working group 工作组 or duty group 专责组: a leader, member units, a remit."""

    class Kind(models.TextChoices):
        WORKING = "working", _("工作组")
        DUTY = "duty", _("专责组")

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    leader = models.ForeignKey("User", models.PROTECT, null=True, blank=True, verbose_name=_("组长"))
    members = models.ManyToManyField(Unit, blank=True, verbose_name=_("成员单位"))
    remit = models.TextField(_("职责"), blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("kind", "code")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, *, name: str = "", **extra: Any) -> User:
        user = self.model(username=username, name=name or username, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person (or program) that signs in. What it may do comes from its appointments alone."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    phone = EncryptedTextField(_("手机号"), blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("须修改密码"), default=False)
    password_given_at = models.DateTimeField(_("一次性密码给出时间"), null=True, blank=True)
    language = models.CharField(_("界面语言"), max_length=10, default="zh-hans")
    date_joined = models.DateTimeField(_("建立时间"), default=timezone.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    is_staff = False
    personal: ClassVar[dict[str, Personal]] = {
        "name": Personal(gettext_noop("识别承办人、留存办理责任"), gettext_noop("离任后随办理记录保留")),
        "phone": Personal(gettext_noop("工作联系"), gettext_noop("离任后30日内清除")),
        "email": Personal(gettext_noop("工作通知"), gettext_noop("离任后30日内清除")),
    }
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        default_permissions = ()
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name

    @property
    def actor_key(self) -> str:
        return f"user:{self.username}"

    @cached_property
    def current(self) -> list[Appointment]:
        """Today's appointments with their units, read once per object."""
        return list(self.appointments.current(timezone.localdate()).select_related("unit").order_by("pk"))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(a.role for a in self.current)

    @property
    def unit_ids(self) -> frozenset[int]:
        return frozenset(a.unit_id for a in self.current)

    def units_as(self, *roles: str) -> frozenset[int]:
        """Row ids of the units this user serves in one of `roles`."""
        return frozenset(a.unit_id for a in self.current if a.role in roles)

    @property
    def main_unit(self) -> Unit | None:
        return self.current[0].unit if self.current else None

    @property
    def main_role(self) -> str:
        """What the person mostly is: the role of the appointment that stands first."""
        return self.current[0].role if self.current else ""

    @property
    def actor_unit(self) -> str:
        return self.main_unit.code if self.main_unit else ""

    @property
    def is_bare(self) -> bool:
        """Nobody can sign in with the account and it never held a person's role, past and coming ones included."""
        return not self.has_usable_password() and not self.appointments.exclude(role=Role.API).exists()

    @property
    def is_program(self) -> bool:
        """The account of a program: it holds the role of one today, and never was a person's."""
        return Role.API in self.roles and self.is_bare

    @property
    def masked_phone(self) -> str:
        """The telephone number with its middle starred, as lists show it."""
        return mask(self.phone)

    @property
    def role_title(self) -> str:
        return _("、").join(str(Role(r).label) for r in dict.fromkeys(a.role for a in self.current))


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self, on: dt.date) -> AppointmentQuerySet:
        """Appointments in force on a day, in units that exist on it."""
        return self.filter(Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on)) & standing(on, "unit__"))


class Appointment(models.Model):
    """Who serves in which role for which unit, from when until when (both days included)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name=_("人员"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appointments", verbose_name=_("单位"))
    role = models.CharField(_("角色"), max_length=20, choices=Role)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    objects: ClassVar[models.Manager[Appointment]] = AppointmentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role", "starts_on"], name="appointment_once"),
            models.CheckConstraint(condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")), name="appointment_order"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {Role(self.role).label}"


class ApiToken(models.Model):
    """A bearer token; only its hash is kept."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(_("用途"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(_("最近使用"), null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
