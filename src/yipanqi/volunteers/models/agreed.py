"""What volunteers and guardians agreed to, in which words, when and how; and codes that wait for a guardian."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.kernel.personal import EncryptedTextField, Personal
from yipanqi.volunteers.models.person import Volunteer

PURPOSE = gettext_noop("证明本人或监护人同意处理个人信息")
KEPT = gettext_noop("随志愿者登记保存，删除登记时一并清除")


class ConsentText(models.Model):
    """The words of a consent, one row for each wording that was ever agreed to; never changed."""

    class Kind(models.TextChoices):
        OWN = "own", _("个人信息处理同意书")
        GUARDIAN = "guardian", _("监护人同意书")

    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    version = models.PositiveSmallIntegerField(_("版本"))
    digest = models.CharField(max_length=64)
    text = models.TextField(_("内容"))
    first_used_at = models.DateTimeField(_("开始使用时间"))

    class Meta:
        default_permissions = ()
        ordering = ("kind", "version")
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="consent_text_version"),
            models.UniqueConstraint(fields=["kind", "digest"], name="consent_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Consent(models.Model):
    """Somebody agreed for a volunteer: the volunteer, or a guardian. Without `given_at` it waits for the guardian who has the code."""

    class How(models.TextChoices):
        ONLINE = "online", _("本人网上同意")
        PAPER = "paper", _("本人当面同意，由工作人员登记")
        CODE = "code", _("监护人凭确认码网上同意")
        ACCOUNT = "account", _("监护人用本人账号同意")
        STATION = "station", _("监护人在实践站当面同意")
        IMPORTED = "imported", _("全国系统登记时已同意")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="consents", verbose_name=_("志愿者"))
    kind = models.CharField(_("类型"), max_length=10, choices=ConsentText.Kind)
    text = models.ForeignKey(ConsentText, models.PROTECT, null=True, related_name="+", verbose_name=_("同意的文本"))
    how = models.CharField(_("方式"), max_length=10, choices=How, blank=True)
    given_at = models.DateTimeField(_("同意时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    code_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    code_until = models.DateTimeField(_("确认码有效期至"), null=True, blank=True)
    guardian_name = EncryptedTextField(_("监护人姓名"), blank=True, default="")
    relation = models.CharField(_("与志愿者关系"), max_length=20, blank=True)
    document = models.CharField(_("监护人证件类型"), max_length=10, choices=Volunteer.Document, blank=True)
    id_number = EncryptedTextField(_("监护人证件号码"), blank=True, default="")
    phone = EncryptedTextField(_("监护人电话"), blank=True, default="")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("登记人"))
    personal: ClassVar[dict[str, Personal]] = {
        "guardian_name": Personal(PURPOSE, KEPT), "relation": Personal(PURPOSE, KEPT), "document": Personal(PURPOSE, KEPT), "id_number": Personal(PURPOSE, KEPT),
        "phone": Personal(PURPOSE, KEPT), "taken_by": Personal(gettext_noop("当面同意须知道由谁登记"), KEPT),
    }  # fmt: skip

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [models.CheckConstraint(condition=Q(given_at__isnull=True) | Q(text__isnull=False) | Q(how="imported"), name="consent_has_words")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.volunteer_id}"

    @property
    def is_in_force(self) -> bool:
        return self.given_at is not None and self.withdrawn_at is None
