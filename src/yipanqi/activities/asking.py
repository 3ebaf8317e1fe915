"""Why the pages of activities ask what they ask."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yipanqi.activities import attendance_forms, forms, series_forms
from yipanqi.activities.attendance_sheet import ATTENDANCE_SHEET
from yipanqi.activities.sheets import ActivitySheet
from yipanqi.asking import Why, ask, ask_page, ask_sheet

HOLDERS, VOLUNTEERS = _("活动举办单位（队伍、实践站、中心）"), _("志愿者")
OWNER, ALL = _("文明实践中心"), _("所有人（公开）")
ONCE = _("每个活动一次")
HELD = {"owner": OWNER, "who": HOLDERS}
LAW = _("《志愿服务条例》第十二条、第十三条：如实告知")
PLAN = _("描述的是不同的活动，不是同一件事")
RECURS = {
    "how": Why(_("按平时的说法选重复方式，不用写规则。"), differs=PLAN), "month_days": Why(_("每月固定几日，例如逢6。"), differs=PLAN), "weekdays": Why(_("固定周几。"), differs=PLAN),
    "position": Why(_("每月第几个周几。"), differs=PLAN), "interval": Why(_("隔一周、隔一个月也能写。"), differs=PLAN), "rule": Why(_("少见的重复方式按 iCalendar 书写。"), differs=PLAN),
    "ends_on": Why(_("到期自动停止；长期的不填。"), differs=PLAN), "opened": Why(_("不想逐期发布就勾上。"), differs=PLAN),
}  # fmt: skip
ask(forms.AboutForm, title=_("志愿服务活动"), readers=ALL, often=ONCE, minutes=4, fields={
    "title": Why(_("志愿者凭名称认出活动。"), differs=PLAN), "kind": Why(_("按服务类别统计，也决定年龄、培训、保险的要求。"), differs=PLAN), "level": Why(_("按中心、所、站、点统计活动。"), differs=PLAN), "brand": Why(_("归到品牌项目，成果一并统计。")),
    "about": Why(_("报名前要知道做什么。"), basis=LAW), "risks": Why(_("有风险要事先说明。"), basis=LAW), "address": Why(_("知道去哪里。"), differs=PLAN), "area": Why(_("按区域查找和统计。"), differs=PLAN),
    "lon": Why(_("按“附近”查找，也用于现场签到。")), "lat": Why(_("按“附近”查找，也用于现场签到。")),
    "min_age": Why(_("任务要与年龄、体力相适应。"), basis=_("《志愿服务条例》第十五条"), differs=_("一项是整个活动的，一项是单个岗位的")),
    "training": Why(_("需要专门知识的先培训。"), basis=_("《志愿服务条例》第十六条"), differs=PLAN), "insurance": Why(_("有人身危险的服务须先投保。"), basis=_("《志愿服务条例》第十七条")),
    "title_en": Why(_("有外国友人参加时填写，英文页面和通知用它。")), "about_en": Why(_("有外国友人参加时填写。")),
}, **HELD)  # fmt: skip
ask(forms.ActivityForm, title=_("新建活动"), readers=ALL, often=ONCE, minutes=5, fields={
    "holder": Why(_("谁组织谁负责、谁记录。"), basis=_("《志愿服务记录与证明出具办法（试行）》"), differs=PLAN),
    "starts_at": Why(_("志愿者据此安排时间。"), differs=PLAN), "ends_at": Why(_("志愿者据此安排时间，时长不超过班次。"), differs=PLAN),
}, **HELD)  # fmt: skip
ask(forms.RoleLine, title=_("班次的岗位"), readers=ALL, often=ONCE, minutes=1, fields={
    "name": Why(_("来了做什么。"), differs=PLAN), "limit": Why(_("满了自动转候补。"), differs=PLAN), "min_age": Why(_("个别岗位要求更高时填写。"), differs=_("一项是整个活动的，一项是单个岗位的")),
}, **HELD)  # fmt: skip
ask(forms.ShiftForm, title=_("活动班次"), readers=ALL, often=_("每个班次一次"), minutes=1, fields={
    "starts_at": Why(_("志愿者据此安排时间。"), differs=PLAN), "ends_at": Why(_("时长不超过班次。"), differs=PLAN), "place_name": Why(_("几个班次地点不同时写明。"), differs=PLAN), "place": Why(_("路口等固定点位便于统计。"), differs=PLAN),
}, **HELD)  # fmt: skip
ask(forms.WhyForm, title=_("取消活动或班次"), readers=_("已报名的志愿者"), often=_("取消时"), minutes=1, fields={"why": Why(_("报了名的人有权知道为什么不办了。"), differs=_("取消的是不同的活动或班次"))}, **HELD)
ask(forms.BriefForm, title=_("安全交底"), readers=_("活动举办单位、文明实践中心"), often=_("每个班次一次"), minutes=1, fields={"text": Why(_("出了事说得清交代过什么。"), basis=LAW)}, **HELD)
ask(forms.ReportForm, title=_("活动结项报告"), readers=ALL, often=ONCE, minutes=4, fields={
    "report": Why(_("向社会说明做成了什么。"), differs=PLAN), "beneficiaries": Why(_("统计受益人数；点过数的照实写，没点过的写估计数。")), "beneficiaries_estimated": Why(_("估计数单独标明，不与点过的数混在一起。")),
}, **HELD)  # fmt: skip
ask(forms.CorrectForm, title=_("更正结项报告"), readers=ALL, often=_("写错时"), minutes=2, fields={"why": Why(_("公布过的数字改动要说明原因。"), differs=PLAN)}, **HELD)
ask(forms.ResultLineForm, title=_("活动成果"), readers=ALL, often=ONCE, minutes=2, fields={
    "what": Why(_("成果按事项统计。"), differs=PLAN), "quantity": Why(_("成果按事项统计。"), differs=PLAN), "unit": Why(_("数量要有单位。"), differs=PLAN), "estimated": Why(_("估计数单独标明。")),
}, **HELD)  # fmt: skip
ask(forms.SaidForm, title=_("按本人的话代为报名"), readers=_("本人、活动举办单位"), often=_("没有手机的志愿者报名时"), minutes=1, fields={
    "volunteer": Why(_("找到是哪位志愿者。"), differs=PLAN), "role": Why(_("本人要参加哪个岗位。"), differs=PLAN), "said_how": Why(_("不得替人作主：本人怎样说的要留下记录。"), basis=_("《志愿服务条例》第二十五条：不得强行指派"), keeps=_("随服务记录保存")),
}, **HELD)  # fmt: skip
ask(forms.SwapForm, title=_("找人换班"), owner=OWNER, who=VOLUNTEERS, readers=_("对方、活动举办单位"), often=_("需要换班时"), minutes=1, fields={
    "theirs": Why(_("换成哪个班次。")), "volunteer": Why(_("让给谁，须对方同意。"), differs=_("换班时写对方的编号")),
})  # fmt: skip
ask(series_forms.SeriesForm, title=_("系列活动"), readers=ALL, often=_("每个系列一次"), minutes=6, fields={
    **RECURS, "holder": Why(_("谁组织谁负责、谁记录。"), differs=PLAN), "starts_on": Why(_("从这一天起生成。"), differs=PLAN),
}, **HELD)  # fmt: skip
ask(series_forms.FollowingForm, title=_("修改此后各期"), readers=ALL, often=_("安排有变时"), minutes=4, fields={**RECURS, "since": Why(_("此前各期不动。"), differs=PLAN)}, **HELD)
ask(series_forms.ShiftLine, title=_("系列活动的班次"), readers=ALL, often=_("每个系列一次"), minutes=1, fields={
    "starts": Why(_("每期几点开始。")), "ends": Why(_("每期几点结束。")), "place_name": Why(_("在哪里集合。"), differs=PLAN), "place": Why(_("路口等固定点位便于统计。"), differs=PLAN),
    "role": Why(_("来了做什么。"), differs=PLAN), "limit": Why(_("满了自动转候补。"), differs=PLAN),
}, **HELD)  # fmt: skip
ask_page("activities/activity.html", title=_("为孩子报名"), owner=OWNER, who=VOLUNTEERS, readers=_("活动举办单位"), often=_("报名时"), minutes=0.2, fields={"who": (_("为谁报名"), Why(_("监护人为自己登记的孩子报名时选择。")))})
ask_page("activities/mine.html", title=_("订阅日历"), owner=OWNER, who=VOLUNTEERS, readers=_("本人"), often=_("需要时"), minutes=0.5, fields={"what": (_("订阅什么"), Why(_("选我的班次，或者所在队伍的活动。")))})
ask_page("activities/report.html", title=_("结项报告的照片"), readers=_("活动举办单位、文明实践中心"), often=ONCE, minutes=1, fields={"photo_files": (_("照片（可不附）"), Why(_("能说明成果时附上，不作为参加活动的证明。")))}, **HELD)
ask_page("activities/shift.html", title=_("不录用报名"), readers=_("本人"), often=_("需要时"), minutes=0.5, fields={"why": (_("不录用的原因"), Why(_("本人有权知道原因。")))}, **HELD)
ask_page("activities/series.html", title=_("系列活动的例外日期"), readers=_("已报名的志愿者"), often=_("需要时"), minutes=1, fields={
    "on": (_("哪一天"), Why(_("改动的是系列里的哪一天。"))), "to": (_("改到"), Why(_("改到哪一天举办。"))), "why": (_("原因"), Why(_("报了名的人会看到。"), differs=_("取消的是不同的活动或班次"))),
}, **HELD)  # fmt: skip
ON_SITE, RECORDED = _("每次活动"), _("《志愿服务记录与证明出具办法（试行）》：真实、准确、完整")
ANOTHER = _("一次是本人签到，一次是队长登记，不是同一件事")
ask(attendance_forms.SignForm, title=_("签到签退"), owner=OWNER, who=VOLUNTEERS, readers=_("本人、活动举办单位"), often=ON_SITE, minutes=0.2, fields={
    "code": Why(_("数字只在现场看得到，说明您在现场；扫码就不用输入。"), basis=RECORDED, keeps=_("签到码不保存，只记签到时间"), differs=_("有网络和没有网络时同一件事的两个页面")),
})  # fmt: skip
ask_page("activities/offline.html", title=_("断网签退"), owner=OWNER, who=VOLUNTEERS, readers=_("本人、活动举办单位"), often=_("没有网络时"), minutes=0.2, fields={
    "code": (_("队长手机上的数字"), Why(_("先记在手机里，联网后按当时的数字核对。"), differs=_("有网络和没有网络时同一件事的两个页面"))),
})  # fmt: skip
ask(attendance_forms.WalkInForm, title=_("现场加入"), readers=_("本人、活动举办单位"), often=_("有人没报名就来时"), minutes=0.3, fields={"volunteer": Why(_("找到是哪位志愿者。"), basis=RECORDED, differs=PLAN)}, **HELD)
ask(attendance_forms.AbsenceForm, title=_("没有到场"), readers=_("活动举办单位"), often=_("有人没来时"), minutes=0.2, fields={
    "reason": Why(_("让出名额给现场的人，以后安排得更合适；不计分、不排名。"), keeps=_("班次结束90日后清除"), differs=_("名单页和登记用的是同一项")),
}, **HELD)  # fmt: skip
ask_page("activities/shift_list.html", title=_("登记没有到场"), readers=_("活动举办单位"), often=_("有人没来时"), minutes=0.2, fields={
    "reason": (_("没有到场的原因"), Why(_("让出名额给现场的人，以后安排得更合适；不计分、不排名。"), keeps=_("班次结束90日后清除"), differs=_("名单页和登记用的是同一项"))),
}, **HELD)  # fmt: skip
ask(attendance_forms.ConfirmForm, title=_("确认签到签退时间"), readers=_("本人、活动举办单位"), often=_("有人忘记签退时"), minutes=0.5, fields={
    "in_at": Why(_("时长按实际时间算，系统不猜。"), basis=RECORDED, differs=ANOTHER), "out_at": Why(_("时长按实际时间算，系统不猜。"), basis=RECORDED, differs=ANOTHER),
}, **HELD)  # fmt: skip
ask(attendance_forms.CorrectionForm, title=_("更正服务时长"), owner=OWNER, who=_("志愿者、活动举办单位"), readers=_("审核人"), often=_("记录不对时"), minutes=1, fields={
    "in_at": Why(_("写明正确的时间。"), basis=_("志愿者有权要求更正记录")), "out_at": Why(_("写明正确的时间。"), basis=_("志愿者有权要求更正记录")),
    "void": Why(_("人没有参加，记录就不该留着计时。")), "reason": Why(_("第二个人据此审核。"), keeps=_("随服务记录保存")),
})  # fmt: skip
ask(attendance_forms.DecideForm, title=_("审核时长更正"), readers=_("提出人、本人"), often=_("有更正时"), minutes=0.5, fields={"answer": Why(_("不同意要说清原因。"))}, **HELD)
ask_sheet(ActivitySheet(), owner=OWNER, who=OWNER, readers=ALL, often=_("年度、月度安排一次"), minutes=10, fields={
    "code": Why(_("已有的活动凭编号认出，不重复建立。")), "title": Why(_("志愿者凭名称认出活动。")), "kind": Why(_("按服务类别统计，也决定年龄、培训、保险的要求。")), "level": Why(_("按中心、所、站、点统计活动。")),
    "team": Why(_("谁组织谁负责、谁记录。")), "station": Why(_("谁组织谁负责、谁记录。"), differs=PLAN), "brand": Why(_("归到品牌项目，成果一并统计。")), "starts_at": Why(_("志愿者据此安排时间。")), "ends_at": Why(_("时长不超过班次。")),
    "address": Why(_("知道去哪里。")), "area": Why(_("按区域查找和统计。")), "lon": Why(_("按“附近”查找。")), "lat": Why(_("按“附近”查找。")), "about": Why(_("报名前要知道做什么。"), basis=LAW),
    "min_age": Why(_("任务要与年龄、体力相适应。"), basis=_("《志愿服务条例》第十五条"), differs=_("一项是整个服务类别的，一项是单个活动的")), "roles": Why(_("来了做什么，满了自动转候补。")), "insurance": Why(_("有人身危险的服务须先投保。"), basis=_("《志愿服务条例》第十七条")),
})  # fmt: skip
ask_sheet(ATTENDANCE_SHEET, owner=OWNER, who=OWNER, readers=_("本人、活动举办单位"), often=_("从全国系统或纸质名单补录时"), minutes=5, fields={
    "activity": Why(_("记到哪个活动。"), differs=PLAN), "volunteer": Why(_("记到谁的名下。"), basis=RECORDED, keeps=_("随服务记录保存")), "in_at": Why(_("时长按实际时间算。"), basis=RECORDED),
    "out_at": Why(_("时长按实际时间算。"), basis=RECORDED), "minutes": Why(_("便于核对，不作为依据。")), "state": Why(_("导出时看记录是否入账。")),
})  # fmt: skip
