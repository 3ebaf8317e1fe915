"""The line of the phone pages in the menu."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry

NAVIGATION.add(
    Entry(_("我的点位"), "mobile:today", "device-mobile", lambda user: user.has_perm("mobile.see_my_places"), 11)
)
