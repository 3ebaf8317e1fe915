"""Addresses under /volunteers/."""

from django.urls import path, register_converter

from yipanqi.volunteers.views import deciding, desk, own, public, teams

app_name = "volunteers"


class NumberConverter:
    """A volunteer number: eight digits."""

    regex = "[0-9]{8}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NumberConverter, "volunteer")

urlpatterns = [
    path("", desk.volunteers, name="volunteers"),
    path("join/", public.join, name="join"),
    path("joined/", public.joined, name="joined"),
    path("guardian/", public.guardian, name="guardian"),
    path("me/", own.me, name="me"),
    path("me/change/", own.change, name="change"),
    path("me/kept/", own.kept, name="kept"),
    path("me/kept.xlsx", own.kept_sheet, name="kept_sheet"),
    path("me/requests/", own.requests, name="requests_own"),
    path("me/requests/<uuid:uuid>/take-back/", own.take_back_request, name="take_back_request"),
    path("me/leave/", own.leave, name="leave"),
    path("me/guardian-code/", own.ask_guardian, name="ask_guardian_own"),
    path("me/teams/", own.teams, name="teams"),
    path("me/teams/<str:code>/join/", own.join_team, name="join_team"),
    path("me/memberships/<uuid:uuid>/<slug:verb>/", own.membership_move, name="membership_own"),
    path("me/wards/add/", own.add_ward, name="add_ward"),
    path("enter/", desk.enter, name="enter"),
    path("requests/", deciding.requests, name="requests"),
    path("requests/<uuid:uuid>/", deciding.own_request, name="request"),
    path("requests/<uuid:uuid>/agree/", deciding.agree, name="agree"),
    path("pairs/", deciding.pairs, name="pairs"),
    path("pairs/<uuid:uuid>/", deciding.pair, name="pair"),
    path("teams/<str:code>/members/", teams.members, name="members"),
    path("memberships/<uuid:uuid>/<slug:verb>/", teams.move, name="membership"),
    path("<volunteer:number>/", desk.volunteer, name="volunteer"),
    path("<volunteer:number>/moves/<slug:verb>/", desk.move, name="move"),
    path("<volunteer:number>/decline/", desk.decline, name="decline"),
    path("<volunteer:number>/account/", desk.open_account, name="open_account"),
    path("<volunteer:number>/guardian-code/", desk.ask_guardian, name="ask_guardian"),
    path("<volunteer:number>/reveal/<slug:what>/", desk.reveal, name="reveal"),
    path("<volunteer:number>/correct/", desk.correct, name="correct"),
    path("<volunteer:number>/guardian/", desk.consent_at_station, name="consent_at_station"),
]
