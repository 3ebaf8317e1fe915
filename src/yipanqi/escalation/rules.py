"""Who climbs the ladder (the system alone), who looks at it, who decides that a letter is not written."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.rules import has_role, is_system

perm("escalation.climb", is_system)
perm("escalation.see_ladder", has_role("head", "desk", "leader", "auditor"), _("督办台账由创城办、市领导和审计查看"))
perm("escalation.drop_letter", has_role("head"), _("是否制发函件由创城办负责人决定"))
