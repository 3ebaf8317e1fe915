"""The line of messages in the menu, and the news that messaging itself has."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind

DEVICE_LOST = "messaging.device_lost"

NAVIGATION.add(Entry(_("消息"), "messaging:mine", "bell", lambda user: user.has_perm("messaging.see_messages"), 12))
KINDS.add(DEVICE_LOST, Kind(_("推送设备失效"), {"": _("设备“%(name)s”已不再接收推送；如仍需要，请在那台设备上重新开启。")}, "/messages/wishes/", private=True))
