"""The life of an edition: drafted, current, retired. At most one is current."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class EditionState(models.TextChoices):
    DRAFT = "draft", _("编制中")
    CURRENT = "current", _("现行")
    RETIRED = "retired", _("已停用")


EDITION = Machine(
    "standards",
    {str(value): label for value, label in EditionState.choices},
    (
        move("publish_edition", "draft retired", "current", _("发布为现行")),
        move("retire_edition", "current", "retired", _("停用")),
    ),
)
