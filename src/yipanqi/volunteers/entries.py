"""News to volunteers and leaders."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind
from yipanqi.teams.catalogue import CENTRE_PANELS, LEADER_PANELS, STATION_PANELS, TEAM_PARTS, Panel, Part
from yipanqi.volunteers import selectors

ME = "/volunteers/me/"
KINDS.add("volunteers.entry", Kind(
    _("志愿者注册结果"), {"approved": _("您的志愿者注册已审核通过。"), "declined": _("您的志愿者注册未通过，请登录查看原因，或到就近的文明实践站咨询。")}, ME, private=True,
))  # fmt: skip
KINDS.add("volunteers.joining", Kind(_("有人申请入队"), {"asked": _("有志愿者申请加入“%(team)s”，请处理。")}, "/practice/lead/", private=True))
KINDS.add("volunteers.member", Kind(_("队伍里的变动"), {
    "accepted": _("您已加入“%(team)s”。"), "declined": _("您申请加入“%(team)s”未获同意。"),
    "ended": _("您已不在“%(team)s”的名单中。"), "leader": _("您已担任“%(team)s”的队长。"),
}, ME, private=True))  # fmt: skip
KINDS.add("volunteers.request", Kind(_("个人信息申请结果"), {
    "done": _("您更正个人信息的申请已办理。"), "refused": _("您关于个人信息的申请未获同意，理由见本人页面。"),
}, ME, private=True))  # fmt: skip
NAVIGATION.add(Entry(_("我的志愿服务"), "volunteers:me", "star", lambda user: user.has_perm("volunteers.see_own_page"), 49))
NAVIGATION.add(Entry(pgettext_lazy("list", "志愿者"), "volunteers:volunteers", "user-check", lambda user: user.has_perm("volunteers.see_list"), 53))


def _of_leader(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """Who asks to join the teams that the person leads, and how to their members."""
    rows = selectors.asking_to_join(user)
    teams = list(selectors.teams_to_enter(user).filter(pk__in=selectors.led_teams(user)))
    return {"rows": rows, "teams": teams} if teams else None


def _of_keeper(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """What waits for a station or the centre: entries, requests, likely doubles."""
    return selectors.waiting_for(user) or None


def _of_team(team: Any, user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """The way to the members, for whoever leads or runs the team."""
    return {"team": team} if user.has_perm("volunteers.add_member", team) else None


LEADER_PANELS.add("volunteers.members", Panel(_("队员"), "volunteers/_leader.html", _of_leader, 20))
STATION_PANELS.add("volunteers.waiting", Panel(_("志愿者登记"), "volunteers/_waiting.html", _of_keeper, 30))
CENTRE_PANELS.add("volunteers.waiting", Panel(_("志愿者登记"), "volunteers/_waiting.html", _of_keeper, 60))
TEAM_PARTS.add("volunteers.members", Part(_("队员"), "volunteers/_team.html", _of_team, 10))
