"""Who sees the burden of whom, who complains and who answers. Nobody sees persons."""

from django.utils.translation import gettext_lazy as _

from yipanqi.cases.rules import WORKERS
from yipanqi.kernel.permissions import perm
from yipanqi.people.rules import has_role, is_authenticated, is_system, is_visitor

OFFICE_ANSWERS = _("基层负担反映由创城办答复")
perm("burden.see_all_units", has_role("head", "desk", "leader", "auditor"), _("全市负担情况由创城办、市领导和审计查看；各单位在“我们的负担”看自己的"))
perm("burden.see_own_unit", has_role("liaison", "unit_leader"), _("您不代表任何单位，没有可看的负担情况"))
perm("burden.see_forms", has_role(*WORKERS, "admin"), _("您的角色不查看表单登记"))
perm("burden.see_complaints", has_role("head", "desk", "auditor"), OFFICE_ANSWERS)
#: Whoever wants to stay unknown is a visitor to the action; the pages let only people at work come this far.
perm("burden.complain", is_authenticated | is_visitor)
perm("burden.forget_repeats", is_system)
perm("burden.press_complaint", is_authenticated | is_visitor)
perm("burden.answer_complaint", has_role("head", "desk"), OFFICE_ANSWERS)
perm("burden.renew_form", has_role("head"), _("表单是否保留由创城办负责人决定"))
perm("burden.use_complaint_page", has_role(*WORKERS, "centre", "station", "admin"), _("请先登录工作账号"))
