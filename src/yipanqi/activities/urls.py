"""Addresses of activities, included under ``/activities/``."""

from django.urls import path

from yipanqi.activities.views import own, plans, public, series, shifts

app_name = "activities"

urlpatterns = [
    path("", public.whats_on_page, name="list"),
    path("calendar/", public.calendar, name="calendar"),
    path("calendar.ics", public.public_calendar, name="public_calendar"),
    path("feeds/add/", own.add_feed, name="add_feed"),
    path("feeds/<uuid:uuid>/revoke/", own.revoke_feed, name="revoke_feed"),
    path("feeds/<str:secret>.ics", public.feed, name="feed"),
    path("mine/", own.mine, name="mine"),
    path("shifts/<uuid:uuid>/sign-up/", own.sign_up, name="sign_up"),
    path("sign-ups/<uuid:uuid>/withdraw/", own.withdraw, name="withdraw"),
    path("sign-ups/<uuid:uuid>/swap/", own.swap, name="swap"),
    path("swaps/<uuid:uuid>/<str:verb>/", own.answer_swap, name="answer_swap"),
    path("run/", plans.runs, name="runs"),
    path("run/new/", plans.new_activity, name="new_activity"),
    path("run/series/", series.series_list, name="series_list"),
    path("run/series/new/", series.new_series, name="new_series"),
    path("run/series/<uuid:uuid>/", series.series, name="series"),
    path("run/series/<uuid:uuid>/change/", series.change_following, name="change_following"),
    path("run/series/<uuid:uuid>/moves/<str:verb>/", series.move_series, name="move_series"),
    path("run/shifts/<uuid:uuid>/", shifts.shift, name="shift"),
    path("run/shifts/<uuid:uuid>/edit/", shifts.edit_shift, name="edit_shift"),
    path("run/shifts/<uuid:uuid>/say/", shifts.say, name="say"),
    path("run/shifts/<uuid:uuid>/moves/<str:verb>/", shifts.move_shift, name="move_shift"),
    path("run/sign-ups/<uuid:uuid>/moves/<str:verb>/", shifts.decide, name="decide"),
    path("run/<str:code>/", plans.run, name="run"),
    path("run/<str:code>/edit/", plans.edit_activity, name="edit_activity"),
    path("run/<str:code>/shifts/new/", shifts.new_shift, name="new_shift"),
    path("run/<str:code>/close/", plans.close, name="close"),
    path("run/<str:code>/correct/", plans.correct, name="correct"),
    path("run/<str:code>/moves/<str:verb>/", plans.make_move, name="make_move"),
    path("<str:code>/", public.activity, name="activity"),
]
