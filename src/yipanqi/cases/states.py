"""The state table of a case, the heart of the loop (reading it top to bottom is reading the loop).

Disputes: the leading unit's dispute stops the whole case (disputed) until the desk rules. An assisting unit's dispute
concerns its own share only: the case stays dispatched or handling and the others go on, but it is not resolved before
the desk has ruled. Rulings therefore also start from dispatched and handling, where a share is disputed.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yipanqi.kernel.machine import Machine, move


class State(models.TextChoices):
    REPORTED = "reported", _("待受理")
    FILED = "filed", _("待交办")
    DISPATCHED = "dispatched", _("待签收")
    DISPUTED = "disputed", _("待裁定")
    HANDLING = "handling", _("整改中")
    RESOLVED = "resolved", _("待核查")
    SUSPENDED = "suspended", _("挂账")
    CLOSED = "closed", _("已销号")
    REJECTED = "rejected", _("不予受理")
    MERGED = "merged", _("并案")


OPEN = (State.REPORTED, State.FILED, State.DISPATCHED, State.DISPUTED, State.HANDLING, State.RESOLVED, State.SUSPENDED)

CASE = Machine(
    "cases",
    {s.value: s.label for s in State},
    [
        move("accept", "reported", "filed", _("受理")),
        move("reject", "reported filed", "rejected", pgettext_lazy("move", "不予受理")),
        move("merge", "reported filed", "merged", pgettext_lazy("move", "并案")),
        move("fix_on_the_spot", "reported filed", "closed", pgettext_lazy("move", "立整立改")),
        move("unaccept", "filed", "reported", _("撤销受理")),
        move("split_off", "merged", "reported filed", _("撤销并案")),
        move("correct_class", "filed dispatched disputed handling resolved suspended", "=", _("更正类别")),
        move("dispatch", "filed", "dispatched", _("交办")),
        move("withdraw", "dispatched handling", "filed", _("收回重新交办")),
        move("release_unit", "dispatched handling", "dispatched handling resolved", _("解除协办")),
        move("sign", "dispatched handling", "handling", _("签收")),
        move("dispute", "dispatched handling", "disputed dispatched handling", _("退单")),
        move("uphold", "disputed dispatched handling", "dispatched handling resolved", _("同意退单并改派")),
        move("overrule", "disputed dispatched handling", "dispatched handling", _("驳回退单")),
        move("ask_extension", "dispatched handling", "=", _("申请延期")),
        move("grant_extension", "dispatched handling", "=", _("同意延期")),
        move("refuse_extension", "dispatched handling", "=", _("不同意延期")),
        move("ask_suspension", "handling", "=", _("申请挂账")),
        move("refuse_suspension", "handling", "=", _("不同意挂账")),
        move("suspend", "handling", "suspended", _("批准挂账")),
        move("resume", "suspended", "handling", _("恢复整改")),
        move("finish_step", "handling", "=", _("反馈阶段完成")),
        move("resolve", "handling", "resolved handling", _("反馈整改")),
        move("verify_pass", "resolved", "closed", pgettext_lazy("move", "核查通过")),
        move("verify_fail", "resolved", "handling", _("核查不通过")),
        move("recheck_pass", "closed", "=", pgettext_lazy("move", "回查合格")),
        move("rebound", "closed", "=", pgettext_lazy("move", "反弹")),
        move(
            "confirm",
            "reported filed dispatched disputed handling resolved suspended",
            "=",
            pgettext_lazy("move", "再次发现"),
        ),
        move(
            "comment",
            "reported filed dispatched disputed handling resolved suspended closed rejected merged",
            "=",
            pgettext_lazy("move", "补充说明"),
        ),
    ],
)


class Part(models.TextChoices):
    """State of one unit's assignment within a case."""

    DISPATCHED = "dispatched", _("待签收")
    DISPUTED = "disputed", _("申请退单")
    HANDLING = "handling", _("整改中")
    RESOLVED = "resolved", _("已整改")
    WITHDRAWN = "withdrawn", _("已撤回")
