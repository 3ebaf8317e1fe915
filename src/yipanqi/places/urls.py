"""Addresses of the board's pages, under places/."""

from django.urls import path
from django.views.generic import RedirectView

from yipanqi.places import views, views_duties

app_name = "places"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="places:list", query_string=True)),
    path("at/", views.place_list, name="list"),
    path("points.geojson", views.points, name="points"),
    path("areas.geojson", views.area_shapes, name="area_shapes"),
    path("signs/", views.signs, name="signs"),
    path("signs.pdf", views.signs_pdf, name="signs_pdf"),
    path("add/", views.edit_place, name="add"),
    path("at/<str:code>/", views.place, name="place"),
    path("at/<str:code>/point.geojson", views.point, name="point"),
    path("at/<str:code>/edit/", views.edit_place, name="edit"),
    path("at/<str:code>/<slug:verb>/", views.move_place, name="move"),
    path("areas/", views.areas, name="areas"),
    path("duties/", views_duties.duty_list, name="duties"),
    path("duties/add/", views_duties.add, name="add_duty"),
    path("duties/explain/", views_duties.explain, name="explain"),
    path("duties/gaps/", views_duties.gaps, name="gaps"),
    path("duties/idle/", views_duties.idle, name="idle"),
    path("duties/<str:code>/end/", views_duties.end, name="end_duty"),
]
