"""Duty work of units 值勤: a ledger of its own. It counts people and names none; nothing in it leads to a volunteer, to
hours of service or to points, and nobody is assigned to volunteer by it (docs/adr/0030)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.kernel.personal import EncryptedTextField, Personal
from yipanqi.people.models import Unit
from yipanqi.places.models import Place, Segment
from yipanqi.rosters.states import ROSTER, SWAP, TURN, RosterState, SwapState, TurnState


class Roster(models.Model):
    """A plan of duty work over a period: at crossings or in street segments, at these times of the day, by these units."""

    class Kind(models.TextChoices):
        CROSSING = "crossing", _("路口值勤")
        STREET = "street", _("包街")

    code = models.CharField(_("编号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    slots = models.JSONField(_("时段"), default=list, help_text='[["07:30", "08:30"], …] in order')
    weekdays = models.JSONField(_("星期"), default=list, blank=True, help_text="1 = Monday; empty for every day")
    working_days = models.BooleanField(_("只排工作日"), default=True)
    people = models.PositiveSmallIntegerField(_("每次人数"), default=2)
    tasks = models.CharField(_("值勤内容"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=RosterState, default=RosterState.DRAFT)
    machine = ROSTER

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="roster_order"),
            models.CheckConstraint(condition=Q(people__gte=1), name="roster_people"),
        ]
        indexes = [models.Index(fields=["-starts_on", "-id"], name="roster_newest"), models.Index(fields=["state", "-starts_on", "-id"], name="roster_state")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """Where duty is done: an inspection point (a crossing) or a street segment. With a `unit`, that unit alone keeps it 包街."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="posts")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("点位"))
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("路段"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("包街单位"))
    dropped = models.BooleanField(default=False, help_text="no longer in the plan; kept for the turns it had")

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(place__isnull=False, segment__isnull=True) | Q(place__isnull=True, segment__isnull=False), name="post_one_target"),
            models.UniqueConstraint(fields=["roster", "place"], condition=Q(place__isnull=False), name="post_place_once"),
            models.UniqueConstraint(fields=["roster", "segment"], condition=Q(segment__isnull=False), name="post_segment_once"),
        ]

    def __str__(self) -> str:
        return str(self.target)

    @property
    def target(self) -> Place | Segment:
        return self.place or self.segment  # type: ignore[return-value]


class RosterUnit(models.Model):
    """A unit that takes its turns in a roster."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="members")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("单位"))

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["roster", "unit"], name="roster_unit_once")]

    def __str__(self) -> str:
        return str(self.unit_id)


class Turn(models.Model):
    """One unit's duty at one post on one day at one time. What was done is a count of people, never who."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    roster = models.ForeignKey(Roster, models.PROTECT, related_name="turns")
    post = models.ForeignKey(Post, models.PROTECT, related_name="turns")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="turns", verbose_name=_("单位"))
    on = models.DateField(_("日期"))
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    people = models.PositiveSmallIntegerField(_("应到人数"))
    state = models.CharField(_("状态"), max_length=10, choices=TurnState, default=TurnState.PLANNED)
    present = models.PositiveSmallIntegerField(_("实到人数"), null=True, blank=True)
    work = models.CharField(_("值勤情况"), max_length=300, blank=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    why = models.CharField(_("改派、取消或更正的原因"), max_length=200, blank=True)
    lock_first = ("roster",)
    machine = TURN

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="turn_order"),
            models.CheckConstraint(
                condition=Q(state="done", present__isnull=False, confirmed_at__isnull=False) | (~Q(state="done") & Q(present__isnull=True)), name="turn_done_is_counted",
            ),
            models.UniqueConstraint(fields=["post", "starts_at"], condition=~Q(state="cancelled"), name="turn_once"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["-starts_at", "-id"], name="turn_newest"),
            models.Index(fields=["unit", "-starts_at", "-id"], name="turn_unit"),
            models.Index(fields=["state", "-starts_at", "-id"], name="turn_state"),
            models.Index(fields=["roster", "-starts_at", "-id"], name="turn_roster"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Swap(models.Model):
    """A unit asks another to take a turn of its own, for one of theirs or for none."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    turn = models.ForeignKey(Turn, models.CASCADE, related_name="swaps")
    asked_by = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("申请单位"))
    to = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("对方单位"))
    other = models.ForeignKey(Turn, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("换回的值勤"))
    reason = models.CharField(_("原因"), max_length=200)
    state = models.CharField(_("状态"), max_length=10, choices=SwapState, default=SwapState.ASKED)
    asked_at = models.DateTimeField(_("申请时间"))
    decided_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    lock_first = ("roster",)
    machine = SWAP

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(to=F("asked_by")), name="swap_between_two"),
            models.UniqueConstraint(fields=["turn"], condition=Q(state="asked"), name="turn_swap_one_open"),
        ]
        indexes = [models.Index(fields=["to", "state"], name="swap_to"), models.Index(fields=["asked_by", "state"], name="swap_by")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def roster(self) -> Roster:
        return self.turn.roster


class Feed(models.Model):
    """The secret address of a unit's calendar of duty."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="+")
    secret = EncryptedTextField()
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    personal: ClassVar[dict[str, Personal]] = {"secret": Personal(gettext_noop("单位订阅值勤日历的私密地址，不涉及个人"), gettext_noop("更换或停用时清除"))}

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.unit_id)
