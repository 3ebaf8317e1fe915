"""The menu lines of this app."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry

NAVIGATION.add(Entry(_("点位"), "places:list", "map-pin", lambda user: bool(user.roles), order=40))
NAVIGATION.add(Entry(_("区划"), "places:areas", "sitemap", lambda user: bool(user.roles), order=72))
NAVIGATION.add(Entry(_("责任"), "places:duties", "hand-grab", lambda user: bool(user.roles), order=74))
