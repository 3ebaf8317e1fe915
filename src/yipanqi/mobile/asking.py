"""Why the fields of the phone pages are asked; their templates write them by hand."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import INSPECTORS, OFFICE, Why, ask_page

BY_INSPECTOR = {"owner": OFFICE, "who": INSPECTORS, "readers": _("综合组、责任单位"), "often": _("有问题时")}
KEPT = _("随案件保存；展示时去除拍摄信息")

ask_page("mobile/fail.html", title=_("不合格项"), minutes=1, fields={
    "count": (_("数目"), Why(_("等级由数目算出，您不用判断 A、B、C。"))),
    "note": (_("情况说明"), Why(_("责任单位要知道问题在哪里；有照片可以不写。"))),
    "why": (_("改判原因"), Why(_("改判会撤回已立的案件，要让综合组知道为什么。"), differs=_("同一件事，从两个页面都能办"))),
}, **BY_INSPECTOR)  # fmt: skip
ask_page("mobile/_photo_inputs.html", title=_("现场照片"), minutes=0.5, fields={
    "photo_files": (_("现场照片"), Why(_("看得见才说得清；一项一张就够，位置和时间自动核对，不打水印。"), keeps=KEPT)),
}, **BY_INSPECTOR)  # fmt: skip
ask_page("mobile/give_up.html", title=_("无法检查"), minutes=0.5, fields={
    "why": (_("原因"), Why(_("没检成的不计分，也不再催；说明原因好安排下次。"))), "note": (_("补充"), Why(_("原因以外还有要说的才写。"))),
}, **BY_INSPECTOR)  # fmt: skip
ask_page("mobile/rejudge.html", title=_("改判"), minutes=0.5, fields={
    "why": (_("改判原因"), Why(_("改判会撤回已立的案件，要让综合组知道为什么。"))),
}, **BY_INSPECTOR)  # fmt: skip
ask_page("mobile/again.html", title=_("再次检查的理由"), minutes=0.2, fields={
    "why_again": (_("其他理由"), Why(_("这里近期刚查过没有问题，再查一次要说清原因，基层和审计都能看到。"))),
}, **BY_INSPECTOR)  # fmt: skip
ask_page("mobile/verify.html", title=_("现场核查"), minutes=1, fields={
    "note": (_("核查意见"), Why(_("不通过时写明还差什么；通过可以不写。"))),
    "false_reply": (_("反馈与现场不符"), Why(_("区分“没改到位”和“没改却报已改”；后者要通报约谈。"), differs=_("同一件事，手机和电脑都能办"))),
}, **BY_INSPECTOR)  # fmt: skip
