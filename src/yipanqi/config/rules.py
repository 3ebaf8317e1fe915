"""Who may perform the kernel's own actions; the kernel knows no people, so their rules stand here."""

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role
from yipanqi.people.rules import has_role, is_system

perm("kernel.seed_calendar", is_system)
for verb in ("set_day", "clear_day", "set_hours"):
    perm(f"kernel.{verb}", has_role(Role.HEAD, Role.ADMIN) | is_system)
