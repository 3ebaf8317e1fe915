"""Why the fields about places, areas and duties are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import OFFICE, Why, ask, ask_sheet, only_looks_up
from yipanqi.places import forms, forms_shapes
from yipanqi.places import sheets as _sheets  # noqa: F401  they register themselves
from yipanqi.sheets import SHEETS

BY_OFFICE = {"owner": OFFICE, "who": OFFICE, "readers": _("工作人员"), "often": _("点位、区划或责任变动时")}
SHEET = _("表格一次导入多条，与逐条填写二选一")
OTHER = _("各是不同事物的资料")

CODE = Why(_("导入、门牌二维码和接口靠它认出是同一个。"), differs=OTHER)
NAME = Why(_("现场和列表里认得出是哪里。"), differs=OTHER)
KIND = Why(_("决定看哪些检查项、怎样统计。"), differs=OTHER)
AREA = Why(_("属地单位由它确定；不填按坐标判定。"), differs=OTHER)
LON, LAT = Why(_("检查员由近到远去，也据此判断归属。"), differs=OTHER), Why(_("同经度，成对填写。"), differs=OTHER)
UNIT = Why(_("问题交给谁办由它决定。"), differs=OTHER)
SHAPE = Why(_("有了边界，案件按位置自动找到属地。"), differs=OTHER)
SYSTEM = Why(_("地图坐标系不同会偏几百米，须说明原来用的哪种。"), differs=OTHER)
PLACE = {
    "code": CODE, "name": NAME, "category": KIND, "address": Why(_("检查员靠它找到门口。"), differs=SHEET), "lon": LON, "lat": LAT, "area": AREA,
    "segment": Why(_("沿街点位按路段找责任单位。"), differs=SHEET), "operator": UNIT, "opened_on": Why(_("从这天起列入检查范围。"), differs=SHEET),
    "status": Why(_("暂停或撤销的不再安排检查。"), differs=SHEET),
}  # fmt: skip
DUTY = {
    "code": CODE, "kind": KIND, "target": Why(_("责任落到哪个点位、路段、区划或职能。"), differs=SHEET), "issue_class": Why(_("只管某一类问题时才选。"), differs=SHEET), "unit": UNIT,
    "part": Why(_("牵头还是协办。"), differs=SHEET), "basis": Why(_("依据哪份文件，退单裁定时有据可查。"), differs=SHEET),
    "starts_on": Why(_("从哪天起由它负责。"), differs=SHEET), "ends_on": Why(_("到期自动不再派给它。"), differs=OTHER),
}  # fmt: skip
DRAWN = {"geometry": SHAPE, "boundary": SHAPE, "line": SHAPE, "file": Why(_("已有图形文件的直接上传，不用重画。"), differs=OTHER), "system": SYSTEM}
OUTLINE = {
    "code": CODE, "name": NAME, "level": Why(_("区分市、区、街道、社区、网格。"), differs=SHEET), "parent": Why(_("上下级关系用于汇总。"), differs=SHEET), "unit": UNIT,
    "street": Why(_("同一条路的各段归在一起。"), differs=SHEET), "kind": KIND, "area": AREA, "purpose": Why(_("说明这片区域用来做什么。"), differs=SHEET), **DRAWN,
}  # fmt: skip
ask(forms.PlaceForm, title=_("点位资料"), minutes=3, fields=PLACE, **BY_OFFICE)
ask(forms.DutyForm, title=_("责任规则"), minutes=2, fields=DUTY, **BY_OFFICE)
ask(forms.EndDuty, title=_("终止责任"), minutes=0.5, fields={"ends_on": DUTY["ends_on"]}, **BY_OFFICE)
ask(forms_shapes.ShapeForm, title=_("图形"), minutes=3, fields=DRAWN, **BY_OFFICE)
ask(forms_shapes.AreaForm, title=_("区划资料"), minutes=3, fields=OUTLINE, **BY_OFFICE)
ask(forms_shapes.SegmentForm, title=_("路段资料"), minutes=3, fields=OUTLINE, **BY_OFFICE)
ask(forms_shapes.ZoneForm, title=_("区域资料"), minutes=3, fields=OUTLINE, **BY_OFFICE)
for _name, _fields in (("areas", OUTLINE), ("segments", OUTLINE), ("zones", OUTLINE), ("places", PLACE), ("duties", DUTY)):
    _sheet = SHEETS[_name]
    ask_sheet(_sheet, minutes=10, fields={column.key: why for column in _sheet.columns if (why := _fields.get(column.key))}, **BY_OFFICE)
only_looks_up(forms.PlaceFilter, forms.ShapeFilter, forms.DutyFilter, forms.Question, forms.SignForm)
