"""Who asks for long work, and whose it is. What happens to each case is decided by the rule of the move itself."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.batches.models import Batch
from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role, User
from yipanqi.people.rules import has_role, is_authenticated, is_system


@rules.predicate
def asked_for_it(actor: Any, batch: Any = None) -> bool:
    """The batch is the actor's own."""
    return isinstance(actor, User) and isinstance(batch, Batch) and batch.asked_by_id == actor.pk


is_office = has_role(Role.DESK, Role.HEAD)
is_unit = has_role(Role.LIAISON, Role.UNIT_LEADER)
NOT_YOURS = _("只有提交的本人和创城办负责人可以办理")

for _verb in ("accept", "dispatch", "reject", "merge", "withdraw", "unaccept", "split_off", "grant_extension"):
    perm(f"batches.use_{_verb}", is_office, _("这一步不能由您批量办理"))
perm("batches.use_verify_pass", is_office | has_role(Role.INSPECTOR), _("这一步不能由您批量办理"))
perm("batches.use_sign", is_unit, _("这一步不能由您批量办理"))
perm("batches.see_batches", is_authenticated)
perm("batches.ask", is_office | is_unit | has_role(Role.INSPECTOR), _("您的角色不批量办理案件"))
perm("batches.ask_for_file", is_authenticated)
perm("batches.cancel", asked_for_it | has_role(Role.HEAD), NOT_YOURS)
perm("batches.take_back", asked_for_it | has_role(Role.HEAD), NOT_YOURS)
for _verb in ("start", "finish", "give_up", "forget"):
    perm(f"batches.{_verb}", is_system)
