"""What stands upon the record: rules of stars, stars, certificates; and corrections of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.kernel.personal import EncryptedTextField, Personal
from yipanqi.records.hours import hours_text
from yipanqi.records.models.entries import Commendation, Evaluation, Issuer, Service, Training
from yipanqi.records.states import AMENDMENT, CERTIFICATE, STAR, AmendmentState, CertificateState, StarState
from yipanqi.teams.models import Station
from yipanqi.volunteers.models import Volunteer

ASKED = Personal(gettext_noop("办理志愿者本人的申请"), gettext_noop("随志愿服务记录保存"))
DECIDED = Personal(gettext_noop("留存办理责任"), gettext_noop("随志愿服务记录保存"))


class StarRule(models.Model):
    """So many minutes make a grade under a rule set, from a day on. All rows of a set with one from-day are one table,
    which replaces the set's earlier tables as a whole; sets are never mixed."""

    scheme = models.SlugField(_("规则代码"), max_length=30)
    scheme_name = models.CharField(_("规则名称"), max_length=60)
    from_on = models.DateField(_("施行日期"))
    grade = models.PositiveSmallIntegerField(_("星级"))
    minutes = models.PositiveIntegerField(_("累计时长（分钟）"))

    class Meta:
        default_permissions = ()
        ordering = ("scheme", "-from_on", "grade")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "from_on", "grade"], name="star_rule_once"),
            models.CheckConstraint(name="star_rule_grade", condition=Q(grade__gte=1, grade__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.from_on}:{self.grade}"


class Star(models.Model):
    """A grade applied for under a rule set, with its own copy of what the rule asked on that day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="stars", verbose_name=_("志愿者"))
    scheme = models.SlugField(_("规则代码"), max_length=30)
    scheme_name = models.CharField(_("规则名称"), max_length=60)
    rule_from = models.DateField(_("规则施行日期"))
    grade = models.PositiveSmallIntegerField(_("星级"))
    needed = models.PositiveIntegerField(_("规则要求（分钟）"))
    minutes = models.PositiveIntegerField(_("申请时累计（分钟）"))
    state = models.CharField(_("状态"), max_length=10, choices=StarState, default=StarState.ASKED)
    station = models.ForeignKey(Station, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("认定单位"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    why = models.CharField(_("理由"), max_length=200, blank=True)
    short_since = models.DateTimeField(_("时长不足起"), null=True, blank=True)
    kept_at_minutes = models.PositiveIntegerField(_("保留时累计（分钟）"), null=True, blank=True)
    machine = STAR
    lock_first = ("volunteer",)
    personal: ClassVar[dict[str, Personal]] = {"volunteer": ASKED, "asked_by": ASKED, "decided_by": DECIDED}

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "scheme", "grade"], condition=Q(state__in=("asked", "confirmed")), name="star_once"),
            models.CheckConstraint(name="star_grade", condition=Q(grade__gte=1, grade__lte=5)),
        ]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="star_newest"),
            models.Index(fields=["state", "-asked_at", "-id"], name="star_state"),
            models.Index(fields=["station", "state", "-asked_at", "-id"], name="star_station"),
            models.Index(fields=["-asked_at", "-id"], name="star_short", condition=Q(short_since__isnull=False)),
            models.Index(fields=["decided_at"], name="star_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.grade}"


class Certificate(models.Model):
    """A certificate 志愿服务记录证明: asked for, then issued with a number, frozen with its hash, revocable.

    `facts` is canonical JSON of everything the paper says, `digest` its SHA-256: the paper can be printed again from it to the
    byte, whatever becomes of the record. `code` is the short code that, with the number, opens the page for strangers.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="certificates", verbose_name=_("志愿者"))
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="certificates", verbose_name=_("出具单位"))
    state = models.CharField(_("状态"), max_length=10, choices=CertificateState, default=CertificateState.ASKED)
    from_on = models.DateField(_("服务开始日期"), null=True, blank=True)
    to_on = models.DateField(_("服务结束日期"), null=True, blank=True)
    note = models.CharField(_("其他需要说明的事项"), max_length=200, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    number = models.CharField(_("证明编号"), max_length=80, unique=True, null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    serial = models.PositiveIntegerField(_("序号"), null=True, blank=True)
    code = models.CharField(_("校验码"), max_length=12, blank=True)
    minutes = models.PositiveIntegerField(_("证明时长（分钟）"), default=0)
    facts = EncryptedTextField(_("证明内容"), blank=True, default="")
    digest = models.CharField(_("内容摘要"), max_length=64, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField(_("出具时间"), null=True, blank=True)
    shown_until = models.DateField(_("公示至"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    why = models.CharField(_("理由"), max_length=200, blank=True)
    broken_since = models.DateTimeField(_("与记录不符起"), null=True, blank=True)
    kept_at_minutes = models.PositiveIntegerField(_("维持时的记录（分钟）"), null=True, blank=True)
    erased_at = models.DateTimeField(_("个人信息删除时间"), null=True, blank=True)
    machine = CERTIFICATE
    lock_first = ("volunteer",)
    personal: ClassVar[dict[str, Personal]] = {
        "volunteer": ASKED, "asked_by": ASKED, "issued_by": DECIDED, "decided_by": DECIDED,
        "facts": Personal(gettext_noop("证明须写明姓名、证件类型和号码；保存原样，供重印和核验"), gettext_noop("随证明保存，申请删除时清除")),
    }  # fmt: skip

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["issuer", "year", "serial"], name="certificate_serial"),
            models.UniqueConstraint(fields=["volunteer", "issuer"], condition=Q(state="asked"), name="certificate_asked_once"),
            models.CheckConstraint(
                name="certificate_issued_whole",
                condition=Q(state__in=("issued", "revoked"), number__isnull=False, serial__isnull=False, issued_at__isnull=False)
                | Q(state__in=("asked", "refused", "dropped"), number__isnull=True, serial__isnull=True, issued_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="certificate_newest"),
            models.Index(fields=["state", "-asked_at", "-id"], name="certificate_state"),
            models.Index(fields=["issuer", "-asked_at", "-id"], name="certificate_issuer"),
            models.Index(fields=["-asked_at", "-id"], name="certificate_broken", condition=Q(broken_since__isnull=False)),
            models.Index(fields=["-shown_until", "-id"], name="certificate_shown", condition=Q(shown_until__isnull=False)),
            models.Index(fields=["issued_at"], name="certificate_issued_at"),
            models.Index(fields=["decided_at"], name="certificate_decided_at"),
        ]

    def __str__(self) -> str:
        return self.number or str(self.uuid)

    @property
    def hours(self) -> str:
        """The minutes that it certifies, as hours and minutes."""
        return hours_text(self.minutes)


class CertificateLine(models.Model):
    """A service that a certificate counts, with the minutes it then had."""

    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="lines")
    service = models.ForeignKey(Service, models.PROTECT, related_name="certificate_lines")
    minutes = models.PositiveIntegerField(_("服务时长（分钟）"))

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["certificate", "service"], name="certificate_line_once")]

    def __str__(self) -> str:
        return f"{self.certificate_id}:{self.service_id}"


class Amendment(models.Model):
    """A correction of something recorded: asked with a reason, proposed by whoever recorded it, agreed by a second person."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="+", verbose_name=_("志愿者"))
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="+", verbose_name=_("记录单位"))
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="amendments")
    training = models.ForeignKey(Training, models.PROTECT, null=True, blank=True, related_name="amendments")
    commendation = models.ForeignKey(Commendation, models.PROTECT, null=True, blank=True, related_name="amendments")
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, null=True, blank=True, related_name="amendments")
    state = models.CharField(_("状态"), max_length=10, choices=AmendmentState, default=AmendmentState.ASKED)
    reason = models.CharField(_("更正理由"), max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    changes = models.JSONField(_("更正内容"), default=dict, help_text='{"field": ["before", "after"]}; {"strike": true} strikes it out')
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(_("提出时间"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    machine = AMENDMENT
    lock_first = ("volunteer",)
    personal: ClassVar[dict[str, Personal]] = {
        "volunteer": ASKED, "reason": ASKED, "asked_by": ASKED, "proposed_by": DECIDED, "decided_by": DECIDED,
    }  # fmt: skip

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="amendment_two_persons",
                condition=Q(proposed_by__isnull=True) | Q(decided_by__isnull=True) | ~Q(state="done") | ~Q(decided_by=F("proposed_by")),
            )
        ]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="amendment_newest"),
            models.Index(fields=["-asked_at", "-id"], name="amendment_open", condition=Q(decided_at__isnull=True)),
            models.Index(fields=["state", "-asked_at", "-id"], name="amendment_state"),
            models.Index(fields=["issuer", "-asked_at", "-id"], name="amendment_issuer"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def entry(self) -> Service | Training | Commendation | Evaluation:
        """What is to be corrected."""
        found = self.service or self.training or self.commendation or self.evaluation
        assert found is not None
        return found
