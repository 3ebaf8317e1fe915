"""Why the pages about records ask what they ask."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import Why, ask, ask_sheet, only_looks_up
from yipanqi.records import forms
from yipanqi.records import sheets as _sheets  # noqa: F401  they register themselves
from yipanqi.sheets import SHEETS

CENTRE, RECORDERS, VOLUNTEERS = _("文明实践中心"), _("记录单位（队长、实践所、站）"), _("志愿者")
LAW = _("《志愿服务记录与证明出具办法（试行）》（民政部令第67号）")
KEEPS = _("随志愿服务记录长期保存，申请删除时去除身份")
OTHER = _("各是不同事物的内容")
BY_RECORDERS = {"owner": CENTRE, "who": RECORDERS, "readers": _("本人、记录单位、实践中心、审计")}
only_looks_up(forms.CheckFilter, forms.StateFilter)

ENTERED = {
    "issuer": Why(_("谁组织谁记录，也由谁证明。"), LAW, differs=OTHER), "volunteers": Why(_("记到谁的名下。"), LAW, KEEPS, differs=OTHER),
    "volunteer": Why(_("记到谁的名下。"), LAW, KEEPS, differs=OTHER), "on": Why(_("规定须记录日期。"), LAW, differs=OTHER),
    "name": Why(_("规定须记录名称。"), LAW, differs=OTHER),
}  # fmt: skip
ask(forms.TrainingForm, title=_("登记培训"), often=_("每次培训一次，全体参加人一起填"), minutes=2, fields={
    **ENTERED, "content": Why(_("规定须记录主要内容。"), LAW, differs=OTHER), "minutes": Why(_("规定须记录学习时长。"), LAW, differs=OTHER), "trainer": Why(_("规定须记录培训人。"), LAW, KEEPS),
    "course": Why(_("活动要求先培训的，凭它知道谁可以参加。")), "valid_until": Why(_("会过期的培训，到期要重新参加。")),
}, **BY_RECORDERS)  # fmt: skip
ask(forms.CommendationForm, title=_("登记表彰奖励"), often=_("每次表彰一次"), minutes=1, fields={**ENTERED, "granted_by": Why(_("规定须记录授予单位。"), LAW, differs=OTHER)}, **BY_RECORDERS)
ask(forms.EvaluationForm, title=_("登记评价"), often=_("有评价时"), minutes=1, fields={
    **ENTERED, "quality": Why(_("规定须记录服务质量的评价。"), LAW, differs=OTHER), "evaluator": Why(_("规定须记录评价人。"), LAW, KEEPS, differs=OTHER), "words": Why(_("说得具体，本人才知道好在哪里。"), keeps=KEEPS, differs=OTHER),
}, **BY_RECORDERS)  # fmt: skip
ask(forms.IssuerForm, title=_("出具单位"), often=_("变动时"), minutes=1, fields={
    "head": Why(_("证明上须写明负责人。"), LAW, _("更换负责人时更新"), differs=OTHER), "contact": Why(_("证明上须写明联系方式，便于核实。"), LAW, _("随出具单位保存"), differs=OTHER),
}, **BY_RECORDERS)  # fmt: skip
ask(forms.AddIssuerForm, title=_("登记出具单位"), owner=CENTRE, who=CENTRE, readers=_("出具单位"), often=_("导入历史时长前"), minutes=0.5, fields={"code": Why(_("知道是哪个单位记录的，也由它出具证明。"), LAW, differs=OTHER)})
ask(forms.StarRulesForm, title=_("星级规则"), owner=CENTRE, who=CENTRE, readers=_("所有人"), often=_("标准变动时"), minutes=2, fields={
    "scheme": Why(_("几套规则各算各的，凭代码分清。"), differs=OTHER), "name": Why(_("让志愿者知道按哪套规则认定。"), differs=OTHER), "from_on": Why(_("从哪天起按新标准认定。"), differs=OTHER),
    "hours": Why(_("各级的时长标准。"), differs=OTHER),
})  # fmt: skip
ask(forms.AskCertificateForm, title=_("申请志愿服务记录证明"), owner=CENTRE, who=VOLUNTEERS, readers=_("出具单位"), often=_("需要时"), minutes=1, fields={
    "issuer": Why(_("谁记录谁证明，由记录的单位出具。"), LAW), "from_on": Why(_("只要证明一段时间的，从哪天起。"), differs=OTHER), "to_on": Why(_("只要证明一段时间的，到哪天为止。"), differs=OTHER),
    "note": Why(_("用人单位或学校要求写明的事项，没有不填。"), keeps=_("随证明保存"), differs=OTHER),
})  # fmt: skip
ask(forms.IssueForm, title=_("出具证明"), often=_("每份证明一次"), minutes=1, fields={"handler": Why(_("证明上须写明经办人。"), LAW, _("随证明保存"))}, **BY_RECORDERS)
ask(forms.WhyForm, title=_("星级和证明的决定"), often=_("每次决定一次"), minutes=1, fields={"why": Why(_("不予办理、保留、撤销都要说明理由，本人能看到。"), LAW, differs=OTHER)}, **BY_RECORDERS)
ask(forms.AmendmentForm, title=_("申请更正记录"), owner=CENTRE, who=VOLUNTEERS, readers=_("记录单位"), often=_("发现有误时"), minutes=1, fields={"reason": Why(_("说清哪里不对，才能核实。"), LAW, KEEPS, differs=OTHER)})
ask(forms.DeclineForm, title=_("不予更正"), often=_("每次一次"), minutes=1, fields={"answer": Why(_("让申请人知道为什么没有更正。"), LAW, differs=OTHER)}, **BY_RECORDERS)
PUT_RIGHT = {
    name: Why(_("只改有误的项，由第二人复核。"), LAW, KEEPS, differs=_("更正已有的记录，不重新填写"))
    for name in ("title", "place", "content", "in_charge", "minutes", "on", "name", "trainer", "course", "valid_until", "granted_by", "quality", "evaluator", "words", "strike")
}
for _form, _title in ((forms.ProposeServiceForm, _("更正服务记录")), (forms.ProposeTrainingForm, _("更正培训记录")), (forms.ProposeCommendationForm, _("更正表彰奖励")), (forms.ProposeEvaluationForm, _("更正评价记录"))):
    ask(_form, title=_title, often=_("每次更正一次"), minutes=1, fields={name: why for name, why in PUT_RIGHT.items() if name in _form.base_fields}, **BY_RECORDERS)

ONE_BY_ONE = _("表格一次导入多条，与逐条登记二选一")
COLUMNS = {
    "volunteer": _("记到谁的名下。"), "name": _("核对编号没有写错。"), "document": _("全国系统的列，只导出。"), "id_number": _("全国系统的列，只导出。"), "title": _("规定须记录名称。"),
    "on": _("规定须记录日期。"), "place": _("规定须记录地点。"), "content": _("规定须记录内容。"), "hours": _("规定须记录时长。"), "kind": _("按类别统计。"), "issuer": _("谁组织谁记录。"),
    "in_charge": _("规定须记录活动负责人。"), "source": _("历史时长须写明来源。"), "source_key": _("重复导入时认出是同一条。"), "trainer": _("规定须记录培训人。"), "course": _("活动要求先培训的，凭它知道谁可以参加。"),
    "valid_until": _("会过期的培训，到期要重新参加。"), "granted_by": _("规定须记录授予单位。"),
}  # fmt: skip
for _name in ("service-records", "trainings", "commendations"):
    ask_sheet(SHEETS[_name], minutes=10, often=_("需要时"), fields={c.key: Why(COLUMNS[c.key], LAW, KEEPS, differs=ONE_BY_ONE) for c in SHEETS[_name].columns}, **BY_RECORDERS)
