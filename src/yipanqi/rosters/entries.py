"""Lines of the menu, and kinds of news."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind

NAVIGATION.add(Entry(_("值勤"), "rosters:rosters", "traffic-lights", lambda user: user.has_perm("rosters.see_rosters"), 44))
NAVIGATION.add(Entry(_("我们的值勤"), "rosters:mine", "traffic-lights", lambda user: user.has_perm("rosters.see_own_turns"), 44))
KINDS.add("rosters.rota", Kind(_("值勤表"), {"published": _("“%(name)s”已排定，本单位还有 %(n)s 次值勤，请查看并安排人员。")}, "/rosters/mine/"))
KINDS.add("rosters.turn", Kind(_("值勤提醒"), {"tomorrow": _("%(day)s 本单位有 %(n)s 次值勤，请安排人员。")}, "/rosters/mine/"))
KINDS.add("rosters.swap", Kind(_("值勤调换"), {
    "asked": _("“%(other)s”申请把 %(day)s 的值勤调换给本单位，请答复。"), "agreed": _("“%(other)s”同意调换 %(day)s 的值勤。"), "refused": _("“%(other)s”不同意调换 %(day)s 的值勤，仍由本单位值勤。"),
}, "/rosters/mine/"))  # fmt: skip
KINDS.add("rosters.turn_changed", Kind(_("值勤变更"), {
    "cancelled": _("%(day)s %(hour)s 的值勤已取消：%(why)s"), "taken": _("%(day)s %(hour)s 的值勤已改由其他单位承担：%(why)s"), "given": _("%(day)s %(hour)s 的值勤改由本单位承担：%(why)s"),
}, "/rosters/mine/", urgent=True))  # fmt: skip
