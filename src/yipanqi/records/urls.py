"""Addresses of the pages of records, included under ``/records/``."""

from django.urls import path

from yipanqi.records.views import check

app_name = "records"

urlpatterns = [
    path("check/", check.check, name="check"),
    path("check/<str:number>/<str:code>/", check.check_one, name="check_one"),
]
