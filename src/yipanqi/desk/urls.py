"""Addresses of the office's pages, at the root."""

from django.urls import path, re_path

from yipanqi.desk.views import (
    board,
    case,
    cases,
    entry,
    feedback,
    figures,
    inbox,
    map,
    search,
    settings,
    sheets,
    system,
)

app_name = "desk"

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("cases/", cases.case_list, name="cases"),
    re_path(r"^cases/export\.(?P<fmt>xlsx|csv)$", cases.export_cases, name="export_cases"),
    path("cases/bulk/", cases.bulk, name="bulk"),
    path("cases/new/", entry.new_case, name="new_case"),
    path("cases/<str:number>/", case.case, name="case"),
    path("cases/<str:number>/point.geojson", case.case_point, name="case_point"),
    path("cases/<str:number>/journal/", case.journal, name="case_journal"),
    path("cases/<str:number>/moves/<slug:verb>/", case.move, name="move"),
    path("cases/<str:number>/photos/publish/", case.publish, name="publish"),
    path("cases/<str:number>/reports/<str:code>/answer/", case.answer, name="answer"),
    path("map/", map.city_map, name="map"),
    path("map/cases.geojson", map.case_points, name="map_cases"),
    path("map/places.geojson", map.place_points, name="map_places"),
    path("map/areas.geojson", map.areas, name="map_areas"),
    path("board/", board.board, name="board"),
    path("figures/", figures.figure_list, name="figures"),
    path("figures/<str:key>/", figures.figure, name="figure"),
    path("search/", search.search, name="search"),
    path("settings/", settings.settings, name="settings"),
    path("settings/policies/<str:key>/", settings.change, name="change_policy"),
    path("settings/calendar/", settings.calendar, name="calendar"),
    path("settings/calendar/days/", settings.save_day, name="save_day"),
    path("settings/calendar/hours/", settings.save_hours, name="save_hours"),
    path("settings/calendar/hours/remove/", settings.remove_hours, name="remove_hours"),
    path("system/", system.system, name="system"),
    path("system/deliveries/<int:pk>/retry/", system.retry_delivery, name="retry_delivery"),
    path("system/jobs/<str:key>/retry/", system.retry_job, name="retry_job"),
    path("system/journal/verify/", system.verify, name="verify_journal"),
    path("sheets/", sheets.sheet_list, name="sheets"),
    path("sheets/<slug:name>/", sheets.sheet, name="sheet"),
    path("sheets/<slug:name>/template.xlsx", sheets.template, name="sheet_template"),
    re_path(r"^sheets/(?P<name>[-\w]+)/export\.(?P<fmt>xlsx|csv)$", sheets.export_sheet, name="sheet_export"),
    path("sheets/<slug:name>/import/", sheets.import_sheet, name="sheet_import"),
    path("sheets/<slug:name>/rejected/<uuid:token>.xlsx", sheets.rejected, name="sheet_rejected"),
    path("feedback/", feedback.feedback, name="feedback"),
]
