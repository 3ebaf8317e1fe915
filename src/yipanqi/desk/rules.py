"""Who sees and does what on the office's own pages. What concerns a case is decided by the rules of cases."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.rules import WORKERS
from yipanqi.desk import saved
from yipanqi.desk.models import SavedView
from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role, User
from yipanqi.people.rules import has_role, is_authenticated, is_self, is_system

is_office = has_role(Role.HEAD, Role.DESK)


@rules.predicate
def owns_view(actor: Any, view: Any = None) -> bool:
    """The actor kept the view."""
    return isinstance(actor, User) and actor.is_active and view is not None and view.owner_id == actor.pk


@rules.predicate
def is_for_all(actor: Any, view: Any = None) -> bool:
    """The view is shown to everybody."""
    return view is not None and view.shown_to == SavedView.For.ALL


@rules.predicate
def sees_view(actor: Any, view: Any = None) -> bool:
    """The view is the actor's own or shared with them."""
    return isinstance(actor, User) and actor.is_active and view is not None and saved.sees(actor, view)


perm("desk.see_board", has_role(Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR), _("看板供创城办、市领导和审计使用"))
perm("desk.see_figures", has_role(*WORKERS), _("您的角色不接触业务数据"))
perm("desk.see_helping_figures", has_role(*WORKERS, Role.CENTRE, Role.STATION), _("您的角色不接触业务数据"))
perm("desk.see_journal", has_role(Role.HEAD, Role.DESK, Role.AUDITOR), _("操作日志供创城办和审计查看"))
perm(
    "desk.see_settings",
    has_role(Role.HEAD, Role.DESK, Role.AUDITOR, Role.ADMIN),
    _("设置页供创城办、审计和系统管理员查看"),
)
perm("desk.see_system", has_role(Role.ADMIN, Role.HEAD, Role.AUDITOR), _("系统页供系统管理员、创城办负责人和审计查看"))
perm("desk.change_policy", has_role(Role.HEAD), _("只有创城办负责人可以修改设置"))
perm("desk.see_triage", is_office, _("分拣台供创城办综合组和负责人受理、交办使用"))
perm("desk.publish_pair", is_office, _("只有创城办可以公开照片"))
perm("desk.withdraw_pair", is_office, _("只有创城办可以撤回公开的照片"))
perm("desk.note_export", is_authenticated | is_system)
perm("desk.retry_delivery", has_role(Role.ADMIN, Role.HEAD), _("只有系统管理员和创城办负责人可以重试"))
perm("desk.retry_job", has_role(Role.ADMIN, Role.HEAD), _("只有系统管理员和创城办负责人可以重试"))
perm(
    "desk.check_journal",
    has_role(Role.ADMIN, Role.HEAD, Role.AUDITOR),
    _("只有系统管理员、创城办负责人和审计可以核验日志"),
)

_at_work = has_role(*WORKERS)
_not_yours = _("这个视图不是您保存的，只有保存的人可以改")
perm("desk.keep_view", is_self & _at_work, _("您的角色不接触业务数据"))
perm("desk.move_view", owns_view & _at_work, _not_yours)
perm("desk.share_view_with_unit", owns_view & _at_work, _not_yours)
perm("desk.share_view_with_all", owns_view & is_office, _("只有创城办可以把自己的视图分享给全体"))
for _verb in ("rename_view", "remove_view", "keep_view_to_owner"):
    perm(f"desk.{_verb}", (owns_view & _at_work) | (is_for_all & has_role(Role.HEAD)), _not_yours)
perm("desk.open_with_view", sees_view & _at_work, _("这个视图没有分享给您"))
perm("desk.open_without_view", is_self)
