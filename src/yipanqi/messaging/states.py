"""The state table of what leaves the house by a channel."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class SendingState(models.TextChoices):
    WAITING = "waiting", _("待发送")
    RUNNING = "running", _("发送中")
    SENT = "sent", _("已发出")
    FAILED = "failed", _("未能发出")


SENDING = Machine(
    "messaging",
    {s.value: s.label for s in SendingState},
    [
        move("begin_sending", "waiting running", "running", _("开始发送")),
        move("note_sent", "running", "sent", _("记为已发出")),
        move("note_unsent", "running", "waiting failed", _("记为未发出")),
        move("send_again", "failed", "waiting", _("重新发送")),
    ],
)
