"""Addresses under /people/."""

from django.urls import path
from django.views.generic import RedirectView

from yipanqi.people import views, views_own, views_users

app_name = "people"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="people:units"), name="home"),
    path("units/", views.units, name="units"),
    path("units/add/", views.add_unit, name="add_unit"),
    path("units/<str:code>/", views.unit, name="unit"),
    path("units/<str:code>/edit/", views.change_unit, name="change_unit"),
    path("units/<str:code>/dissolve/", views.dissolve_unit, name="dissolve_unit"),
    path("groups/", views.groups, name="groups"),
    path("groups/add/", views.add_group, name="add_group"),
    path("groups/<str:code>/edit/", views.change_group, name="change_group"),
    path("users/", views_users.users, name="users"),
    path("users/add/", views_users.add_user, name="add_user"),
    path("users/first-passwords/", views_users.first_passwords, name="first_passwords"),
    path("users/<str:username>/", views_users.user, name="user"),
    path("users/<str:username>/edit/", views_users.change_user, name="change_user"),
    path("users/<str:username>/appoint/", views_users.appoint, name="appoint"),
    path("users/<str:username>/password/", views_users.reset_password, name="reset_password"),
    path("users/<str:username>/phone/", views_users.reveal_phone, name="reveal_phone"),
    path("users/<str:username>/tokens/", views_own.issue_token, name="issue_token"),
    path("users/<str:username>/account/<str:verb>/", views_users.move, name="account_move"),
    path("appointments/<uuid:uuid>/end/", views_users.end_appointment, name="end_appointment"),
    path("tokens/<uuid:uuid>/revoke/", views_own.revoke_token, name="revoke_token"),
    path("me/", views_own.own_profile, name="own_profile"),
]
