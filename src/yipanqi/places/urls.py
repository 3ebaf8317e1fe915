"""Addresses of the board's pages, under places/."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from yipanqi.places import views, views_duties, views_shapes

app_name = "places"

_KIND = r"(?P<kind>areas|segments|zones)"
_CODE = r"(?P<code>[^/]+)"

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
    re_path(r"^(?P<kind>segments|zones)/$", views_shapes.shape_list, name="shapes"),
    re_path(r"^drawn/(?P<kind>areas|segments|zones)\.geojson$", views_shapes.drawn_shapes, name="drawn"),
    re_path(rf"^{_KIND}/add/$", views_shapes.edit_shape, name="add_shape"),
    re_path(rf"^{_KIND}/{_CODE}/shape\.geojson$", views_shapes.drawn_shapes, name="shape"),
    re_path(rf"^{_KIND}/{_CODE}/edit/$", views_shapes.edit_shape, name="edit_shape"),
    re_path(rf"^{_KIND}/{_CODE}/remove/$", views_shapes.remove_shape, name="remove_shape"),
    path("duties/", views_duties.duty_list, name="duties"),
    path("duties/add/", views_duties.edit, name="add_duty"),
    path("duties/preview/", views_duties.preview, name="preview_duty"),
    path("duties/<str:code>/edit/", views_duties.edit, name="edit_duty"),
    path("duties/<str:code>/preview/", views_duties.preview, name="preview_known_duty"),
    path("duties/explain/", views_duties.explain, name="explain"),
    path("duties/gaps/", views_duties.gaps, name="gaps"),
    path("duties/idle/", views_duties.idle, name="idle"),
    path("duties/<str:code>/end/", views_duties.end, name="end_duty"),
]
