"""Lines of the menu, kinds of news, and the part of the centre's board."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import FIGURES, Period, Scope, ask
from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind
from yipanqi.teams.catalogue import CENTRE_PANELS, Panel

NAVIGATION.add(Entry(_("值勤"), "rosters:rosters", "traffic-lights", lambda user: user.has_perm("rosters.see_rosters"), 44))
NAVIGATION.add(Entry(_("我们的值勤"), "rosters:mine", "traffic-lights", lambda user: user.has_perm("rosters.see_own_turns"), 44))
KINDS.add("rosters.rota", Kind(_("值勤表"), {"published": _("“%(name)s”已排定，本单位还有 %(n)s 次值勤，请查看并安排人员。")}, "/rosters/mine/"))
KINDS.add("rosters.turn", Kind(_("值勤提醒"), {"tomorrow": _("%(day)s 本单位有 %(n)s 次值勤，请安排人员。")}, "/rosters/mine/"))
KINDS.add("rosters.swap", Kind(_("值勤调换"), {
    "asked": _("“%(other)s”申请把 %(day)s 的值勤调换给本单位，请答复。"), "agreed": _("“%(other)s”同意调换 %(day)s 的值勤。"), "refused": _("“%(other)s”不同意调换 %(day)s 的值勤，仍由本单位值勤。"),
}, "/rosters/mine/"))  # fmt: skip
KINDS.add("rosters.turn_changed", Kind(_("值勤变更"), {
    "cancelled": _("%(day)s %(hour)s 的值勤已取消：%(why)s"), "taken": _("%(day)s %(hour)s 的值勤已改由其他单位承担：%(why)s"), "given": _("%(day)s %(hour)s 的值勤改由本单位承担：%(why)s"),
}, "/rosters/mine/", urgent=True))  # fmt: skip


def _month(user: Any, now: dt.datetime) -> dict[str, Any] | None:
    """Duty of this month in four figures, for those who plan it."""
    if not user.has_perm("rosters.see_rosters"):
        return None
    period, scope = Period.this_month(timezone.localdate(now)), Scope(user=user)
    figures = [FIGURES[f"rosters.{name}"] for name in ("crossings", "units", "turns", "done", "people_times")]
    values = ask(figures, [period], scope, now)
    return {"figures": [{"name": one.name, "unit": one.unit, "value": values[one.key][0].value, "url": one.records_url(period, scope), "definition": one.definition} for one in figures]}


CENTRE_PANELS.add("rosters", Panel(_("本月单位值勤"), "rosters/_panel.html", _month, 70))
