"""Lines of the menu, kinds of news."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind
from yipanqi.points.catalogue import enabled

NAVIGATION.add(Entry(_("我的积分"), "points:mine", "wallet", lambda user: user.has_perm("points.see_own"), 46))
NAVIGATION.add(Entry(_("积分账目"), "points:books", "wallet", lambda user: user.has_perm("points.see_books"), 46))
NAVIGATION.add(Entry(_("积分兑换"), "points:counter", "gift", lambda user: user.has_perm("points.serve"), 47))
KINDS.add("points.entry", Kind(_("积分变动"), {
    "redeemed": _("您已兑换，支出 %(points)s 分。"), "given": _("您收到转赠的 %(points)s 分。"), "reversed": _("有一笔积分账已冲正，涉及 %(points)s 分，原因见明细。"),
    "expiring": _("您有 %(points)s 分将在 %(day)s 之前到期，请及时使用。"),
}, "/points/", private=True, offered=enabled))  # fmt: skip
