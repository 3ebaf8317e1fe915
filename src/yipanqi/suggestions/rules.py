"""Who sees suggestions: those who decide; and how good they are: also those who audit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role
from yipanqi.people.rules import has_role, is_system

perm("suggestions.see_suggestions", has_role(Role.HEAD, Role.DESK), _("建议只供创城办综合组和负责人受理、交办时参考"))
perm("suggestions.see_accuracy", has_role(Role.HEAD, Role.DESK, Role.AUDITOR), _("建议的准确情况供创城办和审计查看"))
perm("suggestions.keep_learnt", is_system)
