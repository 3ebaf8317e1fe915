"""Lines of the menu, and kinds of news."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind

NAVIGATION.add(Entry(_("志愿服务记录"), "records:desk", "certificate", lambda user: user.has_perm("records.see_desk"), 46))
KINDS.add("records.star_desk", Kind(_("星级申请"), {
    "asked": _("收到 %(grade)s 星志愿者的认定申请，请办理。"), "late": _("%(grade)s 星志愿者的认定申请已等待多日，请办理。"),
    "short": _("一位 %(grade)s 星志愿者的记录更正后时长不足，请决定保留或取消星级。"),
}, "/records/stars/%(uuid)s/", private=True))  # fmt: skip
KINDS.add("records.star_mine", Kind(_("我的星级"), {
    "confirmed": _("您申请的 %(grade)s 星志愿者已认定。"), "refused": _("您申请的 %(grade)s 星志愿者未通过，请查看理由。"), "withdrawn": _("您的 %(grade)s 星志愿者已取消，请查看理由。"),
}, "/records/mine/", private=True))  # fmt: skip
KINDS.add("records.certificate_desk", Kind(_("证明申请"), {
    "asked": _("收到一份志愿服务记录证明的申请，请办理。"), "late": _("一份志愿服务记录证明的申请已等待多日，请办理。"),
    "broken": _("证明 %(number)s 所依据的记录已更正，请决定维持或撤销。"),
}, "/records/certificates/%(uuid)s/", private=True))  # fmt: skip
KINDS.add("records.certificate_mine", Kind(_("我的证明"), {
    "issued": _("您的志愿服务记录证明 %(number)s 已出具，可以下载打印。"), "refused": _("您申请的志愿服务记录证明未能出具，请查看理由。"), "revoked": _("您的志愿服务记录证明 %(number)s 已撤销，请查看理由。"),
}, "/records/certificates/%(uuid)s/", private=True))  # fmt: skip
KINDS.add("records.amendment_desk", Kind(_("记录更正"), {
    "asked": _("收到一份志愿服务记录的更正申请，请核实。"), "proposed": _("一份志愿服务记录的更正等待第二人复核。"), "late": _("一份志愿服务记录的更正申请已等待多日，请办理。"),
}, "/records/amendments/%(uuid)s/", private=True))  # fmt: skip
KINDS.add("records.amendment_mine", Kind(_("更正结果"), {
    "done": _("您申请的记录更正已办结。"), "declined": _("您申请的记录更正未采纳，请查看答复。"),
}, "/records/amendments/%(uuid)s/", private=True))  # fmt: skip
