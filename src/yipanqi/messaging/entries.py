"""The line of messages in the menu."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry

NAVIGATION.add(Entry(_("消息"), "messaging:mine", "bell", lambda user: user.has_perm("messaging.see_messages"), 12))
