"""Addresses of the phone pages, included under ``/m/``."""

from django.urls import path

from yipanqi.mobile.views import give_up, place, rejudge, today, verify

app_name = "mobile"

urlpatterns = [
    path("", today.today, name="today"),
    path("map/", today.today_map, name="map"),
    path("map/points.geojson", today.today_points, name="points"),
    path("p/<uuid:qr>/", today.place_by_qr, name="place_by_qr"),
    path("verify/", verify.verify_list, name="verify_list"),
    path("verify/<str:number>/", verify.verify, name="verify"),
    path("c/<str:campaign>/<str:place>/", place.place, name="place"),
    path("c/<str:campaign>/<str:place>/begin/", place.begin, name="begin"),
    path("c/<str:campaign>/<str:place>/pass-rest/", place.pass_rest, name="pass_rest"),
    path("c/<str:campaign>/<str:place>/give-up/", give_up.give_up, name="give_up"),
    path("c/<str:campaign>/<str:place>/finish/", place.finish, name="finish"),
    path("c/<str:campaign>/<str:place>/items/<str:code>/", place.item, name="item"),
    path("c/<str:campaign>/<str:place>/items/<str:code>/again/", rejudge.rejudge, name="rejudge"),
    path("c/<str:campaign>/<str:place>/items/<str:code>/fail/", place.fail, name="fail"),
]
