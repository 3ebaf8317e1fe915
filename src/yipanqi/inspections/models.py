"""Looking: campaigns, which places they look at, visits, and what was found item by item."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.cases.models import Case
from yipanqi.inspections.states import CampaignState, VisitState
from yipanqi.kernel.personal import Personal
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem, Edition


class Campaign(models.Model):
    """A plan of inspections 检查计划: which edition, which places, from when until when (both days included)."""

    class Kind(models.TextChoices):
        ROUTINE = "routine", _("常态化检查")
        SPECIAL = "special", _("专项整治")
        MOCK = "mock", _("模拟测评")
        SELF_CHECK = "self_check", _("单位自查")

    code = models.CharField(_("计划编号"), max_length=30, unique=True)
    name = models.CharField(_("计划名称"), max_length=80)
    kind = models.CharField(_("检查类型"), max_length=12, choices=Kind)
    state = models.CharField(_("状态"), max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="campaigns", verbose_name=_("测评体系版本"))
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    created_at = models.DateTimeField()
    cancelled_why = models.CharField(_("取消原因"), max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("-starts_on", "-id")
        indexes = [models.Index(fields=["state", "starts_on"], name="campaign_state")]
        constraints = [models.CheckConstraint(name="campaign_order", condition=Q(ends_on__gte=F("starts_on")))]

    def __str__(self) -> str:
        return self.name


class CampaignPlace(models.Model):
    """A place to be looked at under a campaign, and by whom; without an inspector any inspector may take it.

    One look may do for two campaigns: such a place is `merged_with` the other one, whose visit then serves this one too.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="campaign_places")
    place = models.ForeignKey(Place, models.PROTECT, related_name="campaign_places")
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    why_again = models.CharField(_("重复检查的理由"), max_length=200, blank=True)
    merged_with = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="also_serves", verbose_name=_("合并到"))
    served_by = models.ForeignKey("Visit", models.PROTECT, null=True, blank=True, related_name="serves", verbose_name=_("取用的检查"))
    personal: ClassVar[dict[str, Personal]] = {"inspector": Personal(gettext_noop("安排检查任务"), gettext_noop("随检查计划保存"))}

    class Meta:
        default_permissions = ()
        ordering = ("place__code",)
        indexes = [models.Index(fields=["inspector", "campaign"], name="campaign_place_inspector")]
        constraints = [models.UniqueConstraint(fields=["campaign", "place"], name="campaign_place_once")]


class Visit(models.Model):
    """One look at one place. The uuid comes from the phone, so that a visit begun offline arrives only once.

    It ends finished, with a score, or missed: the place was closed or could not be entered, and nothing counts.
    """

    class Missed(models.TextChoices):
        CLOSED = "closed", _("停业或未开门")
        NO_ENTRY = "no_entry", _("无法进入")
        GONE = "gone", _("已拆除或不存在")
        UNSAFE = "unsafe", _("现场不安全")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="visits")
    place = models.ForeignKey(Place, models.PROTECT, related_name="visits")
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    missed_at = models.DateTimeField(_("放弃时间"), null=True, blank=True)
    missed_why = models.CharField(_("无法检查的原因"), max_length=10, choices=Missed, blank=True)
    missed_note = models.CharField(_("说明"), max_length=200, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    score = models.DecimalField(_("得分"), max_digits=5, decimal_places=2, null=True, blank=True)
    n_items = models.PositiveSmallIntegerField(_("计分项数"), default=0)
    again_after = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", help_text="another campaign's visit that it came soon after")
    why_again = models.CharField(_("重复检查的理由"), max_length=200, blank=True)
    personal: ClassVar[dict[str, Personal]] = {
        "inspector": Personal(gettext_noop("落实检查责任，复核检查结果"), gettext_noop("随检查记录保存")),
        "lon": Personal(gettext_noop("核对检查地点，只记开始检查时的一次位置，不记轨迹"), gettext_noop("随检查记录保存")),
        "lat": Personal(gettext_noop("核对检查地点，只记开始检查时的一次位置，不记轨迹"), gettext_noop("随检查记录保存")),
    }

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="visit_started"),
            models.Index(fields=["place", "-started_at"], name="visit_place_started"),
            models.Index(fields=["finished_at", "place"], name="visit_finished"),
            models.Index(fields=["-started_at", "-id"], name="visit_again", condition=Q(again_after__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="visit_order", condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at"))),
            models.CheckConstraint(name="visit_score_range", condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100)),
            models.CheckConstraint(name="visit_position_whole", condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False)),
            models.CheckConstraint(
                name="visit_ends_once",
                condition=Q(missed_at__isnull=True, missed_why="") | (Q(missed_at__isnull=False, finished_at__isnull=True) & ~Q(missed_why="")),
            ),
            models.UniqueConstraint(
                fields=["campaign", "place", "inspector"], condition=Q(finished_at__isnull=True, missed_at__isnull=True), name="visit_one_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def state(self) -> str:
        """ "finished" or "missed" once it has ended, else "open"."""
        if self.missed_at:
            return VisitState.MISSED
        return VisitState.FINISHED if self.finished_at else VisitState.OPEN


class Finding(models.Model):
    """What was seen of one check item, the letter it earned, and what became of it."""

    class Letter(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"
        D = "D", "C#"
        NA = "NA", _("不适用")

    class Outcome(models.TextChoices):
        NONE = "", _("无需处理")
        OPENED = "opened", _("已立案")
        CONFIRMED = "confirmed", _("已有案件，再次确认")
        CORRECTED = "corrected", _("立整立改")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="findings")
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="findings")
    observed = models.JSONField(_("所见"), default=dict, help_text='{"passed": bool}, {"count": number}, {"grade": letter} or {"na": true}')
    letter = models.CharField(_("等级"), max_length=2, choices=Letter)
    value = models.DecimalField(_("得分率"), max_digits=4, decimal_places=3, null=True, blank=True, help_text="1, 0.66, 0.33 or 0; empty where the item does not apply")
    note = models.CharField(_("说明"), max_length=500, blank=True)
    outcome = models.CharField(_("处理"), max_length=10, choices=Outcome, blank=True, default=Outcome.NONE)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="findings")
    recorded_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ("item__order", "id")
        indexes = [models.Index(fields=["outcome", "recorded_at"], name="finding_outcome", condition=~Q(outcome=""))]
        constraints = [
            models.UniqueConstraint(fields=["visit", "item"], name="finding_once"),
            models.CheckConstraint(name="finding_na_has_no_value", condition=Q(letter="NA", value__isnull=True) | (~Q(letter="NA") & Q(value__isnull=False))),
            models.CheckConstraint(
                name="finding_case_by_outcome",
                condition=Q(outcome__in=["opened", "confirmed"], case__isnull=False) | Q(outcome__in=["", "corrected"], case__isnull=True),
            ),
        ]
