"""Periods, the scorecards of their units with the records behind them, and objections."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.models import Case
from yipanqi.figures import Period
from yipanqi.people.models import Unit, User
from yipanqi.scoring.cards import Terms, Yardstick
from yipanqi.scoring.states import OBJECTION, PERIOD, ObjectionState, PeriodState


class PeriodKind(models.TextChoices):
    MONTH = "month", _("月")
    QUARTER = "quarter", _("季度")
    YEAR = "year", _("年")


class ScorePeriod(models.Model):
    """A month, quarter or year in which units are scored. `terms` are the settings of when it was opened; `yardstick` is what
    the cards were made by, kept when they are stored."""

    code = models.CharField(_("考核周期"), max_length=10, unique=True)
    kind = models.CharField(_("周期类型"), max_length=10, choices=PeriodKind)
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("截止日期"))
    state = models.CharField(_("状态"), max_length=10, choices=PeriodState, default=PeriodState.OPEN)
    terms = models.JSONField(default=dict)
    yardstick = models.JSONField(default=dict)
    opened_at = models.DateTimeField(_("开启时间"))
    frozen_at = models.DateTimeField(_("定稿时间"), null=True)
    published_at = models.DateTimeField(_("公布时间"), null=True)
    objections_until = models.DateField(_("申诉截止日期"), null=True)
    machine = PERIOD

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="scoreperiod_order")]
        indexes = [models.Index(fields=["-starts_on", "-id"], name="scoreperiod_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The period in words."""
        year, month = self.starts_on.year, self.starts_on.month
        if self.kind == PeriodKind.YEAR:
            return gettext("%(year)d年") % {"year": year}
        if self.kind == PeriodKind.QUARTER:
            return gettext("%(year)d年第%(quarter)d季度") % {"year": year, "quarter": (month + 2) // 3}
        return gettext("%(year)d年%(month)d月") % {"year": year, "month": month}

    @property
    def span(self) -> Period:
        """Its days."""
        return Period(self.starts_on, self.ends_on)

    @property
    def rules(self) -> Terms:
        """Its settings."""
        return Terms(**self.terms)

    @property
    def measure(self) -> Yardstick:
        """What the stored cards were made by."""
        return Yardstick.of(self.yardstick)


class Scorecard(models.Model):
    """A unit's card in a period, stored when the period is frozen. A recount makes a new revision; the old ones stay."""

    lock_first = ("period",)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    period = models.ForeignKey(ScorePeriod, models.PROTECT, related_name="cards")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="scorecards")
    group = models.CharField(_("同类组"), max_length=40)
    revision = models.PositiveSmallIntegerField(_("版次"), default=1)
    current = models.BooleanField(default=True)
    made_at = models.DateTimeField(_("统计时间"))
    score = models.FloatField(_("综合得分"), null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    tier = models.PositiveSmallIntegerField(_("档次"), default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["period", "unit", "revision"], name="scorecard_revision"),
            models.UniqueConstraint(fields=["period", "unit"], condition=Q(current=True), name="scorecard_current"),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="scorecard_unit")]

    def __str__(self) -> str:
        return str(self.uuid)


class CardMeasure(models.Model):
    """One measure on a card: what was counted and left out, the raw rate, the rate drawn toward the peers, its interval."""

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="measures")
    measure = models.CharField(max_length=20)
    numerator = models.PositiveIntegerField(_("分子"))
    denominator = models.PositiveIntegerField(_("分母"))
    left_out = models.JSONField(_("未计入"), default=dict, help_text="how many by reason")
    raw = models.FloatField(_("原始比例"), null=True)
    size = models.FloatField(null=True, help_text="of a sample: how many equally drawn answers it is worth")
    shrunk = models.BooleanField(default=False)
    value = models.FloatField(_("修正比例"), null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    variance = models.FloatField(null=True)
    tier = models.PositiveSmallIntegerField(_("档次"), default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["card", "measure"], name="cardmeasure_once"),
            models.CheckConstraint(condition=Q(numerator__lte=models.F("denominator")), name="cardmeasure_part"),
        ]


class CardRecord(models.Model):
    """A case behind a measure of a card: in the numerator, only in the denominator, or left out with the reason."""

    class Part(models.TextChoices):
        YES = "yes", _("计入分子")
        NO = "no", _("只计入分母")
        OUT = "out", _("未计入")

    card = models.ForeignKey(Scorecard, models.CASCADE, related_name="records")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    measure = models.CharField(max_length=20)
    part = models.CharField(max_length=3, choices=Part)
    reason = models.CharField(max_length=20, blank=True)
    chance = models.FloatField(default=1.0, help_text="of being drawn, where the measure rests on a sample")

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["card", "measure", "part", "id"], name="cardrecord_behind")]


class Objection(models.Model):
    """A unit's objection to its card: to one measure or to all, naming the cases that should not count."""

    lock_first = ("period",)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    card = models.ForeignKey(Scorecard, models.PROTECT, related_name="objections")
    measure = models.CharField(max_length=20, blank=True)
    reason = models.CharField(_("申诉理由"), max_length=500)
    state = models.CharField(_("状态"), max_length=10, choices=ObjectionState, default=ObjectionState.FILED)
    filed_at = models.DateTimeField(_("申诉时间"))
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField(_("裁定时间"), null=True)
    ruled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ruling = models.CharField(_("裁定意见"), max_length=500, blank=True)
    result = models.ForeignKey(Scorecard, models.PROTECT, null=True, related_name="+")
    machine = OBJECTION

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["card", "measure"], condition=Q(state="filed"), name="objection_one_open")]
        indexes = [models.Index(fields=["-filed_at", "-id"], name="objection_newest")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def period(self) -> ScorePeriod:
        """The period of the card: rulings on cards of one period wait for each other."""
        return self.card.period


class ObjectionCase(models.Model):
    """A case that a unit named in an objection, or the office in its ruling."""

    objection = models.ForeignKey(Objection, models.CASCADE, related_name="named")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    left_out = models.BooleanField(_("不计入"), default=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["objection", "case"], name="objectioncase_once")]
