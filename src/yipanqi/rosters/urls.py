"""Addresses of the pages of duty work, included under ``/rosters/``."""

from django.urls import path

from yipanqi.rosters import views

app_name = "rosters"

urlpatterns = [
    path("", views.rosters, name="rosters"),
    path("new/", views.new_roster, name="new"),
    path("mine/", views.mine, name="mine"),
    path("mine/feed/", views.renew_feed, name="renew_feed"),
    path("feeds/<str:secret>.ics", views.feed, name="feed"),
    path("turns/", views.turns, name="turns"),
    path("turns.xlsx", views.turn_sheet, name="turn_sheet"),
    path("turns/<uuid:uuid>/", views.turn, name="turn"),
    path("turns/<uuid:uuid>/moves/<str:verb>/", views.move_turn, name="move_turn"),
    path("swaps/<uuid:uuid>/moves/<str:verb>/", views.answer_swap, name="answer_swap"),
    path("at/<str:code>/", views.roster, name="roster"),
    path("at/<str:code>/edit/", views.edit_roster, name="edit"),
    path("at/<str:code>/posts/", views.posts, name="posts"),
    path("at/<str:code>/units/", views.units, name="units"),
    path("at/<str:code>/moves/<str:verb>/", views.move_roster, name="move_roster"),
]
