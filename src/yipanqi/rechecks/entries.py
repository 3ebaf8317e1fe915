"""The line of rechecks in the menu."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry

NAVIGATION.add(Entry(_("回查"), "rechecks:list", "repeat", lambda user: user.has_perm("rechecks.see_rechecks"), 29))
