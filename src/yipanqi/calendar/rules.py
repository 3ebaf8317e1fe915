"""Who may change the working calendar."""

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role
from yipanqi.people.rules import has_role, is_system

perm("calendar.seed_calendar", is_system)
for verb in ("set_day", "clear_day", "set_hours", "clear_hours"):
    perm(f"calendar.{verb}", has_role(Role.HEAD, Role.ADMIN) | is_system)
