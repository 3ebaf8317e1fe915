"""Addresses of the pages of rechecks, included under ``/rechecks/``."""

from django.urls import path

from yipanqi.rechecks import views

app_name = "rechecks"

urlpatterns = [
    path("", views.recheck_list, name="list"),
    path("verification/", views.verification, name="verification"),
    path("rate/", views.rate, name="rate"),
    path("draws/<str:day>/", views.draw, name="draw"),
]
