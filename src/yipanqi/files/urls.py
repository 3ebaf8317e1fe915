"""Addresses of photos and attachments, included under ``/files/``."""

from django.urls import path, re_path

from yipanqi.files import views

app_name = "files"

_UUID = r"(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

urlpatterns = [
    path("photos/", views.upload, name="upload"),
    re_path(rf"^photos/{_UUID}/(?P<size>large|thumb)\.jpg$", views.picture, name="picture"),
    re_path(rf"^photos/{_UUID}/original$", views.original, name="original"),
    path("attachments/", views.upload_attachment, name="upload_attachment"),
    path("attachments/<uuid:uuid>", views.attachment, name="attachment"),
]
