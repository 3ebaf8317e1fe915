"""Why the fields of a standard are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import OFFICE, Why, ask, only_looks_up
from yipanqi.standards import forms

OWN = {"owner": OFFICE, "who": _("创城办负责人"), "readers": _("工作人员"), "often": _("测评体系修订时")}
OTHER = _("各是不同事物的资料")

ENGLISH = Why(_("英文界面用，可不填。"), differs=OTHER)
NAME, CODE = Why(_("页面和报告上显示。"), differs=OTHER), Why(_("导入、对照版本时认得出是同一条。"), differs=OTHER)
ORDER, ACTIVE = Why(_("按测评表的次序排列。"), differs=OTHER), Why(_("停用后不再可选，已有记录不受影响。"), differs=OTHER)
SEEN = Why(_("防止两人同时修改时互相覆盖；不用您填。"), differs=OTHER)
NOTE = Why(_("检查员拿不准时看的说明。"), differs=OTHER)
WEIGHT = Why(_("计分时占多少。"), differs=OTHER)
SOURCE = Why(_("编码或时限出自哪份标准，可靠到什么程度，供复核。"), differs=OTHER)
DEPARTMENT = Why(_("据此自动找到责任单位。"), differs=OTHER)
KIND = Why(_("决定现场怎样点选、怎样得出等级。"), differs=OTHER)
CATEGORY = {
    "name": NAME, "name_en": ENGLISH, "code_prefix": Why(_("点位编码以它开头，一看就知道类型。")), "group": Why(_("归入哪一大组统计。")), "department_type": DEPARTMENT,
    "extent": Why(_("说明看到哪里为止，免得各看各的。")), "extent_en": ENGLISH, "concerns_minors": Why(_("归入未成年人测评。"), differs=OTHER), "order": ORDER, "active": ACTIVE,
    "seen": SEEN, "co_departments": Why(_("还有哪些部门要配合。")), "basis": Why(_("依据哪份文件。")),
}  # fmt: skip
CLASS = {
    "name": NAME, "name_en": ENGLISH, "component": Why(_("损坏的是哪种部件。")), "group_code": CODE, "group_name": NAME, "group_name_en": ENGLISH, "department_type": DEPARTMENT,
    "severity": Why(_("决定时限、是否要照片、是否抽样核查。")), "photo_required": Why(_("只在不看照片就说不清时勾选，多一张就多一份负担。")),
    "closing_condition": Why(_("怎样才算办好，单位和核查人员用同一把尺。")), "deadline_note": NOTE, "deadline_source": SOURCE, "deadline_certainty": SOURCE,
    "code_source": SOURCE, "code_certainty": SOURCE, "active": ACTIVE, "seen": SEEN, "old_*": SOURCE,
    "*_amount": Why(_("这一环节多长时间内办完。")), "*_clock": Why(_("按工作时间还是自然时间计算。")), "*_title": Why(_("分阶段整改时，每一阶段叫什么。")),
}  # fmt: skip
ask(forms.RowForm, title=_("测评体系中的一行"), minutes=1, fields={"seen": SEEN}, **OWN)
ask(forms.EditionForm, title=_("测评体系版本"), minutes=5, fields={
    "name": NAME, "issuer": Why(_("哪个部门发布的。")), "period": Why(_("哪几年适用。")), "seen": SEEN, "part_*": WEIGHT, "*": Why(_("等级换算成得分率所用的界线，照测评办法填。")),
}, **OWN)  # fmt: skip
ask(forms.CopyForm, title=_("复制版本"), minutes=1, fields={"code": CODE, "name": NAME}, **OWN)
ask(forms.ItemForm, title=_("检查项"), minutes=3, fields={
    "category": Why(_("在哪类点位上看这一项。")), "code": CODE, "text": Why(_("测评表原文，现场照此判定。")), "kind": KIND, "measure": KIND, "target": KIND, "sample": KIND, "weight": WEIGHT,
    "method": Why(_("怎样看：实地、材料还是问卷。"), differs=OTHER), "timing": Why(_("什么时候看才算数。")), "exemption": Why(_("什么情形下不适用，不扣分。")),
    "critical": Why(_("一项不合格就整体降等的，须醒目提示。")), "minors": Why(_("归入未成年人测评。"), differs=OTHER),
    "issue_class": Why(_("不合格时按这个类别立案，检查员不用再选。")), "note": NOTE, "text_en": ENGLISH, "order": ORDER, "seen": SEEN,
    "indicators": Why(_("这一项计入哪些指标。")), "own_*": Why(_("本项的得分界线与版本不同时才填。")),
}, **OWN)  # fmt: skip
ask(forms.IndicatorForm, title=_("指标"), minutes=2, fields={
    "code": CODE, "name": NAME, "parent": Why(_("汇总到哪个上级指标。")), "weight": WEIGHT, "method": Why(_("怎样看：实地、材料还是问卷。"), differs=OTHER), "seen": SEEN,
}, **OWN)  # fmt: skip
ask(forms.CategoryForm, title=_("点位类型"), minutes=3, fields=CATEGORY, **OWN)
ask(forms.NewCategoryForm, title=_("新点位类型"), minutes=3, fields={"key": CODE}, **OWN)
ask(forms.ClassForm, title=_("问题类别"), minutes=5, fields=CLASS, **OWN)
ask(forms.NewClassForm, title=_("新问题类别"), minutes=5, fields={"code": CODE}, **OWN)
only_looks_up(forms.ClassFilter)
