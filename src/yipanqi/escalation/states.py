"""The state table of a letter that a person should write."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class LetterState(models.TextChoices):
    DUE = "due", _("待制发")
    DROPPED = "dropped", _("不予制发")


LETTER = Machine("escalation", {s.value: s.label for s in LetterState}, [move("drop_letter", "due", "dropped", _("不予制发"))])
