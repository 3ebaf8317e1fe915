"""Why the fields of scorecards are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import OFFICE, UNITS, Why, ask
from yipanqi.scoring import forms

READ = _("创城办、市领导、审计和该单位")

ask(forms.OpenForm, title=_("开启考核周期"), owner=OFFICE, who=OFFICE, readers=READ, often=_("补开周期时"), minutes=0.5, fields={
    "kind": Why(_("按月、季还是年考核。"), differs=_("各是不同事物的类型")), "day": Why(_("由它得出是哪个周期。"), differs=_("各是不同事物的日期")),
})  # fmt: skip
ask(forms.ReasonForm, title=_("退回重算"), owner=OFFICE, who=OFFICE, readers=_("创城办、市领导和审计"), often=_("发现漏错时"), minutes=0.5, fields={
    "reason": Why(_("定稿的结果被撤回，日后查得到为什么。"), differs=_("各是不同决定的理由")),
})  # fmt: skip
ask(forms.ObjectionForm, title=_("考核申诉"), owner=OFFICE, who=UNITS, readers=_("创城办和该单位"), often=_("对结果有异议时"), minutes=3, fields={
    "measure": Why(_("说清是哪一项，裁定才有针对性；不选就是整张得分卡。")), "cases": Why(_("哪几件不该计入，逐件核对。"), differs=_("各是不同决定所指的案件")),
    "reason": Why(_("裁定的人据此核实。"), differs=_("各是不同决定的理由")),
})  # fmt: skip
ask(forms.RulingForm, title=_("申诉裁定"), owner=OFFICE, who=OFFICE, readers=READ, often=_("每件申诉一次"), minutes=3, fields={
    "cases": Why(_("不计入的案件写进新的得分卡，谁都能核对。"), differs=_("各是不同决定所指的案件")), "more": Why(_("单位没有列出、但也不该计入的。")),
    "ruling": Why(_("单位有权知道依据。")),
})  # fmt: skip
