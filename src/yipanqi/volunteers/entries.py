"""News to volunteers and leaders."""

from django.utils.translation import gettext_lazy as _

from yipanqi.messaging.catalogue import KINDS, Kind

ME = "/volunteers/me/"
KINDS.add("volunteers.entry", Kind(
    _("志愿者注册结果"), {"approved": _("您的志愿者注册已审核通过。"), "declined": _("您的志愿者注册未通过，请登录查看原因，或到就近的文明实践站咨询。")}, ME, private=True,
))  # fmt: skip
KINDS.add("volunteers.joining", Kind(_("有人申请入队"), {"asked": _("有志愿者申请加入“%(team)s”，请处理。")}, "/practice/lead/", private=True))
KINDS.add("volunteers.member", Kind(_("队伍里的变动"), {
    "accepted": _("您已加入“%(team)s”。"), "declined": _("您申请加入“%(team)s”未获同意。"),
    "ended": _("您已不在“%(team)s”的名单中。"), "leader": _("您已担任“%(team)s”的队长。"),
}, ME, private=True))  # fmt: skip
KINDS.add("volunteers.request", Kind(_("个人信息申请结果"), {
    "done": _("您更正个人信息的申请已办理。"), "refused": _("您关于个人信息的申请未获同意，理由见本人页面。"),
}, ME, private=True))  # fmt: skip
