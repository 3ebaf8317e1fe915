"""The life of a place: in use, suspended for a time, closed for good."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yipanqi.kernel.machine import Machine, move


class PlaceStatus(models.TextChoices):
    ACTIVE = "active", _("在用")
    SUSPENDED = "suspended", _("暂停")
    CLOSED = "closed", _("撤销")


PLACE = Machine(
    "places",
    {str(value): label for value, label in PlaceStatus.choices},
    (
        move("suspend_place", "active", "suspended", pgettext_lazy("move", "暂停")),
        move("reopen_place", "suspended closed", "active", _("恢复在用")),
        move("close_place", "active suspended", "closed", pgettext_lazy("move", "撤销")),
    ),
    field="status",
)
