"""Why the pages of duty work ask what they ask."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import UNITS, Why, ask
from yipanqi.rosters import forms

CENTRE = _("文明实践中心")
PLAN = {"owner": CENTRE, "who": CENTRE, "readers": _("值勤单位、创城办"), "often": _("每期一次")}
ask(forms.ChangeRosterForm, title=_("修改值勤安排"), minutes=3, **PLAN, fields={
    "name": Why(_("单位看得出是哪一项值勤。")), "starts_on": Why(_("从哪天排起。")), "ends_on": Why(_("排到哪天为止，最长一年。")), "slots": Why(_("早晚高峰等时段，各单位按时到岗。")),
    "weekdays": Why(_("不是每天都要值勤时才选。")), "working_days": Why(_("节假日不占用休息时间。")), "people": Why(_("单位好安排人手。")), "tasks": Why(_("到岗做什么，写一次，各单位都看得到。")),
})  # fmt: skip
ask(forms.RosterForm, title=_("新的值勤安排"), minutes=3, **PLAN, fields={"kind": Why(_("路口轮流，包街可以固定。"))})
ask(forms.PlacesForm, title=_("选择值勤路口"), minutes=2, **PLAN, fields={"places": Why(_("在哪些路口值勤。"))})
ask(forms.SegmentsForm, title=_("选择包街路段"), minutes=5, **PLAN, fields={"segments": Why(_("哪个路段由哪个单位负责。"))})
ask(forms.UnitsForm, title=_("选择值勤单位"), minutes=3, **PLAN, fields={"units": Why(_("由哪些单位轮流，轮排才能均衡。"))})
BY_UNIT = {"owner": CENTRE, "who": UNITS, "readers": CENTRE}
COUNT = {
    "present": Why(_("统计值勤人次，只记人数，不记是谁。"), differs=_("每次值勤各填一次")), "work": Why(_("了解值勤做了什么，可不填。"), differs=_("每次值勤各填一次")),
}  # fmt: skip
ask(forms.ConfirmForm, title=_("确认值勤"), often=_("每次值勤一次"), minutes=0.5, **BY_UNIT, fields=COUNT)
ask(forms.CorrectForm, title=_("更正值勤记录"), often=_("填错时"), minutes=0.5, **BY_UNIT, fields={"why": Why(_("已确认的数更改要有原因。"))})
ask(forms.SwapForm, title=_("申请调换值勤"), often=_("需要时"), minutes=1, **BY_UNIT, fields={
    "to": Why(_("由对方单位同意才算。")), "other": Why(_("换回一次，两边负担一样多。")), "reason": Why(_("对方好决定。")),
})  # fmt: skip
BY_CENTRE = {"owner": CENTRE, "who": CENTRE, "readers": UNITS, "often": _("需要时"), "minutes": 1}
ask(forms.CancelForm, title=_("取消值勤"), **BY_CENTRE, fields={"why": Why(_("单位要知道为什么取消。"))})
ask(forms.GiveForm, title=_("改派值勤"), **BY_CENTRE, fields={"unit": Why(_("改由哪个单位承担。")), "why": Why(_("两个单位都要知道为什么。"))})
