"""Who sees and does what on the office's own pages. What concerns a case is decided by the rules of cases."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yipanqi.cases.rules import WORKERS
from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role
from yipanqi.people.rules import has_role, is_authenticated, is_system

is_office = has_role(Role.HEAD, Role.DESK)

perm("desk.see_board", has_role(Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR), _("看板供创城办、市领导和审计使用"))
perm("desk.see_figures", has_role(*WORKERS), _("您的角色不接触业务数据"))
perm("desk.see_journal", has_role(Role.HEAD, Role.DESK, Role.AUDITOR), _("操作日志供创城办和审计查看"))
perm(
    "desk.see_settings",
    has_role(Role.HEAD, Role.DESK, Role.AUDITOR, Role.ADMIN),
    _("设置页供创城办、审计和系统管理员查看"),
)
perm("desk.see_system", has_role(Role.ADMIN, Role.HEAD, Role.AUDITOR), _("系统页供系统管理员、创城办负责人和审计查看"))
perm("desk.change_policy", has_role(Role.HEAD), _("只有创城办负责人可以修改设置"))
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
