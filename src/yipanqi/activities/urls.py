"""Addresses of activities, included under ``/activities/``."""

from django.urls import path

from yipanqi.activities.views import attendance, own, plans, public, series, shifts, signing_in

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
    path("in/offline/", signing_in.offline, name="offline"),
    path("in/<uuid:uuid>/", signing_in.sign_page, name="sign_page"),
    path("in/<uuid:uuid>/<str:way>/", signing_in.sign, name="sign"),
    path("attendance-worker.js", signing_in.worker, name="attendance_worker"),
    path("hours/", signing_in.my_hours, name="my_hours"),
    path("attendance/", attendance.attendances, name="attendances"),
    path("attendance/<uuid:uuid>/", attendance.attendance, name="attendance"),
    path("attendance/<uuid:uuid>/moves/<str:verb>/", attendance.move_attendance, name="move_attendance"),
    path("corrections/", attendance.correction_list, name="corrections"),
    path("corrections/<uuid:uuid>/", attendance.correction, name="correction"),
    path("corrections/<uuid:uuid>/moves/<str:verb>/", attendance.decide_correction, name="decide_correction"),
    path("run/shifts/<uuid:uuid>/attendance/", attendance.shift_list, name="shift_list"),
    path("run/shifts/<uuid:uuid>/attendance/<str:verb>/", attendance.move_list, name="move_list"),
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
