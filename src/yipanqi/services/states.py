"""The states of an order, of one sending of it to a party, of an offer and of a complaint."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class RequestState(models.TextChoices):
    ASKED = "asked", _("待制单")
    OPEN = "open", _("待派单")
    SENT = "sent", _("待接单")
    ACCEPTED = "accepted", _("已接单")
    SERVED = "served", _("待评单")
    CLOSED = "closed", _("已完成")
    DECLINED = "declined", _("不予受理")
    CANCELLED = "cancelled", _("已撤销")
    UNMET = "unmet", _("未能满足")


#: Somebody still waits for help.
WAITING = (RequestState.ASKED, RequestState.OPEN, RequestState.SENT, RequestState.ACCEPTED)
#: Nothing more will come.
ENDED = (RequestState.CLOSED, RequestState.DECLINED, RequestState.CANCELLED, RequestState.UNMET)


class DispatchState(models.TextChoices):
    WAITING = "waiting", _("待接单")
    ACCEPTED = "accepted", _("已接单")
    REFUSED = "refused", _("已谢绝")
    LAPSED = "lapsed", _("超时未接")
    RECALLED = "recalled", _("已撤回")
    GIVEN_BACK = "given_back", _("已退单")


class OfferState(models.TextChoices):
    OPEN = "open", _("可点")
    PAUSED = "paused", _("暂停")
    ENDED = "ended", _("已下架")


class ComplaintState(models.TextChoices):
    WAITING = "waiting", _("待答复")
    ANSWERED = "answered", _("已答复")


REQUEST = Machine(
    "services",
    {s.value: s.label for s in RequestState},
    [
        move("make_order", "asked", "open", _("制单")),
        move("decline", "asked open", "declined", _("不予受理")),
        move("dispatch", "open", "sent", _("派单")),
        move("recall", "sent accepted", "open", _("撤回派单")),
        move("accept", "sent", "accepted", _("接单")),
        move("refuse", "sent", "sent open", _("谢绝")),
        move("lapse", "sent", "sent open", _("超时转派")),
        move("grab", "open", "accepted", _("抢单")),
        move("give_back", "accepted", "sent open", _("退单")),
        move("join_activity", "accepted", "=", _("关联活动")),
        move("report_service", "accepted", "served closed", _("服务反馈")),
        move("rate", "served closed", "closed", _("评单")),
        move("reply_to_rating", "closed", "=", _("回复评价")),
        move("close_unrated", "served", "closed", _("到期办结")),
        move("give_up", "open", "unmet", _("未能满足")),
        move("cancel", "asked open sent accepted", "cancelled", _("撤销")),
    ],
)
OFFER = Machine(
    "services",
    {s.value: s.label for s in OfferState},
    [
        move("pause_offer", "open", "paused", _("暂停")),
        move("resume_offer", "paused", "open", _("恢复")),
        move("end_offer", "open paused", "ended", _("下架")),
    ],
)
COMPLAINT = Machine(
    "services",
    {s.value: s.label for s in ComplaintState},
    [move("answer_complaint", "waiting", "answered", _("答复"))],
)
