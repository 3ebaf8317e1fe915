"""Addresses of the office's campaign pages, included under ``/inspections/``."""

from django.urls import path

from yipanqi.inspections import views

app_name = "inspections"

urlpatterns = [
    path("", views.campaigns, name="campaigns"),
    path("often/", views.often, name="often"),
    path("new/", views.new_campaign, name="new_campaign"),
    path("visits/<uuid:uuid>/", views.visit, name="visit"),
    path("<str:code>/", views.campaign, name="campaign"),
    path("<str:code>/edit/", views.edit_campaign, name="edit_campaign"),
    path("<str:code>/places/", views.places, name="places"),
    path("<str:code>/places/<str:place>/remove/", views.remove_place, name="remove_place"),
    path("<str:code>/moves/<str:verb>/", views.make_move, name="make_move"),
]
