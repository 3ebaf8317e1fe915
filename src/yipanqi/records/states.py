"""The state tables of stars, certificates and amendments of a record."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class StarState(models.TextChoices):
    ASKED = "asked", _("待认定")
    CONFIRMED = "confirmed", _("已认定")
    REFUSED = "refused", _("未通过")
    DROPPED = "dropped", _("已撤回")
    WITHDRAWN = "withdrawn", _("已取消")


STAR = Machine(
    "records",
    {s.value: s.label for s in StarState},
    [
        move("confirm_star", "asked", "confirmed", _("认定星级")),
        move("refuse_star", "asked", "refused", _("不予认定")),
        move("drop_star", "asked", "dropped", _("撤回申请")),
        move("keep_star", "confirmed", "=", _("保留星级")),
        move("withdraw_star", "confirmed", "withdrawn", _("取消星级")),
    ],
)


class CertificateState(models.TextChoices):
    ASKED = "asked", _("待出具")
    ISSUED = "issued", _("已出具")
    REFUSED = "refused", _("未出具")
    DROPPED = "dropped", _("已撤回")
    REVOKED = "revoked", _("已撤销")


CERTIFICATE = Machine(
    "records",
    {s.value: s.label for s in CertificateState},
    [
        move("issue_certificate", "asked", "issued", _("出具证明")),
        move("refuse_certificate", "asked", "refused", _("不予出具")),
        move("drop_certificate", "asked", "dropped", _("撤回申请")),
        move("keep_certificate", "issued", "=", _("维持证明")),
        move("revoke_certificate", "issued", "revoked", _("撤销证明")),
    ],
)


class AmendmentState(models.TextChoices):
    ASKED = "asked", _("待核实")
    PROPOSED = "proposed", _("待复核")
    DONE = "done", _("已更正")
    DECLINED = "declined", _("不予更正")
    DROPPED = "dropped", _("已撤回")


AMENDMENT = Machine(
    "records",
    {s.value: s.label for s in AmendmentState},
    [
        move("propose_amendment", "asked", "proposed", _("提出更正")),
        move("agree_amendment", "proposed", "done", _("复核通过")),
        move("decline_amendment", "asked proposed", "declined", _("不予更正")),
        move("drop_amendment", "asked", "dropped", _("撤回申请")),
    ],
)
