"""Who may do what with a case."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.cases import selectors
from yipanqi.cases.models import Case
from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role, User
from yipanqi.people.rules import has_role, is_authenticated, is_system, is_visitor


@rules.predicate
def of_assigned_unit(actor: Any, case: Any = None) -> bool:
    """Liaison or leader of a unit that has a share in the case."""
    if not isinstance(actor, User) or not isinstance(case, Case):
        return False
    units = actor.units_as(Role.LIAISON, Role.UNIT_LEADER)
    return bool(units) and any(a.unit_id in units for a in selectors.live(case))


@rules.predicate
def is_independent(actor: Any, case: Any = None) -> bool:
    """Has no part in the mending: see `selectors.took_part`."""
    return isinstance(actor, User) and isinstance(case, Case) and not selectors.took_part(case, actor)


@rules.predicate
def sees(actor: Any, case: Any = None) -> bool:
    """The case is in the actor's lists."""
    return isinstance(case, Case) and selectors.sees(actor, case)


@rules.predicate
def has_found(actor: Any, case: Any = None) -> bool:
    """The actor entered the case."""
    return isinstance(actor, User) and isinstance(case, Case) and case.found_by_id == actor.pk


is_desk = has_role(Role.DESK, Role.HEAD)
is_staff = has_role(Role.DESK, Role.HEAD, Role.INSPECTOR, Role.LIAISON, Role.UNIT_LEADER, Role.GRID, Role.LEADER)
on_site = has_role(Role.DESK, Role.HEAD, Role.INSPECTOR, Role.GRID)
is_verifier = has_role(Role.INSPECTOR, Role.DESK, Role.HEAD) & is_independent
handles_it = is_authenticated & of_assigned_unit

WORKERS = (Role.HEAD, Role.DESK, Role.INSPECTOR, Role.LIAISON, Role.UNIT_LEADER, Role.GRID, Role.LEADER, Role.AUDITOR)

BY_DESK = _("只有创城办综合组或负责人可以办理")
BY_UNIT = _("只有该案件责任单位的联络员或负责人可以办理")
BY_VERIFIER = _("核查须由检查员或综合组进行；整改单位及其上下级单位的人员、签收或反馈整改的本人不能核查")
BY_LEADER = _("挂账须由市领导或创城办负责人审批")

perm("cases.see_cases", has_role(*WORKERS), _("您的角色不接触业务数据"))
perm("cases.see_photo_flags", is_verifier, BY_VERIFIER)
perm("cases.report_case", is_staff | has_role(Role.API) | is_system, _("您的账号不能上报问题"))
perm("cases.report_by_resident", is_visitor | (is_authenticated & ~has_role(Role.AUDITOR, Role.ADMIN)) | is_system, _("您的账号不能上报问题；如以市民身份反映，请先退出登录"))
perm("cases.import_messages", is_desk | is_system, BY_DESK)
perm("cases.import_case", is_desk | is_system, BY_DESK)
perm("cases.import_cases", is_desk | is_system, BY_DESK)
perm("cases.accept", is_desk | is_system, BY_DESK)
perm("cases.reject", is_desk, BY_DESK)
perm("cases.merge", is_desk, BY_DESK)
perm("cases.fix_on_the_spot", has_role(Role.DESK, Role.HEAD, Role.INSPECTOR) | (has_role(Role.GRID) & has_found) | is_system, _("只有综合组、检查员或发现问题的网格员可以登记立整立改"))
perm("cases.dispatch", is_desk | is_system, BY_DESK)
perm("cases.withdraw", is_desk, BY_DESK)
perm("cases.release_unit", is_desk, BY_DESK)
perm("cases.sign", handles_it, BY_UNIT)
perm("cases.dispute", handles_it, BY_UNIT)
perm("cases.uphold", is_desk, BY_DESK)
perm("cases.overrule", is_desk, BY_DESK)
perm("cases.ask_extension", handles_it, BY_UNIT)
perm("cases.grant_extension", is_desk, BY_DESK)
perm("cases.refuse_extension", is_desk, BY_DESK)
perm("cases.ask_suspension", handles_it, BY_UNIT)
perm("cases.suspend", has_role(Role.LEADER, Role.HEAD), BY_LEADER)
perm("cases.refuse_suspension", has_role(Role.LEADER, Role.HEAD), BY_LEADER)
perm("cases.resume", has_role(Role.LEADER, Role.HEAD, Role.DESK) | is_system, _("只有市领导、创城办负责人或综合组可以恢复整改"))
perm("cases.finish_step", handles_it, BY_UNIT)
perm("cases.resolve", handles_it, BY_UNIT)
perm("cases.verify_pass", is_verifier, BY_VERIFIER)
for _verb in ("spare", "close_unsampled"):
    perm(f"cases.{_verb}", is_system)
perm("cases.verify_fail", is_verifier, BY_VERIFIER)
perm("cases.recheck_pass", is_verifier, BY_VERIFIER)
perm("cases.rebound", is_verifier, BY_VERIFIER)
perm("cases.confirm", on_site | is_system, _("只有综合组、检查员或网格员可以登记再次发现"))
perm("cases.retract", has_role(Role.INSPECTOR) & has_found, _("案件只能由登记它的检查员撤回；请由其本人改判，或联系综合组处理"))
perm("cases.unconfirm", on_site | is_system, _("只有综合组、检查员或网格员可以撤回自己登记的再次发现"))
perm("cases.comment", (is_staff & sees) | is_system, _("您不能对此案件补充说明"))
perm("cases.answer", is_desk | is_system, BY_DESK)
perm("cases.reveal_contact", is_desk | is_system, BY_DESK)
perm("cases.count_anew", is_system)
perm("cases.count_changes", is_system)
perm("cases.forget_counts", is_system)
perm("cases.count_cells", is_system)
perm("cases.erase_contacts", is_system)
perm("cases.erase_subjects", is_system)
perm("cases.mend_words", is_system)
perm("cases.rate", is_visitor, _("只有反映人可以评价；如您就是反映人，请退出登录后凭查询码评价"))
