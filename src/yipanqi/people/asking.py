"""Why the fields about units and people are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import BOARD, STAFF, Why, ask, ask_page, ask_sheet, only_looks_up
from yipanqi.people import forms
from yipanqi.people import sheets as _sheets  # noqa: F401  they register themselves
from yipanqi.sheets import SHEETS

LAW = _("《个人信息保护法》第十三条：履行法定职责所必需")
KEPT = _("离任停用后按人员资料保存期限清除")
BY_ADMIN = {"owner": BOARD, "who": BOARD, "readers": _("系统管理员、创城办负责人"), "often": _("机构或人员变动时")}
SHEET = _("表格一次导入多条，与逐条填写二选一")

UNIT = {
    "name": Why(_("交办、通知和统计都用它。"), differs=_("各是不同事物的名称")), "short_name": Why(_("表格和按钮里放得下。"), differs=SHEET),
    "kind": Why(_("区分部门、街道、社区等，社区和企业的负担分开统计。"), differs=_("各是不同事物的类型")), "parent": Why(_("上下级单位不能互相核查。"), differs=SHEET),
    "department_type": Why(_("按职能自动找到责任单位。"), differs=SHEET), "area_code": Why(_("按属地自动找到责任单位。"), differs=SHEET),
    "phone": Why(_("单位值班电话，急事能找到人；不是个人电话。"), differs=SHEET), "code": Why(_("导入、接口里认得出是同一个单位。"), differs=_("各是不同事物的编码")),
}  # fmt: skip
PERSON = {
    "name": Why(_("办理记录要知道是谁办的。"), basis=LAW, keeps=KEPT, differs=SHEET),
    "phone": Why(_("急事能联系到本人；平时不显示，查看有记录。"), basis=LAW, keeps=KEPT, differs=SHEET),
    "email": Why(_("接收消息和汇总；不填则只看站内消息。"), basis=LAW, keeps=KEPT, differs=SHEET),
    "username": Why(_("登录用，也用来在日志中指认而不写姓名。"), differs=SHEET),
    "unit": Why(_("决定能看到和办理哪些案件。"), differs=SHEET), "role": Why(_("决定能做什么；只给需要的。"), differs=SHEET),
    "starts_on": Why(_("从哪天起有这项职责。"), differs=SHEET), "ends_on": Why(_("到期自动收回权限。"), differs=SHEET),
}  # fmt: skip
ask(forms.UnitForm, title=_("单位资料"), minutes=2, fields=UNIT, **BY_ADMIN)
ask(forms.NewUnitForm, title=_("新建单位"), minutes=2, fields={"code": UNIT["code"]}, **BY_ADMIN)
ask(forms.DissolveForm, title=_("撤销单位"), minutes=0.5, fields={"on": Why(_("从这天起不再派给它，在办案件须另派。"))}, **BY_ADMIN)
ask(forms.GroupForm, title=_("工作组"), minutes=1, fields={
    "name": UNIT["name"], "kind": UNIT["kind"], "leader": Why(_("组里谁牵头。")), "members": Why(_("哪些单位在组里。")), "remit": Why(_("管什么事，免得互相推。")),
}, **BY_ADMIN)  # fmt: skip
ask(forms.NewGroupForm, title=_("新建工作组"), minutes=1, fields={"code": UNIT["code"]}, **BY_ADMIN)
ask(forms.UserForm, title=_("人员资料"), minutes=1, fields=PERSON, **BY_ADMIN)
ask(forms.NewUserForm, title=_("新建人员"), minutes=1, fields=PERSON, **BY_ADMIN)
ask(forms.AppointForm, title=_("任职"), minutes=0.5, fields=PERSON, **BY_ADMIN)
ask(forms.ProfileForm, title=_("我的联系方式"), owner=BOARD, who=STAFF, readers=_("本人、本单位负责人、系统管理员"), often=_("有变化时"), minutes=1, fields={
    "phone": PERSON["phone"], "email": PERSON["email"], "remove_phone": Why(_("您可以随时删掉自己的号码。"), basis=_("《个人信息保护法》第四十七条")),
})  # fmt: skip
ask(forms.TokenForm, title=_("接口令牌"), owner=BOARD, who=STAFF, readers=_("本人、系统管理员"), often=_("需要时"), minutes=0.5, fields={"name": Why(_("记得这个令牌给了哪个程序，好单独收回。"))})
ask_sheet(SHEETS["units"], minutes=10, fields=UNIT, **BY_ADMIN)
ask_sheet(SHEETS["users"], minutes=10, fields=PERSON, **BY_ADMIN)
only_looks_up(forms.UnitFilter, forms.UserFilter)
ask_page("people/own_profile.html", title=_("我的令牌"), owner=BOARD, who=STAFF, readers=_("本人、系统管理员"), often=_("需要时"), minutes=0.5, fields={
    "name": (_("用途"), Why(_("记得这个令牌给了哪个程序，好单独收回。"), differs=_("各是不同事物的名称"))),
})  # fmt: skip
ask_page("people/user.html", minutes=0.5, title=_("接口账号的令牌"), fields={"name": (_("用途"), Why(_("记得这个令牌给了哪个程序，好单独收回。")))}, **BY_ADMIN)
