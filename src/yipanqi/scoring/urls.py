"""Addresses of scorecards, included under ``/scores/``."""

from django.urls import path, re_path

from yipanqi.scoring import views, views_cards

app_name = "scoring"

urlpatterns = [
    path("", views.periods, name="periods"),
    path("open/", views.open_period, name="open"),
    path("objections/", views_cards.objections, name="objections"),
    path("objections/<uuid:uuid>/", views_cards.objection, name="objection"),
    re_path(r"^objections/(?P<uuid>[0-9a-f-]{36})/(?P<verb>uphold_objection|refuse_objection)/$", views_cards.rule, name="rule"),
    path("objections/<uuid:uuid>/withdraw/", views_cards.withdraw, name="withdraw"),
    path("<str:code>/", views.period, name="period"),
    path("<str:code>/export.xlsx", views.export_period, name="export"),
    path("<str:code>/freeze/", views.freeze, name="freeze"),
    path("<str:code>/publish/", views.publish, name="publish"),
    path("<str:code>/reopen/", views.reopen, name="reopen"),
    path("<str:code>/units/<str:unit>/", views_cards.card, name="card"),
    path("<str:code>/units/<str:unit>/object/", views_cards.object_to_card, name="object"),
    path("<str:code>/units/<str:unit>/records/<str:measure>/", views_cards.records, name="records"),
]
