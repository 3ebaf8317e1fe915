"""Who draws and notes (the system alone), and who sees what is to be looked at again."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.rules import has_role, is_system

for _verb in ("draw", "draw_for_verification", "strike_off", "note_kept", "note_back", "lapse"):
    perm(f"rechecks.{_verb}", is_system)
perm("rechecks.see_rechecks", has_role("head", "desk", "inspector", "leader", "auditor"), _("回查由创城办、检查员、市领导和审计查看"))
