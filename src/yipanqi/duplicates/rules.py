"""Who is shown likely duplicates: those who decide. What makes them is kept by jobs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role
from yipanqi.people.rules import has_role, is_system

perm("duplicates.see_duplicates", has_role(Role.HEAD, Role.DESK), _("疑似重复只供创城办综合组和负责人受理时参考"))
perm("duplicates.keep_sketches", is_system)
perm("duplicates.drop_sketches", is_system)
perm("duplicates.keep_counted", is_system)
