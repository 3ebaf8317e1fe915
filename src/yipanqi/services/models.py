"""The five orders: the menu with its offers and lecturers, orders, how they were sent to parties, what came of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.activities.models import Activity
from yipanqi.kernel.personal import EncryptedTextField, Personal, mask
from yipanqi.places.models import Area
from yipanqi.services.states import COMPLAINT, OFFER, REQUEST, ComplaintState, DispatchState, OfferState, RequestState
from yipanqi.teams.models import ServiceKind, Station, Team
from yipanqi.volunteers.models import Volunteer

SIX_MONTHS = gettext_noop("办结后六个月清除")
TO_SERVE = gettext_noop("上门服务和联系")
ONE_PARTY = Q(team__isnull=True, station__isnull=False) | Q(team__isnull=False, station__isnull=True)


class Part(models.TextChoices):
    """Parts of a day, as in volunteers' weekly patterns."""

    MORNING = "morning", _("上午")
    AFTERNOON = "afternoon", _("下午")
    EVENING = "evening", _("晚上")


class Form(models.TextChoices):
    HOME = "home", _("上门")
    SITE = "site", _("到您那里（社区、单位）")
    STATION = "station", _("到实践站")
    PHONE = "phone", _("电话或线上")


class Item(models.Model):
    """A dish of the menu: what can be ordered, whoever does it."""

    class Sort(models.TextChoices):
        SERVICE = "service", _("服务")
        LECTURE = "lecture", _("宣讲")

    code = models.CharField(_("编码"), max_length=40, unique=True)
    title = models.CharField(_("项目"), max_length=60)
    sort = models.CharField(_("种类"), max_length=10, choices=Sort, default=Sort.SERVICE)
    kind = models.ForeignKey(ServiceKind, models.PROTECT, related_name="+", verbose_name=_("服务类别"))
    about = models.TextField(_("内容"), blank=True)
    form = models.CharField(_("方式"), max_length=10, choices=Form, default=Form.SITE)
    minutes = models.PositiveSmallIntegerField(_("时长（分钟）"), default=60)
    for_whom = models.CharField(_("服务对象"), max_length=80, blank=True)
    private = models.BooleanField(_("涉及个人生活，不公开"), default=False)
    retired_on = models.DateField(_("下架日期"), null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("kind", "code")
        indexes = [models.Index(fields=["code"], name="item_on_menu", condition=Q(retired_on__isnull=True))]

    def __str__(self) -> str:
        return self.title


class Lecturer(models.Model):
    """Somebody in the pool of lecturers 理论宣讲专家库, who agreed to be named on the menu."""

    code = models.CharField(_("编号"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    title = models.CharField(_("单位职务"), max_length=80, blank=True)
    about = models.TextField(_("专长和代表课题"), blank=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="lecturers", verbose_name=_("宣讲队伍"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("志愿者"))
    since = models.DateField(_("入库日期"))
    left_on = models.DateField(_("出库日期"), null=True, blank=True)
    personal: ClassVar[dict[str, Personal]] = {
        "name": Personal(gettext_noop("经本人同意，在宣讲菜单上公布"), gettext_noop("出库后三十日内清除，也可随时要求删除")),
        "title": Personal(gettext_noop("经本人同意，在宣讲菜单上公布"), gettext_noop("出库后三十日内清除，也可随时要求删除")),
        "about": Personal(gettext_noop("经本人同意，在宣讲菜单上公布"), gettext_noop("出库后三十日内清除，也可随时要求删除")),
    }

    class Meta:
        default_permissions = ()
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class Offer(models.Model):
    """Somebody can give a dish of the menu 供单: a team, a station by itself, or a lecturer of a team."""

    machine = OFFER
    code = models.CharField(_("供单编号"), max_length=20, unique=True)
    item = models.ForeignKey(Item, models.PROTECT, related_name="offers", verbose_name=_("项目"))
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="offers", verbose_name=_("队伍"))
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="offers", verbose_name=_("实践中心（所、站）"))
    lecturer = models.ForeignKey(Lecturer, models.PROTECT, null=True, blank=True, related_name="offers", verbose_name=_("宣讲员"))
    state = models.CharField(_("状态"), max_length=8, choices=OfferState, default=OfferState.OPEN)
    capacity = models.PositiveIntegerField(_("每次最多服务人数"), default=0, help_text="0: no limit")
    hours = models.JSONField(_("每周可服务时间"), default=dict, blank=True, help_text='{"1": ["morning"], …}, 1 = Monday; empty: any time')
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务范围"), help_text="empty: the whole city")
    from_on = models.DateField(_("开始日期"))
    until_on = models.DateField(_("截止日期"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("提供时间"))

    class Meta:
        default_permissions = ()
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=ONE_PARTY, name="offer_one_party"),
            models.CheckConstraint(condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="offer_order"),
        ]
        indexes = [models.Index(fields=["state", "item"], name="offer_on_menu"), models.Index(fields=["state", "-id"], name="offer_by_state")]

    def __str__(self) -> str:
        return self.code

    @property
    def party(self) -> Team | Station:
        """Who gives it."""
        return self.team or self.station  # type: ignore[return-value]  # a constraint says that there is one


class Request(models.Model):
    """An order 点单. Followed by its code without an account; who asked and where is known to those who help alone."""

    class Source(models.TextChoices):
        ONLINE = "online", _("自助点单")
        STATION = "station", _("实践站代点")
        PHONE = "phone", _("电话代点")
        PROGRAM = "program", _("接口")

    machine = REQUEST
    number = models.CharField(_("单号"), max_length=20, unique=True)
    code = models.CharField(_("查询码"), max_length=12, unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=RequestState)
    source = models.CharField(_("点单方式"), max_length=8, choices=Source)
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="requests", db_index=False, verbose_name=_("项目"))
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("指定的供单"))
    kind = models.ForeignKey(ServiceKind, models.PROTECT, related_name="+", db_index=False, verbose_name=_("服务类别"))
    private = models.BooleanField(_("不公开"), default=False)
    text = models.TextField(_("具体需要"), blank=True)
    people = models.PositiveIntegerField(_("人数"), default=1)
    asker = models.CharField(_("点单单位"), max_length=60, blank=True, help_text="a community or unit; empty where a person asks")
    wished_from = models.DateField(_("希望时间（从）"))
    wished_until = models.DateField(_("希望时间（到）"))
    wished_part = models.CharField(_("希望时段"), max_length=10, choices=Part, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", db_index=False, verbose_name=_("所在社区"))
    address = EncryptedTextField(_("地址"), blank=True, default="")
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    contact_name = EncryptedTextField(_("称呼"), blank=True, default="")
    contact_phone = EncryptedTextField(_("联系电话"), blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True)
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("所属实践站"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("代点人"))
    attempt = models.UUIDField(unique=True, null=True, editable=False, help_text="one filling-in of the form makes one order")
    asked_at = models.DateTimeField(_("点单时间"))
    plan = models.TextField(_("服务方案"), blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="orders", db_index=False, verbose_name=_("接单队伍"))
    host = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接单实践站"))
    meet_at = models.DateTimeField(_("约定时间"), null=True, blank=True)
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("关联活动"))
    sent_at = models.DateTimeField(_("首次派单时间"), null=True)
    accepted_at = models.DateTimeField(_("接单时间"), null=True)
    served_at = models.DateTimeField(_("服务时间"), null=True)
    ended_at = models.DateTimeField(_("办结时间"), null=True)
    ended_why = models.CharField(_("原因"), max_length=200, blank=True)
    rating = models.PositiveSmallIntegerField(_("评价"), null=True)
    rating_note = models.CharField(_("评价留言"), max_length=300, blank=True)
    rated_at = models.DateTimeField(_("评价时间"), null=True)
    reply = models.CharField(_("回复"), max_length=300, blank=True)
    replied_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    personal: ClassVar[dict[str, Personal]] = {
        "contact_name": Personal(TO_SERVE, SIX_MONTHS), "contact_phone": Personal(TO_SERVE, SIX_MONTHS), "phone_hash": Personal(gettext_noop("电话查单"), SIX_MONTHS),
        "address": Personal(TO_SERVE, SIX_MONTHS), "lon": Personal(TO_SERVE, SIX_MONTHS), "lat": Personal(TO_SERVE, SIX_MONTHS),
        "text": Personal(gettext_noop("按需要提供服务"), gettext_noop("涉及个人生活的，办结后六个月清除；其余随服务记录保留")),
        "rating_note": Personal(gettext_noop("改进服务"), gettext_noop("随服务记录保留，可应本人要求删除")),
    }  # fmt: skip

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="request_newest"),
            *(models.Index(fields=[field, "-asked_at", "-id"], name=f"request_{field}") for field in ("state", "kind", "item", "area", "station", "team")),
            models.Index(fields=["wished_until"], name="request_past", condition=Q(state="open")),
            models.Index(fields=["served_at"], name="request_unrated", condition=Q(state="served")),
            models.Index(fields=["accepted_at"], name="request_accepted", condition=Q(accepted_at__isnull=False)),
            models.Index(fields=["ended_at"], name="request_ended", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["rated_at"], name="request_rated", condition=Q(rated_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(wished_until__gte=F("wished_from")), name="request_wish_order"),
            models.CheckConstraint(condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="request_rating_range"),
            models.CheckConstraint(condition=~Q(state__in=("accepted", "served", "closed")) | Q(team__isnull=False) | Q(host__isnull=False), name="request_has_party"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def party(self) -> Team | Station | None:
        """Who accepted it."""
        return self.team or self.host

    @property
    def masked_contact(self) -> str:
        """Name and telephone with stars, as pages show them until somebody looks."""
        return " ".join(mask(text) for text in (self.contact_name, self.contact_phone) if text)


class Dispatch(models.Model):
    """An order was sent to a party 派单, which answers in time or loses it to the next."""

    class How(models.TextChoices):
        PROPOSAL = "proposal", _("按建议派单")
        HAND = "hand", _("人工派单")
        NEXT = "next", _("自动转派")
        GRAB = "grab", _("抢单")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(Request, models.CASCADE, related_name="dispatches")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="dispatches", verbose_name=_("队伍"))
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("实践中心（所、站）"))
    how = models.CharField(_("派单方式"), max_length=8, choices=How)
    state = models.CharField(_("状态"), max_length=10, choices=DispatchState, default=DispatchState.WAITING)
    turn = models.PositiveSmallIntegerField(_("第几次派单"))
    why = models.JSONField(_("派单理由"), default=dict, help_text="what spoke for this party, as services.words tells it")
    sent_at = models.DateTimeField(_("派单时间"))
    due_at = models.DateTimeField(_("接单时限"))
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ("turn", "id")
        constraints = [
            models.CheckConstraint(condition=ONE_PARTY, name="dispatch_one_party"),
            models.UniqueConstraint(fields=["request"], condition=Q(state="waiting"), name="dispatch_one_waiting"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="dispatch_due", condition=Q(state="waiting")),
            models.Index(fields=["team", "state", "answered_at"], name="dispatch_team"),
        ]

    @property
    def party(self) -> Team | Station:
        return self.team or self.station  # type: ignore[return-value]  # a constraint says that there is one


class Proposal(models.Model):
    """A round of dispatch as the optimiser proposes it, with what it was weighed by; a person accepts it, whole or in part."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField(_("生成时间"))
    terms = models.JSONField(_("权重"), default=dict)
    value = models.FloatField(_("目标值"), default=0.0)
    unassigned = models.PositiveIntegerField(_("没有队伍可派的单"), default=0)
    evenness = models.FloatField(_("均衡度（考虑公平）"), default=1.0, help_text="Jain's index of the orders of able parties, were the proposal accepted")
    evenness_without = models.FloatField(_("均衡度（不考虑公平）"), default=1.0, help_text="the same, had fairness no weight")

    class Meta:
        default_permissions = ()
        ordering = ("-id",)


class ProposalLine(models.Model):
    """One pair of a proposal, with its reasons."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="lines")
    request = models.ForeignKey(Request, models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="+")
    why = models.JSONField(default=dict)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=ONE_PARTY, name="proposal_one_party"),
            models.UniqueConstraint(fields=["proposal", "request"], name="proposal_request_once"),
        ]

    @property
    def party(self) -> Team | Station:
        return self.team or self.station  # type: ignore[return-value]  # a constraint says that there is one


class Service(models.Model):
    """What was done for an order: the closing report 服务反馈."""

    request = models.OneToOneField(Request, models.CASCADE, related_name="service")
    started_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"))
    helpers = models.PositiveIntegerField(_("参加服务的人数"))
    served = models.PositiveIntegerField(_("受益人数"))
    served_estimated = models.BooleanField(_("受益人数为估计"), default=False)
    text = models.TextField(_("服务情况"))
    reported_at = models.DateTimeField(_("反馈时间"))

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="service_order")]


class ServiceLine(models.Model):
    """A quantity of a closing report: 理发 12 人次, 清运垃圾 3 立方米."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="lines")
    what = models.CharField(_("内容"), max_length=40)
    quantity = models.DecimalField(_("数量"), max_digits=10, decimal_places=2)
    unit = models.CharField(_("单位"), max_length=10)

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="service_line_positive")]


class Complaint(models.Model):
    """The one served says that something was not right. It goes to the centre, never to the party it is about."""

    machine = COMPLAINT
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(Request, models.CASCADE, related_name="complaints")
    text = models.TextField(_("投诉内容"))
    said_at = models.DateTimeField(_("投诉时间"))
    state = models.CharField(_("状态"), max_length=10, choices=ComplaintState, default=ComplaintState.WAITING)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    personal: ClassVar[dict[str, Personal]] = {"text": Personal(gettext_noop("处理对服务的投诉"), gettext_noop("随服务记录保留，可应本人要求删除"))}

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["state", "-said_at", "-id"], name="services_complaint_state")]
