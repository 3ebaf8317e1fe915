"""Why the fields of the office's own pages are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import OFFICE, STAFF, Why, ask, ask_page, only_looks_up
from yipanqi.desk import forms, triage_form

BY_OFFICE = {"owner": OFFICE, "who": OFFICE, "readers": _("工作人员"), "often": _("需要时")}

ask(forms.NewCaseForm, title=_("上报问题"), owner=OFFICE, who=STAFF, readers=_("综合组、责任单位"), often=_("发现一个问题填一次"), minutes=1.5, fields={
    "source": Why(_("区分检查、网格、自查等来源，用于统计；按您的角色预选。")), "external_ref": Why(_("来自其他系统的才填，避免重复登记。")),
    "description": Why(_("办理单位要知道具体是什么问题。")), "issue_class": Why(_("知道就选，派得更快；不选由综合组定。")),
    "class": Why(_("知道就选，派得更快；不选由综合组定。")), "place": Why(_("认得点位就知道在哪、归谁管。")),
    "address": Why(_("没有点位和坐标时，靠它找到地方。")),
    "lon": Why(_("用来找到地方、判断归属；只记这一次的位置，不记轨迹。")), "lat": Why(_("同经度，成对填写。")),
    "photo_files": Why(_("一张照片胜过一段描述；不强制，不必多拍。")),
})  # fmt: skip
ask(forms.FeedbackForm, title=_("投诉和建议"), owner=OFFICE, who=_("所有人"), readers=OFFICE, often=_("想说时"), minutes=2, fields={
    "text": Why(_("您想说什么就写什么，逐条答复。")),
    "contact": Why(_("想让人打电话答复才留。"), basis=_("《个人信息保护法》第十三条：本人同意"), keeps=_("加密保存，办结后六个月清除")),
    "website": Why(_("用来挡住自动程序，人不用填。")),
})  # fmt: skip
only_looks_up(forms.CaseFilter)
SHEET = _("表格一次导入多条，与逐条填写二选一")
ask_page("desk/calendar.html", title=_("工作日历"), minutes=1, fields={
    "day": (_("日期"), Why(_("哪一天与平常不同。"), differs=SHEET)), "is_working": (_("安排"), Why(_("上班日才计入工作时限。"))),
    "name": (_("节日名称"), Why(_("写明是什么节日。"))), "announced": (_("官方公布的安排"), Why(_("官方已公布的，自动更新不再改动。"))),
    "unit": (_("适用单位"), Why(_("工作时间与全市不同的单位才设。"))), "spans": (_("时段"), Why(_("时限按这些钟点走，下班时间不计。"))),
    "season_from": (_("季节自"), Why(_("夏令时间从哪天起。"))), "season_to": (_("季节至"), Why(_("夏令时间到哪天止。"))),
}, **BY_OFFICE)  # fmt: skip
ask_page("desk/_photo_field.html", title=_("办理时附的照片"), owner=OFFICE, who=STAFF, readers=_("综合组、责任单位、核查人员"), often=_("每办一次"), minutes=1, fields={
    "photo_files": (_("照片"), Why(_("看得见才说得清；一件事一张就够，不必拍工作照。"), keeps=_("随案件保存；展示时去除拍摄信息"))),
})  # fmt: skip
ask_page("desk/_camera.html", title=_("上报时拍的照片"), owner=OFFICE, who=STAFF, readers=_("综合组、责任单位"), often=_("发现一个问题填一次"), minutes=0.5, fields={
    "photo_files": (_("现场照片"), Why(_("一张照片胜过一段描述；不强制，不必多拍。"), keeps=_("随案件保存；展示时去除拍摄信息"))),
})  # fmt: skip
ask_page("desk/_case_reports.html", title=_("答复市民"), minutes=2, fields={"text": (_("答复"), Why(_("原样发给反映人，说清做了什么。")))}, **BY_OFFICE)
ask_page("desk/_case_photos.html", title=_("公开整改照片"), minutes=1, fields={
    "before": (_("整改前"), Why(_("选哪一张给市民看。"))), "after": (_("整改后"), Why(_("选哪一张给市民看。"))),
    "looked": (_("确认已逐张看过"), Why(_("公开前必须有人看过，照片里不能认出个人。"), basis=_("《民法典》第一千零三十四条"))),
}, **BY_OFFICE)  # fmt: skip
ask_page("desk/sheet.html", title=_("导入表格"), minutes=1, fields={
    "file": (_("表格文件"), Why(_("已有的表格直接导入，不用再录一遍。"))), "mapping": (_("对照文件"), Why(_("列名不同的表格，对照一次以后都认得。"))),
}, **BY_OFFICE)  # fmt: skip
ask(triage_form.TriageForm, title=_("分拣"), owner=OFFICE, who=OFFICE, readers=_("责任单位；不予受理的理由反映人也能看到"), often=_("每件待办的案件一次"), minutes=0.2, fields={
    "decision": Why(_("这一件怎样办理，由您定。")), "issue_class": Why(_("类别决定责任单位和时限；建议仅供参考。"), differs=_("分拣台与案件页办的是同一步，二选一")),
    "other_class": Why(_("建议的都不对时，从全部类别里选。")), "unit": Why(_("责任规则给出的单位不对时才改。"), differs=_("分拣台与案件页办的是同一步，二选一")),
    "co_units": Why(_("需要别的单位配合时才加。"), differs=_("分拣台与案件页办的是同一步，二选一")),
    "requirements": Why(_("有特别要求才写，单位会看到。"), differs=_("分拣台与案件页办的是同一步，二选一")),
    "ready": Why(_("常用理由，反映人会原样看到。")), "reason": Why(_("反映人有权知道为什么不受理。"), differs=_("分拣台与案件页办的是同一步，二选一")),
    "candidate": Why(_("与哪一件是同一件事。")), "primary": Why(_("列出的都不是时，写那一件的编号。"), differs=_("分拣台与案件页办的是同一步，二选一")),
})  # fmt: skip
VIEW = {"owner": OFFICE, "who": STAFF, "readers": _("本人；分享后是看得到视图的人"), "often": _("想存时")}
ask_page("desk/_saved_views.html", title=_("存为常用视图"), minutes=0.2, fields={"name": (_("视图名称"), Why(_("以后凭它认出是哪个列表。"), differs=_("各是不同事物的名称")))}, **VIEW)
ask_page("desk/saved_views.html", title=_("常用视图改名"), minutes=0.2, fields={"name": (_("视图名称"), Why(_("以后凭它认出是哪个列表。"), differs=_("各是不同事物的名称")))}, **VIEW)
