"""The state tables of a period and of an objection."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class PeriodState(models.TextChoices):
    OPEN = "open", _("统计中")
    FROZEN = "frozen", _("已定稿")
    PUBLISHED = "published", _("已公布")


class ObjectionState(models.TextChoices):
    FILED = "filed", _("待裁定")
    UPHELD = "upheld", _("申诉成立")
    REFUSED = "refused", _("申诉不成立")
    WITHDRAWN = "withdrawn", _("已撤回")


PERIOD = Machine(
    "scoring",
    {s.value: s.label for s in PeriodState},
    [
        move("freeze", "open", "frozen", _("定稿")),
        move("reopen", "frozen", "open", _("退回重算")),
        move("publish", "frozen", "published", _("公布")),
    ],
)
OBJECTION = Machine(
    "scoring",
    {s.value: s.label for s in ObjectionState},
    [
        move("uphold_objection", "filed", "upheld", _("申诉成立")),
        move("refuse_objection", "filed", "refused", _("申诉不成立")),
        move("withdraw_objection", "filed", "withdrawn", _("撤回申诉")),
    ],
)
