"""The states of a reward voucher that a volunteer shows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class VoucherState(models.TextChoices):
    OPEN = "open", _("待兑换")
    USED = "used", _("已兑换")
    WITHDRAWN = "withdrawn", _("已撤回")
    LAPSED = "lapsed", _("已过期")


VOUCHER = Machine(
    "points",
    {s.value: s.label for s in VoucherState},
    [
        move("redeem", "open", "used", _("兑换")),
        move("withdraw_voucher", "open", "withdrawn", _("撤回兑换码")),
    ],
)
