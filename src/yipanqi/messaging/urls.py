"""Addresses of the messaging pages, included under ``/messages/``."""

from django.urls import path

from yipanqi.messaging import views

app_name = "messaging"

urlpatterns = [
    path("", views.mine, name="mine"),
    path("unread/", views.unread, name="unread"),
    path("read/", views.read_all, name="read_all"),
    path("<uuid:uuid>/open/", views.open_message, name="open"),
    path("wishes/", views.wishes, name="wishes"),
    path("devices/add/", views.add_device, name="add_device"),
    path("devices/<uuid:uuid>/remove/", views.remove_device, name="remove_device"),
    path("push-worker.js", views.push_worker, name="push_worker"),
    path("log/", views.log, name="log"),
    path("log/<uuid:uuid>/again/", views.send_again, name="send_again"),
    path("groups/", views.groups, name="groups"),
    path("groups/add/", views.edit_group, name="add_group"),
    path("groups/<uuid:uuid>/edit/", views.edit_group, name="edit_group"),
    path("groups/<uuid:uuid>/remove/", views.remove_group, name="remove_group"),
]
