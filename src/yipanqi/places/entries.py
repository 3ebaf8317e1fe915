"""The menu lines of this app."""

from django.utils.translation import pgettext_lazy

from yipanqi.kernel.navigation import NAVIGATION, Entry

NAVIGATION.add(Entry(pgettext_lazy("list", "点位"), "places:list", "map-pin", lambda user: bool(user.roles), order=58))
NAVIGATION.add(Entry(pgettext_lazy("list", "区划"), "places:areas", "sitemap", lambda user: bool(user.roles), order=72))
NAVIGATION.add(
    Entry(pgettext_lazy("list", "责任"), "places:duties", "hand-grab", lambda user: bool(user.roles), order=74)
)
