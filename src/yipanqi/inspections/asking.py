"""Why the fields of campaigns and visits are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import OFFICE, Why, ask, ask_page
from yipanqi.inspections import forms

BY_OFFICE = {"owner": OFFICE, "who": OFFICE, "readers": _("检查员、市领导、审计"), "often": _("每个检查计划一次")}

PLAN = {
    "name": Why(_("检查员和列表里认得出是哪次检查。"), differs=_("各是不同事物的名称")), "kind": Why(_("决定重复检查的间隔，也分开统计。"), differs=_("各是不同事物的类型")),
    "edition": Why(_("按哪个版本的检查项看、怎样计分。")), "starts_on": Why(_("从哪天起检查员能看到。"), differs=_("各是不同事物的日期")),
    "ends_on": Why(_("到哪天为止，过后不再打扰。"), differs=_("各是不同事物的日期")),
}  # fmt: skip
CHOOSE = {
    "category": Why(_("只看需要看的类型。"), differs=_("这里是选点位的条件")), "area": Why(_("只看需要看的区域。"), differs=_("这里是选点位的条件")),
    "not_visited_days": Why(_("近期看过的就不再去，减少打扰。")), "codes": Why(_("点名要看的点位。")),
    "inspectors": Why(_("分给谁看；一人一片，不重复跑。")), "again": Why(_("同一点位别反复查：能合并就合并，不必查的就剔除。")),
    "why_again": Why(_("确需再查一次的说清原因，基层和审计都能看到。")),
}  # fmt: skip
ask(forms.CampaignForm, title=_("检查计划"), minutes=2, fields=PLAN, **BY_OFFICE)
ask(forms.ChangeForm, title=_("修改检查计划"), minutes=1, fields={**PLAN, "again": Why(_("改了类型或日期才撞上的点位，也别反复查。"), differs=_("只在修改计划后才有重复时问")), "why_again": Why(_("确需再查一次的说清原因，基层和审计都能看到。"), differs=_("只在修改计划后才有重复时问"))}, **BY_OFFICE)
ask(forms.PlaceFilter, title=_("选择点位"), minutes=1, fields=CHOOSE, **BY_OFFICE)
ask(forms.AssignForm, title=_("安排点位和检查员"), minutes=3, fields=CHOOSE, **BY_OFFICE)
ask_page("inspections/campaign.html", title=_("取消检查计划"), minutes=0.5, fields={
    "why": (_("取消原因"), Why(_("计划留在列表里，让大家知道为什么不查了。"))),
}, **BY_OFFICE)  # fmt: skip
