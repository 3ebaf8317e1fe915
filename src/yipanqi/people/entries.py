"""The menu line of this app."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry

NAVIGATION.add(Entry(_("单位与人员"), "people:home", "building-community", lambda user: bool(user.roles), order=70))
