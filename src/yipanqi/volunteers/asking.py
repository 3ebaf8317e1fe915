"""Why each field about volunteers is asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import OFFICE, Why, ask, ask_page, ask_sheet
from yipanqi.sheets import SHEETS
from yipanqi.volunteers import forms
from yipanqi.volunteers import sheets as _sheets  # noqa: F401  they register themselves

CENTRE, VOLUNTEERS, KEEPERS = _("文明实践中心"), _("志愿者"), _("文明实践中心和所（站）")
LAW = _("《志愿服务条例》第七条：提供真实、准确、完整的身份信息、服务技能、服务时间、联系方式")
MINORS = _("《个人信息保护法》第三十一条、《未成年人保护法》：未成年人须经监护人同意")
KEPT = _("退出后按设置的天数清除，申请删除后即清除")
SAME = _("本人注册、代为登记、导入三选一，只填一次")
OTHER = _("各是不同的人或不同的事")
BY_CENTRE = {"owner": CENTRE, "readers": _("本人、文明实践中心、所在区域的所（站）；队长只看姓名和隐去中间的电话")}

WHO = {
    "name": Why(_("实名登记，记录和证明上用它。"), basis=LAW, keeps=KEPT, differs=SAME),
    "document": Why(_("没有身份证的也能登记。"), basis=LAW, keeps=KEPT, differs=SAME),
    "id_number": Why(_("一人只登记一次；加密保存，平时不显示，查看留有记录。"), basis=LAW, keeps=KEPT, differs=SAME),
    "issued_by": Why(_("不同国家的护照号码可能相同。"), keeps=KEPT, differs=SAME),
    "born_on": Why(_("未成年人须经监护人同意，也据此安排适龄的服务。"), basis=MINORS, keeps=KEPT, differs=SAME),
    "sex": Why(_("只用于分组统计，可以不填。"), keeps=KEPT, differs=SAME),
}  # fmt: skip
REST = {
    "phone": Why(_("通知班次变动，急事能联系到本人。"), basis=LAW, keeps=KEPT, differs=SAME),
    "area": Why(_("就近安排服务，由所在街道、社区的实践站联系您。"), keeps=KEPT, differs=SAME),
    "kinds": Why(_("有合适的活动时优先告诉您。"), basis=LAW, keeps=KEPT, differs=SAME),
    "skills": Why(_("需要专门技能的服务能找到您。"), basis=LAW, keeps=KEPT, differs=SAME),
    "availability": Why(_("只在您方便的时间安排。"), basis=LAW, keeps=KEPT, differs=SAME),
    "party_member": Why(_("统计党员志愿者，可以不填。"), keeps=KEPT, differs=SAME),
    "emergency": Why(_("服务中遇到意外时联系您的家人，可以不填；加密保存。"), keeps=KEPT, differs=SAME),
}  # fmt: skip
GUARDIAN = {
    "guardian_name": Why(_("知道是谁同意的。"), basis=MINORS, keeps=KEPT, differs=SAME),
    "relation": Why(_("确认是监护人。"), basis=MINORS, keeps=KEPT, differs=SAME),
    "guardian_document": Why(_("核实监护人身份。"), basis=MINORS, keeps=KEPT, differs=SAME),
    "guardian_id_number": Why(_("核实监护人是成年人，不是孩子自己；加密保存。"), basis=MINORS, keeps=KEPT, differs=SAME),
    "guardian_born_on": Why(_("证件号码不说明年龄时，核实是成年人。"), basis=MINORS, keeps=KEPT, differs=SAME),
    "guardian_phone": Why(_("孩子参加服务时能联系到监护人。"), basis=MINORS, keeps=KEPT, differs=SAME),
}  # fmt: skip
AGREED = Why(_("处理个人信息须本人或监护人同意，随时可以撤回。"), basis=_("《个人信息保护法》第十三条、第十五条"), differs=SAME)
ONCE, WHEN = _("注册时一次"), _("需要时")

ask(forms.RestForm, title=_("志愿者更改自己的资料"), who=VOLUNTEERS, often=_("有变化时"), minutes=2, fields=REST, **BY_CENTRE)
ask(forms.PersonForm, title=_("志愿者资料"), who=VOLUNTEERS, often=ONCE, minutes=4, fields=WHO, **BY_CENTRE)
ask(forms.RegisterForm, title=_("注册成为志愿者"), who=VOLUNTEERS, often=ONCE, minutes=5, fields={
    "password": Why(_("用编号或手机号登录，看自己的班次和记录。"), differs=OTHER), "agreed": AGREED,
}, **BY_CENTRE)  # fmt: skip
ask(forms.StaffRegisterForm, title=_("工作人员注册成为志愿者"), who=VOLUNTEERS, often=ONCE, minutes=4, fields={"agreed": AGREED}, **BY_CENTRE)
ask(forms.GuardianForm, title=_("当面登记监护人同意"), who=KEEPERS, often=WHEN, minutes=2, fields=GUARDIAN, **BY_CENTRE)
ask(forms.ConsentForm, title=_("监护人同意"), who=_("监护人"), often=ONCE, minutes=3, fields={
    "code": Why(_("孩子注册时得到的确认码，说明同意的是哪一个孩子。")), "agreed": AGREED,
}, **BY_CENTRE)  # fmt: skip
ask(forms.WardForm, title=_("监护人为孩子登记"), who=VOLUNTEERS, often=ONCE, minutes=4, fields={"relation": GUARDIAN["relation"], "agreed": AGREED}, **BY_CENTRE)
ENTER = {"team": Why(_("登记后就在这支队伍里。"), differs=OTHER), "agreed": AGREED}
ask(forms.EnterForm, title=_("代为登记志愿者"), who=KEEPERS, often=WHEN, minutes=4, fields=ENTER, **BY_CENTRE)
ask(forms.EnterWithGuardianForm, title=_("实践站代为登记志愿者"), who=KEEPERS, often=WHEN, minutes=5, fields=ENTER, **BY_CENTRE)
ask(forms.CorrectionForm, title=_("更正志愿者身份资料"), who=VOLUNTEERS, often=WHEN, minutes=2, fields={
    **WHO, "reason": Why(_("核对时知道以什么为准。"), basis=_("《个人信息保护法》第四十六条"), keeps=_("办理后清除"), differs=OTHER),
}, **BY_CENTRE)  # fmt: skip
ask(forms.ErasureForm, title=_("申请删除个人信息"), who=VOLUNTEERS, often=WHEN, minutes=0.5, fields={
    "erasure_reason": Why(_("改进我们的工作，可以不填。"), basis=_("《个人信息保护法》第四十七条"), keeps=_("办理后清除")),
}, **BY_CENTRE)  # fmt: skip
ask(forms.WhyForm, title=_("志愿者登记的决定"), who=KEEPERS, often=WHEN, minutes=0.5, fields={"why": Why(_("决定要有理由，本人看得到。"), differs=OTHER)}, **BY_CENTRE)
ask(forms.MergeForm, title=_("合并重复登记"), who=KEEPERS, often=WHEN, minutes=1, fields={"keep": Why(_("以哪一份的编号和资料为准。"))}, **BY_CENTRE)
ask(forms.MemberForm, title=_("登记队员"), who=_("队长"), often=WHEN, minutes=0.5, fields={
    "number": Why(_("知道是哪一位志愿者。"), differs=OTHER), "said_yes": Why(_("入队须本人愿意，不得指派。"), basis=_("《志愿服务条例》第三条、第二十五条")),
}, **BY_CENTRE)  # fmt: skip
ask_sheet(SHEETS["volunteers"], owner=OFFICE, who=KEEPERS, readers=BY_CENTRE["readers"], often=_("从全国系统导入时"), minutes=20, fields={
    **WHO, **REST, "national_number": Why(_("与全国志愿服务信息系统对得上，重复导入不重复登记。"), keeps=KEPT), "registered_on": Why(_("按注册日期统计人数。"), differs=OTHER),
    "guardian_agreed": Why(_("未成年人没有监护人同意的，导入后先等待同意。"), basis=MINORS), "team": Why(_("一并登记所在队伍。"), differs=OTHER),
})  # fmt: skip
ask_page("volunteers/_decline.html", title=_("不同意入队"), who=_("队长"), often=WHEN, minutes=0.5, fields={"why": (_("原因"), Why(_("申请人看得到为什么。"), differs=OTHER))}, **BY_CENTRE)
