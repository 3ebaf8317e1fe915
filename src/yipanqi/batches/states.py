"""The states of a batch and of its items."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yipanqi.kernel.machine import Machine, move


class BatchState(models.TextChoices):
    QUEUED = "queued", _("排队中")
    RUNNING = "running", pgettext_lazy("batch", "办理中")
    DONE = "done", pgettext_lazy("batch", "已完成")
    CANCELLED = "cancelled", pgettext_lazy("batch", "已停止")
    FAILED = "failed", pgettext_lazy("batch", "已中断")


ACTIVE = (BatchState.QUEUED, BatchState.RUNNING)

BATCH = Machine(
    "batches",
    {s.value: s.label for s in BatchState},
    [
        move("start", "queued running", "running", pgettext_lazy("batch", "开始")),
        move("finish", "running", "done", pgettext_lazy("batch", "完成")),
        move("give_up", "queued running", "failed", pgettext_lazy("batch", "中断")),
        move("cancel", "queued running", "cancelled", pgettext_lazy("batch", "停止")),
    ],
)


class ItemState(models.TextChoices):
    WAITING = "waiting", _("还没办到")
    DONE = "done", _("已办")
    REFUSED = "refused", _("未办")
