"""What people asked about their own data, and who must not be brought back by an import."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.kernel.personal import EncryptedTextField, Personal
from yipanqi.volunteers.models.person import Volunteer
from yipanqi.volunteers.states import REQUEST, RequestState

PURPOSE = gettext_noop("办理本人更正或删除个人信息的申请")
KEPT = gettext_noop("内容在办理后清除，何时申请、何时办理保存三年")


class OwnRequest(models.Model):
    """Somebody asks that what is kept about them be corrected or erased. `wanted` are the corrections, as JSON."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("更正")
        ERASURE = "erasure", _("删除")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="requests", verbose_name=_("志愿者"))
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    state = models.CharField(_("状态"), max_length=10, choices=RequestState, default=RequestState.WAITING)
    wanted = EncryptedTextField(_("更正内容"), blank=True, default="")
    reason = EncryptedTextField(_("说明"), blank=True, default="")
    asked_at = models.DateTimeField(_("申请时间"))
    due_on = models.DateField(_("办理期限"), help_text="by this day it must be answered; of an erasure, the day on which it is carried out")
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办理人"))
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    machine = REQUEST
    personal: ClassVar[dict[str, Personal]] = {
        "volunteer": Personal(PURPOSE, KEPT), "wanted": Personal(PURPOSE, KEPT), "reason": Personal(PURPOSE, KEPT),
        "decided_by": Personal(gettext_noop("个人信息申请须知道由谁办理"), KEPT),
    }  # fmt: skip

    class Meta:
        default_permissions = ()
        ordering = ("-asked_at", "-id")
        constraints = [models.UniqueConstraint(fields=["volunteer", "kind"], condition=models.Q(state="waiting"), name="own_request_once")]
        indexes = [models.Index(fields=["state", "-asked_at", "-id"], name="own_request_state"), models.Index(fields=["-asked_at", "-id"], name="own_request_newest")]

    def __str__(self) -> str:
        return str(self.uuid)


class Gone(models.Model):
    """Somebody was erased: only keyed hashes remain, by which an import knows not to bring them back. Registering anew lifts it."""

    identity_hash = models.CharField(max_length=64, unique=True)
    erased_on = models.DateField(_("删除日期"))
    personal: ClassVar[dict[str, Personal]] = {"identity_hash": Personal(gettext_noop("防止导入时把已删除的人重新登记"), gettext_noop("长期；本人重新注册时清除"))}

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)
