"""Why the forms about orders ask what they ask."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import RESIDENTS, Why, ask, ask_sheet, only_looks_up
from yipanqi.services import forms
from yipanqi.services import sheets as _sheets  # noqa: F401  they register themselves
from yipanqi.sheets import SHEETS

CENTRE, LEADERS = _("文明实践中心"), _("队长、实践站")
ONCE, KEEPS = _("每单一次"), _("办结后六个月清除")
CONTACT = {
    "wished_from": Why(_("按您方便的日子派人。")), "wished_until": Why(_("时间越宽，越容易派到合适的队伍。")), "wished_part": Why(_("避开您不方便的时段。")),
    "area": Why(_("就近派队伍，也由所在的实践站负责。")), "address": Why(_("上门要知道门牌；只给接单的人看。"), keeps=KEEPS),
    "contact_name": Why(_("上门时好称呼。"), keeps=KEEPS), "contact_phone": Why(_("服务前联系、确认时间；加密保存。"), keeps=KEEPS, differs=_("点单和报问题是两件事，各用各的期限清除")),
    "people": Why(_("准备人手、场地和材料。")), "asker": Why(_("社区、单位点的单可以公开是谁点的。")), "text": Why(_("说清需要，好带合适的人和工具。"), keeps=_("涉及个人生活的，办结后六个月清除")),
    "attempt": Why(_("同一次填写重复提交只算一单。"), differs=_("点单和报问题是两件事")), "offer": Why(_("您点名的那一份供单。")),
}  # fmt: skip
ask(forms.OrderForm, title=_("点单"), owner=CENTRE, who=RESIDENTS, readers=_("所在实践站、实践中心、接单队伍"), often=ONCE, minutes=1, fields=CONTACT)
ask(forms.FreeOrderForm, title=_("点单（菜单上没有的）"), owner=CENTRE, who=RESIDENTS, readers=_("所在实践站、实践中心、接单队伍"), often=ONCE, minutes=1.5, fields={
    "kind": Why(_("知道该找哪一类队伍。")), "private": Why(_("勾选后不公开，也不参加抢单。")),
})  # fmt: skip
ask(forms.ProxyForm, title=_("代点单"), owner=CENTRE, who=_("实践站、值班台"), readers=_("所在实践站、实践中心、接单队伍"), often=ONCE, minutes=1.5, fields={
    "item": Why(_("菜单上有的直接选，派单更准。")), "phoned": Why(_("区分电话点单和当面点单，知道电话那头的人手够不够。")),
})  # fmt: skip
BY_RESIDENT = {"owner": CENTRE, "who": RESIDENTS, "often": ONCE}
ask(forms.RatingForm, title=_("评单"), readers=_("接单队伍、实践中心"), minutes=0.5, fields={
    "rating": Why(_("评价影响以后派单，也督促改进。"), differs=_("评的是这一次服务")), "note": Why(_("好在哪里、差在哪里。"), differs=_("说的是这一次服务")),
}, **BY_RESIDENT)  # fmt: skip
ask(forms.ComplaintForm, title=_("服务投诉"), readers=_("实践中心、值班台；被投诉的队伍看不到"), minutes=1, fields={"text": Why(_("说清发生了什么，才能核实处理。"))}, **BY_RESIDENT)
ask(forms.CancelForm, title=_("撤销点单"), readers=_("实践站、实践中心"), minutes=0.2, fields={"reason": Why(_("可以不说；说了有助于改进。"))}, **BY_RESIDENT)

BY_CENTRE = {"owner": CENTRE, "who": _("实践中心、实践站"), "readers": _("点单人、接单队伍"), "often": ONCE}
BY_LEADER = {"owner": CENTRE, "who": LEADERS, "readers": _("点单人、实践中心"), "often": ONCE}
REASON = _("每一步说的是各自的原因")
ask(forms.PlanForm, title=_("制单"), minutes=2, fields={"item": Why(_("归到菜单项目，派单更准。")), "plan": Why(_("接单的人照着准备。"))}, **BY_CENTRE)
ask(forms.ReasonForm, title=_("不予受理、未能满足、谢绝、退单的原因"), minutes=0.5, fields={"reason": Why(_("给对方一个交代；谢绝和退单的原因也是改进派单的依据。"), differs=REASON)}, **BY_CENTRE)
ask(forms.RecallForm, title=_("撤回派单"), minutes=0.3, fields={"reason": Why(_("让原来的队伍知道为什么。"), differs=REASON)}, **BY_CENTRE)
ask(forms.PartyForm, title=_("人工派单"), minutes=0.5, fields={"party": Why(_("不用建议时，由人指定。"))}, **BY_CENTRE)
ask(forms.AnswerForm, title=_("答复服务投诉"), minutes=2, owner=CENTRE, who=_("实践中心、值班台"), readers=_("投诉人"), often=ONCE, fields={"text": Why(_("核实的情况和处理的结果。"))})
ask(forms.MeetForm, title=_("接单"), minutes=0.3, fields={"meet_at": Why(_("约好的时间，点单人查得到；派单时也避开它。"), differs=_("每一单各约各的"))}, **BY_LEADER)
ask(forms.GrabForm, title=_("抢单"), minutes=0.3, fields={"party": Why(_("您带几支队伍时，说明是哪一支接。"))}, **BY_LEADER)
ask(forms.ActivityForm, title=_("关联活动"), minutes=0.3, fields={"activity": Why(_("为这一单召集志愿者的活动，时长从活动里来。"))}, **BY_LEADER)
ask(forms.ReplyForm, title=_("回复评价"), minutes=0.5, fields={"text": Why(_("给评价的人一个回应。"))}, **BY_LEADER)
ask(forms.ReportForm, title=_("服务反馈"), minutes=2, fields={
    "started_at": Why(_("这一单从什么时候做起。")), "ended_at": Why(_("做到什么时候。")), "helpers": Why(_("几个人去的，只计人数，不计个人时长。")),
    "served": Why(_("受益人数，统计用。")), "served_estimated": Why(_("估计的单独列，不和点清的混在一起。")),
    "text": Why(_("一句话说做了什么，点单人看得到。"), differs=_("说的是做了什么，不是回复评价")), "lines": Why(_("做了多少：数量进统计，不用另报表。")),
}, **BY_LEADER)  # fmt: skip
TERMS = {
    "from_on": Why(_("从哪天起可以点。")), "until_on": Why(_("到期自动不再派。")), "hours": Why(_("派单时只派到能来的时间。")), "area": Why(_("只派范围以内的单。")),
    "capacity": Why(_("人太多接不下的不派。")), "note": Why(_("点单前要知道的，例如请备好热水。")),
}  # fmt: skip
ask(forms.TermsForm, title=_("修改供单"), owner=CENTRE, who=LEADERS, readers=_("公开"), often=_("有变化时"), minutes=1, fields=TERMS)
ask(forms.OfferForm, title=_("供单"), owner=CENTRE, who=LEADERS, readers=_("公开"), often=_("每个项目一次"), minutes=2, fields={
    "party": Why(_("您带几支队伍时，说明是哪一支。"), differs=_("一处是供单，一处是抢单")), "item": Why(_("从菜单里选，居民才点得到。")), "lecturer": Why(_("由谁讲；不指定就由队伍安排。")),
})  # fmt: skip
ITEM = {
    "title": Why(_("居民看到的名称，越直白越好。")), "kind": Why(_("决定派给哪一类队伍。")), "sort": Why(_("宣讲另列宣讲菜单。")), "about": Why(_("做什么、不做什么，说在前面。")),
    "form": Why(_("上门的要问地址，到站的不问。")), "minutes": Why(_("双方好安排时间。")), "for_whom": Why(_("给谁做。")), "private": Why(_("涉及个人生活的单不公开。")),
}  # fmt: skip
ask(forms.ItemForm, title=_("修改菜单项目"), owner=CENTRE, who=CENTRE, readers=_("公开"), often=_("有变化时"), minutes=1, fields=ITEM)
ask(forms.NewItemForm, title=_("新增菜单项目"), owner=CENTRE, who=CENTRE, readers=_("公开"), often=_("每个项目一次"), minutes=2, fields={"code": Why(_("表格和接口里认项目用。"))})
LECTURER = {
    "name": Why(_("经本人同意公布。"), keeps=_("出库即清除")), "title": Why(_("听众知道是谁来讲。"), keeps=_("出库即清除")), "about": Why(_("能讲什么，方便点课。")), "team": Why(_("由哪支宣讲队伍派出。")),
}  # fmt: skip
ask(forms.LecturerForm, title=_("修改宣讲员"), owner=CENTRE, who=CENTRE, readers=_("公开"), often=_("有变化时"), minutes=1, fields=LECTURER)
ask(forms.NewLecturerForm, title=_("宣讲员入库"), owner=CENTRE, who=CENTRE, readers=_("公开"), often=_("每人一次"), minutes=2, fields={
    "code": Why(_("认人用，不写身份证号。")), "agreed": Why(_("没有本人同意不能公布姓名。"), basis=_("《志愿服务条例》第二十条")),
})  # fmt: skip
only_looks_up(forms.TrackForm)
SHEET = _("表格一次导入多条，与逐条填写二选一")
WHOLE = ITEM | {"code": Why(_("表格和接口里认项目用。"))}
ask_sheet(SHEETS["menu"], owner=CENTRE, who=CENTRE, readers=_("公开"), often=_("有变化时"), minutes=10, fields={name: Why(why.reason, differs=SHEET) for name, why in WHOLE.items()})
