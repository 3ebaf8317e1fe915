"""Moral savings 道德储蓄: accounts, entries that balance, the rules by which points are earned, places where they are redeemed.

Amounts are whole hundredths of a point, so that nothing is ever rounded twice. An entry has lines that sum to nothing. Of
volunteers and funds the account keeps its balance, which the database holds at nothing or more; what the city gave out,
what shops took in and what expired is the sum of lines and needs no row that everybody would have to wait for (docs/adr/0030).
"""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.cases.models import Case
from yipanqi.kernel.personal import Personal
from yipanqi.people.models import Unit
from yipanqi.points.states import VOUCHER, VoucherState
from yipanqi.teams.models import Station
from yipanqi.volunteers.models import Volunteer

#: Parts of a point in which amounts are kept.
PARTS = 100
OWN, KEPT = gettext_noop("记录志愿者本人的积分"), gettext_noop("随积分账目保存，申请删除时去除身份")


def shown(parts: int) -> Decimal:
    """An amount as people read it, without idle zeros."""
    points = Decimal(parts) / PARTS
    return points.to_integral_value() if points == points.to_integral_value() else points.normalize()


class Shop(models.Model):
    """A place where points are redeemed 兑换点, kept by a unit whose people hand over."""

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("管理单位"))
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("实践中心（所、站）"))
    address = models.CharField(_("地址"), max_length=200, blank=True)
    hours = models.CharField(_("开放时间"), max_length=120, blank=True)
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Reward(models.Model):
    """Something to be had for points at a shop, with what is in stock."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="rewards")
    name = models.CharField(_("物品或服务"), max_length=60)
    cost = models.PositiveIntegerField(_("所需积分"), help_text="whole points")
    stock = models.PositiveIntegerField(_("库存"), default=0)
    offered = models.BooleanField(_("可兑换"), default=True)

    class Meta:
        default_permissions = ()
        ordering = ("shop", "cost", "id")
        constraints = [
            models.UniqueConstraint(fields=["shop", "name"], name="reward_once"),
            models.CheckConstraint(condition=Q(cost__gte=1), name="reward_costs"),
            models.CheckConstraint(condition=Q(stock__gte=0), name="reward_stock"),
        ]

    def __str__(self) -> str:
        return self.name


class Fund(models.Model):
    """A fund 爱心基金 to which points can be given, for a named good purpose."""

    code = models.CharField(_("编码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    purpose = models.CharField(_("用途"), max_length=200)
    closed_on = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """Where points are: of a volunteer, of a fund, or one of the city's own. `balance` and `debt` are kept of the first two."""

    class Kind(models.TextChoices):
        VOLUNTEER = "volunteer", _("志愿者")
        FUND = "fund", _("爱心基金")
        SHOP = "shop", _("兑换点")
        ISSUE = "issue", _("积分发放")
        EXPIRED = "expired", _("过期积分")
        USED = "used", _("基金使用")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("账户类型"), max_length=10, choices=Kind)
    volunteer = models.OneToOneField(Volunteer, models.PROTECT, null=True, blank=True, related_name="points_account")
    fund = models.OneToOneField(Fund, models.PROTECT, null=True, blank=True, related_name="account")
    shop = models.OneToOneField(Shop, models.PROTECT, null=True, blank=True, related_name="account")
    balance = models.BigIntegerField(_("余额"), default=0)
    debt = models.BigIntegerField(_("待抵扣"), default=0, help_text="taken back, but spent already: worked off by what comes in next")
    opened_at = models.DateTimeField(_("开户时间"))
    personal: ClassVar[dict[str, Personal]] = {"volunteer": Personal(OWN, KEPT)}

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="account_never_negative"),
            models.CheckConstraint(condition=Q(debt__gte=0), name="account_debt"),
            models.CheckConstraint(condition=Q(debt=0) | Q(balance=0), name="account_debt_first"),
            models.CheckConstraint(condition=Q(kind__in=("volunteer", "fund")) | Q(balance=0, debt=0), name="account_kept"),
            models.CheckConstraint(
                condition=Q(kind="fund", fund__isnull=False, volunteer__isnull=True, shop__isnull=True)
                | Q(kind="shop", shop__isnull=False, volunteer__isnull=True, fund__isnull=True)
                | Q(kind="volunteer", fund__isnull=True, shop__isnull=True)
                | Q(kind__in=("issue", "expired", "used"), volunteer__isnull=True, fund__isnull=True, shop__isnull=True),
                name="account_owner",
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind__in=("issue", "expired", "used")), name="account_of_the_city_once"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_kept(self) -> bool:
        """Whether the row keeps a balance."""
        return self.kind in (self.Kind.VOLUNTEER, self.Kind.FUND)

    @property
    def points(self) -> Decimal:
        return shown(self.balance)

    @property
    def holder(self) -> str:
        """Whose it is, as the books tell it: a volunteer by number alone."""
        if self.volunteer is not None:
            return self.volunteer.number
        return str(self.fund or self.shop or self.get_kind_display())

    @property
    def owed(self) -> Decimal:
        return shown(self.debt)


class Rule(models.Model):
    """How points are earned, capped and lost, from a day on, until the next rule begins. Never changed once in force."""

    class Step(models.IntegerChoices):
        HOUR = 60, _("满一小时才计")
        HALF = 30, _("每半小时计")
        QUARTER = 15, _("每一刻钟计")
        MINUTE = 1, _("按分钟计")

    starts_on = models.DateField(_("施行日期"), unique=True)
    per_hour = models.DecimalField(_("每小时积分"), max_digits=6, decimal_places=2, default=1)
    step = models.PositiveSmallIntegerField(_("计时方式"), choices=Step, default=Step.HALF)
    report = models.PositiveSmallIntegerField(_("每件有效反映的积分"), default=1)
    reports_a_month = models.PositiveSmallIntegerField(_("每人每月计分的反映件数"), default=10)
    cap = models.PositiveIntegerField(_("积分上限"), default=1500, help_text="whole points an account may hold; 0 for none")
    months = models.PositiveSmallIntegerField(_("有效期（月）"), default=24, help_text="0: they do not expire")
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    coefficients = models.JSONField(_("服务类别系数"), default=dict, blank=True, help_text="by key of the kind of service; 1 where none stands")

    class Meta:
        default_permissions = ()
        ordering = ("-starts_on",)
        constraints = [models.CheckConstraint(condition=Q(per_hour__gt=0, step__gt=0), name="rule_gives")]

    def __str__(self) -> str:
        return str(self.starts_on)


class Entry(models.Model):
    """One fact of the books, never changed: its lines sum to nothing. What was wrong is set right by a counter-entry."""

    class Kind(models.TextChoices):
        HOURS = "hours", _("服务时长")
        LESS = "less", _("时长更正扣回")
        REPORT = "report", _("有效反映")
        REDEEM = "redeem", _("兑换")
        GIVE = "give", _("转赠")
        FUND = "fund", _("捐给爱心基金")
        USE = "use", _("基金使用")
        EXPIRE = "expire", _("到期清零")
        FORGIVE = "forgive", _("免除待抵扣")
        MERGE = "merge", _("账户合并")
        REVERSE = "reverse", _("冲正")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("事项"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("记账时间"))
    on = models.DateField(_("发生日期"))
    amount = models.BigIntegerField(_("数额"), help_text="what changed hands: the sum of the lines above nothing")
    why = models.CharField(_("说明"), max_length=200, blank=True)
    once = models.CharField(max_length=80, unique=True, null=True, editable=False, help_text="what and why, where it may come twice")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("冲正的账"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(kind="reverse", reverses__isnull=False) | (~Q(kind="reverse") & Q(reverses__isnull=True)), name="entry_reverses"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="entry_moves"),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="entry_newest"), models.Index(fields=["kind", "-at", "-id"], name="entry_kind")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def points(self) -> Decimal:
        return shown(self.amount)


class Posting(models.Model):
    """A line of an entry: so much to (or, below nothing, from) an account, or towards what it owes."""

    class Pocket(models.TextChoices):
        POINTS = "points", _("积分")
        DEBT = "debt", _("待抵扣")

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    pocket = models.CharField(max_length=6, choices=Pocket, default=Pocket.POINTS)
    amount = models.BigIntegerField(_("数额"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["entry", "account", "pocket"], name="posting_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="posting_moves"),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="posting_account")]

    def __str__(self) -> str:
        return f"{self.entry_id}:{self.account_id}"

    @property
    def points(self) -> Decimal:
        return shown(self.amount)


class Earned(models.Model):
    """What an attendance brought: the points that its minutes are worth by rule, and what of them was booked. Told twice, or
    out of order, it stays the same."""

    attendance = models.BigIntegerField(unique=True, help_text="row id of the attendance")
    account = models.ForeignKey(Account, models.PROTECT, related_name="earned")
    worth = models.BigIntegerField()
    booked = models.BigIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(worth__gte=0, booked__gte=0, booked__lte=F("worth")), name="earned_within_worth")]

    def __str__(self) -> str:
        return str(self.attendance)


class Claim(models.Model):
    """A volunteer says that a resident's report was theirs, by its code. Cases know nothing of it."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="claims")
    case = models.OneToOneField(Case, models.CASCADE, related_name="+")
    report = models.BigIntegerField(unique=True, help_text="row id of the report")
    claimed_at = models.DateTimeField(_("登记时间"))
    credited_at = models.DateTimeField(_("计分时间"), null=True)
    lock_first = ("account",)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["account", "-claimed_at"], name="claim_account")]

    def __str__(self) -> str:
        return str(self.report)


class Voucher(models.Model):
    """A volunteer wants something and shows a code for a short while; somebody else hands over. Only the code's hash is kept."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="vouchers")
    reward = models.ForeignKey(Reward, models.PROTECT, related_name="vouchers")
    n = models.PositiveSmallIntegerField(_("数量"))
    amount = models.BigIntegerField(_("积分"))
    code_hash = models.CharField(max_length=64, unique=True)
    shown_at = models.DateTimeField(_("出示时间"))
    valid_until = models.DateTimeField(_("有效期至"))
    state = models.CharField(_("状态"), max_length=10, choices=VoucherState, default=VoucherState.OPEN)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, blank=True, related_name="voucher")
    lock_first = ("account",)
    machine = VOUCHER

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(n__gte=1, amount__gt=0), name="voucher_wants"),
            models.CheckConstraint(condition=Q(state="used", entry__isnull=False) | (~Q(state="used") & Q(entry__isnull=True)), name="voucher_used_is_booked"),
            models.UniqueConstraint(fields=["account"], condition=Q(state="open"), name="voucher_one_open"),
        ]
        indexes = [models.Index(fields=["valid_until"], name="voucher_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def points(self) -> Decimal:
        return shown(self.amount)
