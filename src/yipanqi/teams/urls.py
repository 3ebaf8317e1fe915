"""Addresses of the pages of civilisation practice, included under ``/practice/``."""

from django.urls import path

from yipanqi.teams.views import homes, institutions, pages
from yipanqi.teams.views.registers import REGISTERS

app_name = "teams"

urlpatterns = [
    path("", homes.home, name="home"),
    path("lead/", homes.lead, name="lead"),
    path("board/", homes.board, name="board"),
    path("trees/", pages.trees, name="trees"),
    path("stations.geojson", pages.station_points, name="station_points"),
    path("institutions/", institutions.institutions, name="institutions"),
    path("institutions/add/", institutions.add_institution, name="add_institution"),
    path("institutions/<str:code>/<int:version>/", institutions.institution, name="institution"),
    path("institutions/<str:code>/<int:version>/revise/", institutions.revise_institution, name="revise_institution"),
    path("institutions/<str:code>/<int:version>/repeal/", institutions.repeal_institution, name="repeal_institution"),
    path("meetings/<str:code>/decisions/<int:line>/", homes.decision, name="decision"),
    path("organisations/<str:code>/phone/", pages.reveal_phone, name="reveal_organisation_phone"),
]
for _key in REGISTERS:
    _of = {"register": _key}
    urlpatterns += [
        path(f"{_key}/", pages.listing, _of, name=_key),
        path(f"{_key}/add/", pages.add, _of, name=f"add_{_key[:-1]}"),
        path(f"{_key}/<str:code>/", pages.thing, _of, name=_key[:-1]),
        path(f"{_key}/<str:code>/edit/", pages.change, _of, name=f"change_{_key[:-1]}"),
        path(f"{_key}/<str:code>/moves/<slug:verb>/", pages.move, _of, name=f"{_key[:-1]}_move"),
    ]
