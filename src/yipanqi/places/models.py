"""The board: areas, street segments, zones, places, and who answers for what."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import System
from yipanqi.people.models import Unit
from yipanqi.places.states import PlaceStatus
from yipanqi.standards.models import IssueClass, PlaceCategory


class BoardQuerySet(models.QuerySet[Any]):
    """Everything on the board is open to whoever works with the system, and to nobody else."""

    def visible_to(self, user: Any) -> BoardQuerySet:
        """The rows `user` may see: all for a signed-in person or program and for the platform itself, none for anyone else."""
        known = isinstance(user, System) or getattr(user, "is_authenticated", False)
        return self.all() if known and user.is_active else self.none()


class Area(models.Model):
    """A division or grid cell; a tree of free depth. `boundary` is a GeoJSON Polygon or MultiPolygon in WGS 84."""

    class Level(models.TextChoices):
        CITY = "city", _("市")
        DISTRICT = "district", _("区（县）")
        STREET = "street", _("街道（镇）")
        COMMUNITY = "community", _("社区（村）")
        GRID = "grid", _("网格")

    code = models.CharField(_("区划代码"), max_length=15, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    sort_key = models.CharField(max_length=200, blank=True)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级"))
    path = models.CharField(max_length=120, db_index=True, help_text="codes from the root down, each followed by a slash")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("属地单位"))
    boundary = models.JSONField(_("边界"), null=True, blank=True)
    objects: ClassVar[models.Manager[Any]] = BoardQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """A named street section. `line` is a GeoJSON LineString in WGS 84."""

    class Kind(models.TextChoices):
        MAIN = "main", _("主干道")
        SECONDARY = "secondary", _("次干道")
        BACK = "back", _("背街小巷")

    code = models.CharField(_("路段编码"), max_length=20, unique=True)
    name = models.CharField(_("路段名称"), max_length=80)
    street = models.CharField(_("道路"), max_length=40)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True)
    line = models.JSONField(_("线位"))
    objects: ClassVar[models.Manager[Any]] = BoardQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Zone(models.Model):
    """A polygon with a purpose."""

    class Purpose(models.TextChoices):
        STRICT = "strict_control", _("严管区")
        NO_PARKING = "no_parking", _("禁停区")
        BIKES = "bike_fence", _("共享单车电子围栏")
        NO_STALLS = "no_stalls", _("禁摆区")

    code = models.CharField(_("编码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    purpose = models.CharField(_("用途"), max_length=20, choices=Purpose)
    boundary = models.JSONField(_("边界"))
    objects: ClassVar[models.Manager[Any]] = BoardQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """An inspection point 实测点. `qr` is the secret-free token on its door sign."""

    Status = PlaceStatus

    code = models.CharField(_("点位编码"), max_length=20, unique=True)
    name = models.CharField(_("点位名称"), max_length=80)
    sort_key = models.CharField(max_length=200, blank=True)
    category = models.ForeignKey(PlaceCategory, models.PROTECT, related_name="places", verbose_name=_("类别"))
    address = models.CharField(_("地址"), max_length=200, blank=True)
    lon = models.FloatField(_("经度"))
    lat = models.FloatField(_("纬度"))
    cell = models.CharField(max_length=16, db_index=True, help_text="H3 cell, resolution 9")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=_("所在区划"))
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, verbose_name=_("所在路段"))
    operator = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name=_("运营单位"))
    status = models.CharField(_("状态"), max_length=10, choices=PlaceStatus, default=PlaceStatus.ACTIVE)
    opened_on = models.DateField(_("纳入日期"), null=True, blank=True)
    qr = models.UUIDField(default=uuid.uuid4, unique=True)
    objects: ClassVar[models.Manager[Any]] = BoardQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ("code",)
        indexes = [models.Index(fields=["category", "code"], name="place_category_code")]
        constraints = [models.CheckConstraint(condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90), name="place_position")]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """Who answers for what: one target (place, segment, zone, area, or none = class default) × class (or any) → unit."""

    class Part(models.TextChoices):
        LEAD = "lead", _("主办")
        SUPPORT = "support", _("协办")
        LEADER = "leader", _("包抓领导")

    code = models.CharField(_("编号"), max_length=20, unique=True)
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="duties", verbose_name=_("点位"))
    segment = models.ForeignKey(Segment, models.CASCADE, null=True, blank=True, related_name="duties", verbose_name=_("路段"))
    zone = models.ForeignKey(Zone, models.CASCADE, null=True, blank=True, related_name="duties", verbose_name=_("区域"))
    area = models.ForeignKey(Area, models.CASCADE, null=True, blank=True, related_name="duties", verbose_name=_("区划"))
    issue_class = models.ForeignKey(IssueClass, models.CASCADE, null=True, blank=True, related_name="duties", verbose_name=_("问题类别"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="duties", verbose_name=_("责任单位"))
    part = models.CharField(_("责任"), max_length=10, choices=Part, default=Part.LEAD)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    starts_on = models.DateField(_("生效日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    created_at = models.DateTimeField()
    objects: ClassVar[models.Manager[Any]] = BoardQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ("-starts_on", "-id")
        constraints = [
            models.CheckConstraint(
                name="duty_one_target",
                condition=(
                    Q(place__isnull=False, segment__isnull=True, zone__isnull=True, area__isnull=True)
                    | Q(place__isnull=True, segment__isnull=False, zone__isnull=True, area__isnull=True)
                    | Q(place__isnull=True, segment__isnull=True, zone__isnull=False, area__isnull=True)
                    | Q(place__isnull=True, segment__isnull=True, zone__isnull=True, area__isnull=False)
                    | Q(place__isnull=True, segment__isnull=True, zone__isnull=True, area__isnull=True, issue_class__isnull=False)
                ),
            ),
            models.CheckConstraint(name="duty_order", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def target(self) -> Place | Segment | Zone | Area | None:
        """What the duty is about; None for the default of a class."""
        return self.place or self.segment or self.zone or self.area
