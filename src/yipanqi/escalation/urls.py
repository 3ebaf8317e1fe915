"""Addresses of the ladder's pages, included under ``/escalation/``."""

from django.urls import path

from yipanqi.escalation import views

app_name = "escalation"

urlpatterns = [
    path("", views.letters, name="letters"),
    path("letters/<uuid:uuid>/", views.letter, name="letter"),
    path("leaders/", views.leaders, name="leaders"),
    path("trial/", views.trial, name="trial"),
]
