"""Addresses of Open311, under ``/open311/v2/``; the suffix chooses JSON or XML."""

from django.urls import path, re_path

from yipanqi.interop import views

app_name = "interop"

ROOT = "open311/v2"
_FORM = r"\.(?P<form>json|xml)$"

urlpatterns = [
    re_path(rf"^{ROOT}/discovery{_FORM}", views.discovery, name="discovery"),
    re_path(rf"^{ROOT}/services{_FORM}", views.services, name="services"),
    re_path(rf"^{ROOT}/services/(?P<code>[^/]+){_FORM}", views.service, name="service"),
    re_path(rf"^{ROOT}/requests{_FORM}", views.requests, name="requests"),
    re_path(rf"^{ROOT}/requests/(?P<number>[^/]+){_FORM}", views.request_by_id, name="request"),
    re_path(rf"^{ROOT}/tokens/(?P<code>[^/]+){_FORM}", views.token, name="token"),
    re_path(rf"^{ROOT}/servicerequestupdates{_FORM}", views.updates, name="updates"),
    path(f"{ROOT}/", views.unknown, {"form": "json"}, name="root"),
    path(f"{ROOT}/<path:rest>", views.unknown, {"form": "json"}, name="unknown"),
]
