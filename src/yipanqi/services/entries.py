"""Lines of the menu, kinds of news with nothing about a person in them, parts of others' homes, and what volunteers bring along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind
from yipanqi.services import actions, panels, selectors
from yipanqi.teams.catalogue import CENTRE_PANELS, LEADER_PANELS, PUBLIC_PANELS, STATION_PANELS, Panel
from yipanqi.volunteers.catalogue import ERASURES, KEPT, LOCKS_FIRST, MERGES, Kept
from yipanqi.volunteers.models import Volunteer

NAVIGATION.add(Entry(_("点单派单"), "services:desk", "clipboard-list", lambda user: user.has_perm("services.see_orders"), 53))
NAVIGATION.add(Entry(_("我的接单"), "services:lead", "clipboard-check", lambda user: user.has_perm("services.see_lead"), 51))
ORDER = "/services/orders/%(number)s/"
KINDS.add("services.asked", Kind(_("新点单"), {
    "open": _("新点单 %(number)s：%(what)s，待派单。"), "make": _("新点单 %(number)s：%(what)s，请制单。"),
}, ORDER, private=True))  # fmt: skip
KINDS.add("services.sent", Kind(_("派来的单"), {"": _("派单 %(number)s：%(what)s，请在 %(due)s 前接单或说明原因。")}, ORDER, private=True))
KINDS.add("services.returned", Kind(_("没有队伍接的单"), {"": _("%(number)s（%(what)s）没有队伍接单，请中心处理。")}, ORDER, private=True))
KINDS.add("services.changed", Kind(_("单子有变化"), {
    "cancelled": _("%(number)s（%(what)s）已由点单人撤销，不用去了。"), "recalled": _("%(number)s（%(what)s）已由中心撤回，另派队伍。"),
}, ORDER, private=True))  # fmt: skip
KINDS.add("services.rated", Kind(_("收到评价"), {"": _("%(number)s（%(what)s）收到 %(rating)s 分的评价，可以回复。")}, ORDER, private=True))
KINDS.add("services.complained", Kind(_("服务投诉"), {"": _("%(number)s（%(what)s）有一条投诉，请核实答复。")}, "/services/complaints/", private=True))

STATION_PANELS.add("services", Panel(_("点单"), "services/_station.html", panels.at_station, 20))
LEADER_PANELS.add("services", Panel(_("派来的单"), "services/_lead.html", panels.at_leader, 10))
CENTRE_PANELS.add("services", Panel(_("供需和派单"), "services/_centre.html", panels.at_centre, 30))
PUBLIC_PANELS.add("services", Panel(_("点单"), "services/_public.html", panels.for_neighbours, 20))


def _as_lecturer(volunteer: Volunteer) -> Iterator[Sequence[Any]]:
    for row in selectors.lecturers_of(volunteer):
        yield row.code, row.name, row.title, row.about, row.since, row.left_on


def _merge(kept: Volunteer, gone: Volunteer, at: dt.datetime) -> None:
    actions.take_over_lecturers(kept, gone=gone, by=SYSTEM, at=at)


def _erase(volunteer: Volunteer, at: dt.datetime) -> None:
    actions.erase_lecturers(volunteer, by=SYSTEM, at=at)


KEPT.add("services.lecturers", Kept(_("宣讲专家库"), (_("编号"), _("姓名"), _("单位职务"), _("专长和代表课题"), _("入库日期"), _("出库日期")), _as_lecturer))
LOCKS_FIRST.add("services.lecturers", selectors.lock_lecturers)
MERGES.add("services.lecturers", _merge)
ERASURES.add("services.lecturers", _erase)
