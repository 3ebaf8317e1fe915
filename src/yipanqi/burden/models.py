"""Complaints about burden, and until when the office lets a form stand."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.burden.states import COMPLAINT, ComplaintState
from yipanqi.kernel.personal import Personal
from yipanqi.people.models import Unit, UnitKind


class Complaint(models.Model):
    """What somebody at work says is too much, or asked twice. Anonymous, it keeps the day and the kind of unit alone;
    the moment stands in the journal and in the news to the office (docs/adr/0025)."""

    code = models.CharField(_("查询码"), max_length=12, unique=True)
    text = models.TextField(_("反映内容"))
    page = models.CharField(_("所说的页面"), max_length=120, blank=True)
    unit_kind = models.CharField(_("单位类型"), max_length=20, choices=UnitKind, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(_("反映时间"), help_text="of an anonymous one the beginning of the day")
    state = models.CharField(_("状态"), max_length=10, choices=ComplaintState, default=ComplaintState.WAITING)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    once = models.CharField(max_length=64, unique=True, null=True, editable=False, help_text="by which a repeat of an anonymous one is known for a while")
    once_for = models.CharField(max_length=64, blank=True, editable=False, help_text="by which a repeat with other words is known")
    machine = COMPLAINT
    personal: ClassVar[dict[str, Personal]] = {
        "by": Personal(gettext_noop("答复署名反映基层负担的人；匿名的不记"), gettext_noop("随反映记录保存")),
        "text": Personal(gettext_noop("了解基层负担，改进流程"), gettext_noop("随反映记录保存")),
    }

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["-sent_at", "-id"], name="complaint_newest")]

    def __str__(self) -> str:
        return self.code

    @property
    def anonymous(self) -> bool:
        return self.by_id is None


class FormReview(models.Model):
    """The office looked at a form and lets it stand until a day."""

    key = models.CharField(max_length=80)
    until = models.DateField(_("有效期至"))
    why = models.CharField(_("保留理由"), max_length=200)
    decided_at = models.DateTimeField(_("决定时间"))

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["key", "-decided_at"], name="form_review_newest")]

    def __str__(self) -> str:
        return self.key
