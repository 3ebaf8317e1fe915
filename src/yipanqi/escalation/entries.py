"""The line of the ladder in the menu, and what is told of its steps."""

from django.utils.translation import gettext_lazy as _

from yipanqi.escalation.catalogue import STEPS
from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind

NAVIGATION.add(Entry(_("督办"), "escalation:letters", "alarm", lambda user: user.has_perm("escalation.see_ladder"), 28))
KINDS.add("escalation.step", Kind(_("提醒和督办"), {key: step.says for key, step in STEPS.items()}, "/cases/%(number)s/"))
