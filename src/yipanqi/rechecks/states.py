"""The state table of one recheck: drawn, and looked at in time or not."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class RecheckState(models.TextChoices):
    DUE = "due", _("待回查")
    KEPT = "kept", _("未反弹")
    BACK = "back", _("已反弹")
    LAPSED = "lapsed", _("逾期未查")


RECHECK = Machine(
    "rechecks",
    {s.value: s.label for s in RecheckState},
    [
        move("note_kept", "due lapsed", "kept", _("记为未反弹")),
        move("note_back", "due lapsed", "back", _("记为已反弹")),
        move("lapse", "due", "lapsed", _("记为逾期未查")),
    ],
)
