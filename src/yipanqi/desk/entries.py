"""The office's lines in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yipanqi.batches.catalogue import EXPORTS, Export
from yipanqi.desk import sheets
from yipanqi.desk.actions import note_export
from yipanqi.desk.choosing import exported
from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.sheets import SHEETS
from yipanqi.teams.catalogue import BOARD_FIGURES


def _may(name: str):  # type: ignore[no-untyped-def]
    return lambda user: user.has_perm(name)


for _title, _route, _icon, _perm, _order in (
    (_("我的待办"), "desk:inbox", "inbox", "cases.see_cases", 10),
    (_("分拣台"), "desk:triage", "keyboard", "desk.see_triage", 11),
    (_("看板"), "desk:board", "layout-dashboard", "desk.see_board", 12),
    (pgettext_lazy("list", "案件"), "desk:cases", "list-details", "cases.see_cases", 14),
    (_("登记问题"), "desk:new_case", "clipboard-plus", "cases.report_case", 16),
    (_("地图"), "desk:map", "map-2", "cases.see_cases", 18),
    (pgettext_lazy("list", "指标"), "desk:figures", "chart-bar", "desk.see_helping_figures", 20),
    (_("表格导入导出"), "desk:sheets", "file-spreadsheet", "desk.see_settings", 80),
    (_("设置"), "desk:settings", "settings", "desk.see_settings", 90),
    (_("系统"), "desk:system", "server", "desk.see_system", 95),
):
    NAVIGATION.add(Entry(_title, _route, _icon, _may(_perm), _order))
def _sheet(given):  # type: ignore[no-untyped-def]
    return SHEETS[given["sheet"]]


def _takes_out(user, given):  # type: ignore[no-untyped-def]
    """Whether the person may export a sheet: who imports it, and who reads it."""
    sheet = _sheet(given)
    return user.has_perm(sheet.permission) or (bool(sheet.reading) and user.has_perm(sheet.reading))


EXPORTS.add("sheet", Export(
    _("表格"), _takes_out, lambda user, given: _sheet(given), lambda user, given: _sheet(given).rows(user),
    lambda user, given, rows, at: note_export(None, sheet=given["sheet"], rows=rows, by=user, at=at),
))  # fmt: skip
EXPORTS.add("case_list", Export(
    _("案件列表"), lambda user, given: user.has_perm("cases.see_cases"), lambda user, given: sheets.CASE_LIST, exported,
    lambda user, given, rows, at: note_export(None, sheet="case_list", rows=rows, by=user, at=at),
))  # fmt: skip
for _place, _key in enumerate(("volunteers.registered", "activities.activities", "records.person_times", "records.hours")):
    BOARD_FIGURES.add(_key, 50 + 10 * _place)
