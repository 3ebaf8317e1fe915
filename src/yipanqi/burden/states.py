"""The state table of a complaint about burden."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class ComplaintState(models.TextChoices):
    WAITING = "waiting", _("待答复")
    ANSWERED = "answered", _("已答复")


COMPLAINT = Machine(
    "burden",
    {s.value: s.label for s in ComplaintState},
    [
        move("answer_complaint", "waiting", "answered", _("答复")),
        move("press_complaint", "answered", "waiting", _("再次反映")),
    ],
)
