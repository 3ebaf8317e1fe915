"""Two entries that look like one person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.kernel.personal import Personal
from yipanqi.volunteers.models.person import Volunteer
from yipanqi.volunteers.states import PAIR, PairState

#: Why two entries look like one person, the most telling first.
REASONS = {"same_person": _("姓名、出生日期和电话都相同"), "name_birth": _("姓名和出生日期相同"), "phone": _("电话相同")}


class Pair(models.Model):
    """Two entries that may be one person, with the reasons; somebody decides, nothing is merged by itself."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first = models.ForeignKey(Volunteer, models.CASCADE, related_name="+", verbose_name=_("较早的登记"))
    second = models.ForeignKey(Volunteer, models.CASCADE, related_name="+", verbose_name=_("较晚的登记"))
    reason = models.CharField(_("理由"), max_length=12, choices=list(REASONS.items()))
    state = models.CharField(_("状态"), max_length=10, choices=PairState, default=PairState.OPEN)
    found_at = models.DateTimeField(_("发现时间"))
    decided_at = models.DateTimeField(_("判断时间"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("判断人"))
    why = models.CharField(_("说明"), max_length=200, blank=True)
    machine = PAIR
    personal: ClassVar[dict[str, Personal]] = {
        "decided_by": Personal(gettext_noop("合并登记须知道由谁判断"), gettext_noop("随志愿者登记保存")),
    }

    class Meta:
        default_permissions = ()
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_order"),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="pair_state")]

    def __str__(self) -> str:
        return str(self.uuid)
