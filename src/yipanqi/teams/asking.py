"""Why the fields about those who help are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import Why, ask, ask_sheet, only_looks_up
from yipanqi.sheets import SHEETS
from yipanqi.teams import forms
from yipanqi.teams import sheets as _sheets  # noqa: F401  they register themselves

CENTRE = _("文明实践中心")
BY_CENTRE = {"owner": CENTRE, "who": CENTRE, "readers": _("文明实践中心（所、站）、创城办、审计"), "often": _("登记和变动时")}
BY_STATIONS = BY_CENTRE | {"who": _("文明实践中心（所、站）")}
SHEET = _("表格一次导入多条，与逐条填写二选一")
OTHER = _("各是不同事物的资料")

CODE, NAME = Why(_("导入和接口靠它认出是同一个。"), differs=OTHER), Why(_("列表里和公开页面上认得出是谁。"), differs=OTHER)
KIND, AREA = Why(_("决定怎样统计、派单时怎样找到。"), differs=OTHER), Why(_("按区域统计供需，点单时由近到远。"), differs=OTHER)
STATION, UNIT = Why(_("由哪个所、站管理，决定谁能修改。"), differs=OTHER), Why(_("归哪个单位联系和管理。"), differs=OTHER)
LON, LAT = Why(_("在地图上显示，派单时算路程。"), differs=OTHER), Why(_("同经度，成对填写。"), differs=OTHER)
BEGUN, ENDED = Why(_("按某一天统计时，从这天起计入。"), differs=OTHER), Why(_("从这天起不再计入，以前的记录不变。"), differs=OTHER)
PARENT, INTRO = Why(_("分级管理，上级看得到下级。"), differs=OTHER), Why(_("居民和社区看了知道能帮什么。"), differs=OTHER)
SERVICES = Why(_("派单按服务类别找能办的队伍。"), differs=OTHER)
PHONE = Why(_("居民和队伍打得通的公开电话。"), keeps=_("单位电话，不是个人号码"), differs=OTHER)
STATIONED = {
    "code": CODE, "name": NAME, "level": Why(_("分中心、所、站、点四级统计和管理。"), differs=SHEET), "parent": PARENT, "unit": UNIT, "area": AREA,
    "address": Why(_("居民找得到门。"), differs=OTHER), "lon": LON, "lat": LAT, "hours": Why(_("居民知道什么时候开门。"), differs=SHEET), "phone": PHONE, "opened_on": BEGUN,
}  # fmt: skip
ORGANISED = {
    "code": CODE, "name": NAME, "kind": KIND, "social": Why(_("社会公益组织单独统计。"), differs=SHEET), "credit_code": Why(_("核对是不是登记在册的组织，同一个不重复登记。"), differs=SHEET),
    "unit": UNIT, "area": AREA, "founded_on": BEGUN,
    "head": Why(_("有事找得到人。"), basis=_("《志愿服务条例》第八条"), keeps=_("更换时更新，注销后一年清除"), differs=OTHER),
    "phone": Why(_("有事联系得上；加密保存。"), basis=_("《志愿服务条例》第八条"), keeps=_("更换时更新，注销后一年清除"), differs=OTHER),
}  # fmt: skip
NURSED = {
    "station": Why(_("由谁培育扶持。"), differs=OTHER), "since": Why(_("按某一天统计正在孵化的组织。"), differs=SHEET), "until": Why(_("到期即出孵，不再计入。"), differs=SHEET),
}  # fmt: skip
TEAMED = {
    "code": CODE, "name": NAME, "kind": KIND, "parent": PARENT, "organisation": Why(_("这支队伍是谁办的。"), differs=SHEET), "station": STATION, "unit": UNIT, "area": AREA,
    "kinds": SERVICES, "intro": INTRO, "lon": LON, "lat": LAT, "founded_on": BEGUN,
}  # fmt: skip
BRANDED = {"code": CODE, "name": NAME, "kind": KIND, "intro": INTRO, "team": Why(_("谁来承办。"), differs=OTHER), "station": STATION, "started_on": BEGUN}
RULED = {
    "code": CODE, "title": Why(_("查得到是哪项制度。"), differs=OTHER), "issuer": Why(_("谁制定，有疑问找谁。"), differs=OTHER), "in_force_from": Why(_("哪天起按这一版办。"), differs=OTHER),
    "text": Why(_("不用下载就能看，搜得到。"), differs=OTHER), "paper": Why(_("正式文件以盖章的为准。"), differs=OTHER),
}  # fmt: skip
MET = {
    "code": CODE, "title": Why(_("记得是哪一次会议。"), differs=OTHER), "held_on": Why(_("统计开了几次，议定事项从这天起算。"), differs=OTHER), "place": Why(_("存档要用。"), differs=OTHER),
    "units": Why(_("参加的单位看得到会议内容。"), differs=OTHER), "matters": Why(_("说过什么，以后有据可查。"), differs=OTHER),
}  # fmt: skip
ask(forms.KindForm, title=_("服务类别"), minutes=1, fields={
    "name": NAME, "theme": Why(_("按主题统计供需。")), "min_age": Why(_("报名时自动核对年龄。"), basis=_("《志愿服务条例》第十五条"), differs=OTHER), "insured": Why(_("有风险的服务先买保险再上岗。"), basis=_("《志愿服务条例》第十七条")),
    "training": Why(_("需要专门知识的先培训。"), basis=_("《志愿服务条例》第十六条")),
}, **BY_CENTRE)  # fmt: skip
ask(forms.NewKindForm, title=_("新增服务类别"), minutes=1, fields={"key": CODE}, **BY_CENTRE)
ask(forms.StationForm, title=_("阵地资料"), minutes=3, fields=STATIONED, **BY_CENTRE)
ask(forms.NewStationForm, title=_("新增阵地"), minutes=3, fields={"code": CODE}, **BY_CENTRE)
ask(forms.OwnStationForm, title=_("本站资料"), minutes=1, fields=STATIONED, **BY_STATIONS)
ask(forms.OrganisationForm, title=_("志愿服务组织资料"), minutes=3, fields=ORGANISED, **BY_STATIONS)
ask(forms.NewOrganisationForm, title=_("新增志愿服务组织"), minutes=3, fields={"code": CODE}, **BY_CENTRE)
ask(forms.IncubateForm, title=_("登记孵化"), minutes=0.5, fields=NURSED, **BY_CENTRE)
ask(forms.TeamForm, title=_("队伍资料"), minutes=3, fields=TEAMED, **BY_STATIONS)
ask(forms.NewTeamForm, title=_("新增队伍"), minutes=3, fields={"code": CODE}, **BY_STATIONS)
ask(forms.BrandForm, title=_("品牌项目资料"), minutes=2, fields=BRANDED, **BY_STATIONS)
ask(forms.NewBrandForm, title=_("新增品牌项目"), minutes=2, fields={"code": CODE}, **BY_CENTRE)
ask(forms.InstitutionForm, title=_("制度版本"), minutes=3, fields=RULED, **BY_CENTRE)
ask(forms.NewInstitutionForm, title=_("登记制度"), minutes=3, fields={"code": CODE}, **BY_CENTRE)
ask(forms.MeetingForm, title=_("联席会议"), minutes=3, fields=MET, **BY_CENTRE)
ask(forms.NewMeetingForm, title=_("登记联席会议"), minutes=3, fields={"code": CODE}, **BY_CENTRE)
ask(forms.DecisionForm, title=_("议定事项"), minutes=1, fields={
    "text": Why(_("议定了做什么。")), "unit": Why(_("由哪个单位办，它的联络员看得到。"), differs=OTHER), "due_on": Why(_("到期没有办完的标出来。")),
}, **BY_CENTRE)  # fmt: skip
ask(forms.FinishForm, title=_("议定事项完成情况"), minutes=1, fields={"outcome": Why(_("办成什么样，会议上据此通报。")), "on": Why(_("判断是否按期。"), differs=OTHER)},
    owner=CENTRE, who=_("承办单位"), readers=BY_CENTRE["readers"], often=_("每项一次"))  # fmt: skip
ask(forms.EndForm, title=_("结束、撤销、注销"), minutes=0.5, fields={"on": ENDED}, **BY_STATIONS)
for _name, _fields in (("stations", STATIONED), ("teams", TEAMED), ("organisations", ORGANISED | {"incubated_by": NURSED["station"], "incubated_from": NURSED["since"], "incubated_until": NURSED["until"]})):
    _sheet = SHEETS[_name]
    ask_sheet(_sheet, minutes=10, fields={column.key: why for column in _sheet.columns if (why := _fields.get(column.key))}, **BY_CENTRE)
only_looks_up(forms.KindFilter, forms.StationFilter, forms.OrganisationFilter, forms.TeamFilter, forms.BrandFilter, forms.InstitutionFilter, forms.MeetingFilter)
