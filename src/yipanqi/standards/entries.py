"""The standard's line in the menu."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.people.rules import is_authenticated

NAVIGATION.add(Entry(_("测评标准"), "standards:categories", "clipboard-check", is_authenticated, 60))
NAVIGATION.add(Entry(pgettext_lazy("list", "问题类别"), "standards:classes", "tags", is_authenticated, 62))
NAVIGATION.add(Entry(pgettext_lazy("list", "标准版本"), "standards:editions", "git-branch", is_authenticated, 64))
