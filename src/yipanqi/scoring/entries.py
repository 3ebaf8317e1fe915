"""The line of scorecards in the menu."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry

NAVIGATION.add(Entry(_("考核"), "scoring:periods", "scale", lambda user: user.has_perm("scoring.see_scores"), 36))
