"""Addresses of the pages of batches, included under ``/batches/``."""

from django.urls import path

from yipanqi.batches import views

app_name = "batches"

urlpatterns = [
    path("", views.batch_list, name="list"),
    path("<uuid:uuid>/", views.batch, name="batch"),
    path("<uuid:uuid>/progress/", views.progress, name="progress"),
    path("<uuid:uuid>/cancel/", views.cancel, name="cancel"),
    path("<uuid:uuid>/take-back/", views.take_back, name="take_back"),
    path("<uuid:uuid>/again/", views.again, name="again"),
    path("<uuid:uuid>/refused.xlsx", views.refused, name="refused"),
    path("<uuid:uuid>/file/", views.file, name="file"),
]
