"""The addresses of every page: each app's urls.py under its own prefix."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path, re_path

from yipanqi.config import filing, guide
from yipanqi.config.accounts import UNUSED, not_used
from yipanqi.config.api import api
from yipanqi.config.own_pages import choose_language, devices

PREFIXES = {"desk": "", "portal": "", "mobile": "m/", "interop": "", "cases": "cases/", "people": "people/", "files": "files/", "messaging": "messages/",
            "escalation": "escalation/", "rechecks": "rechecks/", "suggestions": "suggestions/", "scoring": "scores/", "batches": "batches/", "burden": "burden/",
            "standards": "standards/", "places": "places/", "inspections": "inspections/",
            "teams": "practice/", "volunteers": "volunteers/", "activities": "activities/", "rosters": "rosters/", "services": "services/",
            "points": "points/", "records": "records/"}  # fmt: skip
handler400 = "yipanqi.config.trouble.bad_request"
handler500 = "yipanqi.config.trouble.server_error"
urlpatterns = [
    path("accounts/", include([re_path(UNUSED, not_used)])),
    path("accounts/sessions/", devices, name="usersessions_list"),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", choose_language, name="set_language"),
    path("api/v1/", api.urls),
    path("functions/", filing.functions, name="functions"),
    path("functions.xlsx", filing.functions_sheet, name="functions_sheet"),
    path("help/", guide.own_page, name="guide_own"),
    path("help/pictures/<slug:name>.png", guide.picture, name="guide_picture"),
    path("help/<slug:name>/", guide.page, name="guide"),
]
for app in settings.LOCAL_APPS:
    if app in PREFIXES and find_spec(f"yipanqi.{app}") and find_spec(f"yipanqi.{app}.urls"):
        import_module(f"yipanqi.{app}.urls")
        urlpatterns.append(path(PREFIXES[app], include(f"yipanqi.{app}.urls")))
