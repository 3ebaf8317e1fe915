"""Lines of the menu."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.people.models import Role

NAVIGATION.add(Entry(_("工作台"), "teams:home", "inbox", lambda user: Role.STATION in user.roles, 10))
NAVIGATION.add(Entry(_("文明实践看板"), "teams:board", "layout-dashboard", lambda user: user.has_perm("teams.see_board"), 40))
NAVIGATION.add(Entry(_("我的队伍"), "teams:lead", "flag", lambda user: user.has_perm("teams.see_lead"), 50))
NAVIGATION.add(Entry(_("阵地和队伍"), "teams:teams", "users", lambda user: user.has_perm("teams.see_practice"), 54))
NAVIGATION.add(Entry(_("联席会议"), "teams:meetings", "messages", lambda user: user.has_perm("teams.see_meetings") and not user.has_perm("teams.see_practice"), 55))
