"""Addresses of the public site, at the root."""

from django.urls import path

from yipanqi.portal import views, views_helping

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("report/", views.report, name="report"),
    path("report/sent/<str:code>/", views.sent, name="sent"),
    path("p/<uuid:qr>", views.place_sign, name="place_sign"),
    path("track/", views.track, name="track"),
    path("track/<str:code>/", views.progress, name="progress"),
    path("track/<str:code>/rate/", views.rate, name="rate"),
    path("nearby/", views.nearby, name="nearby"),
    path("nearby/points.geojson", views.nearby_points, name="nearby_points"),
    path("nearby/streets.geojson", views.streets, name="streets"),
    path("helping/", views_helping.helping, name="helping"),
    path("helping/stations.geojson", views_helping.station_points, name="station_points"),
    path("helping/stations/<str:code>/", views_helping.station, name="station"),
    path("about/burden/", views.burden, name="burden"),
    path("about/privacy/", views.about_privacy, name="privacy"),
]
