"""Addresses of the pages of records, included under ``/records/``."""

from django.urls import path

from yipanqi.records.views import check, desk, own, papers

app_name = "records"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("about/", check.about, name="about"),
    path("check/", check.check, name="check"),
    path("check/<str:number>/<str:code>/", check.check_one, name="check_one"),
    path("mine/", own.mine, name="mine"),
    path("shown/", own.shown, name="shown"),
    path("volunteers/<str:number>/", own.volunteer, name="volunteer"),
    path("volunteers/<str:number>/star/", own.ask_star, name="ask_star"),
    path("volunteers/<str:number>/certificate/", own.ask_certificate, name="ask_certificate"),
    path("volunteers/<str:number>/<str:kind>/", own.volunteer_entries, name="volunteer_entries"),
    path("entries/<str:kind>/", desk.entries, name="entries"),
    path("entries/<str:kind>/add/", desk.enter, name="enter"),
    path("entries/<str:kind>/<uuid:uuid>/amend/", own.ask_amendment, name="ask_amendment"),
    path("stars/", desk.stars, name="stars"),
    path("stars/<uuid:uuid>/", papers.star, name="star"),
    path("rules/", desk.rules, name="rules"),
    path("issuers/", desk.issuers, name="issuers"),
    path("issuers/<str:code>/", desk.issuer, name="issuer"),
    path("certificates/", desk.certificates, name="certificates"),
    path("certificates/<uuid:uuid>/", papers.certificate, name="certificate"),
    path("certificates/<uuid:uuid>/issue/", papers.issue, name="issue"),
    path("certificates/<uuid:uuid>/certificate.pdf", papers.certificate_pdf, name="certificate_pdf"),
    path("amendments/", desk.amendments, name="amendments"),
    path("amendments/<uuid:uuid>/", papers.amendment, name="amendment"),
    path("amendments/<uuid:uuid>/decline/", papers.decline, name="decline"),
    path("<str:kind>/<uuid:uuid>/moves/<str:move>/", papers.make_move, name="make_move"),
]
