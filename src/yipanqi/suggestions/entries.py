"""The line of suggestions in the menu."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry

NAVIGATION.add(
    Entry(_("建议准确情况"), "suggestions:accuracy", "bulb", lambda user: user.has_perm("suggestions.see_accuracy"), 82)
)
