"""Lines of the menu, and kinds of news; nothing about a person in them."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind

NAVIGATION.add(Entry(_("点单派单"), "services:desk", "clipboard-list", lambda user: user.has_perm("services.see_orders"), 41))
NAVIGATION.add(Entry(_("我的接单"), "services:lead", "clipboard-check", lambda user: user.has_perm("services.see_lead"), 42))
ORDER = "/services/orders/%(number)s/"
KINDS.add("services.asked", Kind(_("新点单"), {
    "open": _("新点单 %(number)s：%(what)s，待派单。"), "make": _("新点单 %(number)s：%(what)s，请制单。"),
}, ORDER, private=True))  # fmt: skip
KINDS.add("services.sent", Kind(_("派来的单"), {"": _("派单 %(number)s：%(what)s，请在 %(due)s 前接单或说明原因。")}, ORDER, private=True))
KINDS.add("services.returned", Kind(_("没有队伍接的单"), {"": _("%(number)s（%(what)s）没有队伍接单，请中心处理。")}, ORDER, private=True))
KINDS.add("services.changed", Kind(_("单子有变化"), {
    "cancelled": _("%(number)s（%(what)s）已由点单人撤销，不用去了。"), "recalled": _("%(number)s（%(what)s）已由中心撤回，另派队伍。"),
}, ORDER, private=True))  # fmt: skip
KINDS.add("services.rated", Kind(_("收到评价"), {"": _("%(number)s（%(what)s）收到 %(rating)s 分的评价，可以回复。")}, ORDER, private=True))
KINDS.add("services.complained", Kind(_("服务投诉"), {"": _("%(number)s（%(what)s）有一条投诉，请核实答复。")}, "/services/complaints/", private=True))
