"""Addresses of the standard's pages, included under ``/standards/``."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from yipanqi.standards.views import categories, classes, editions

app_name = "standards"

_CODE = r"(?P<code>[A-Za-z0-9._-]+)"
_MOVE = r"(?P<verb>publish|retire|use|discard)"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="standards:categories"), name="home"),
    path("categories/", categories.categories, name="categories"),
    path("categories/add/", categories.add_category, name="add_category"),
    path("categories/<str:key>/", categories.category, name="category"),
    path("categories/<str:key>/change/", categories.change_category, name="change_category"),
    path("classes/", classes.classes, name="classes"),
    path("classes/add/", classes.add_class, name="add_class"),
    path("classes/<path:key>/change/", classes.change_class, name="change_class"),
    path("classes/<path:key>/", classes.issue_class, name="class"),
    path("editions/", editions.editions, name="editions"),
    re_path(rf"^editions/{_CODE}/$", editions.edition, name="edition"),
    re_path(rf"^editions/{_CODE}/copy/$", editions.copy_edition, name="copy_edition"),
    re_path(rf"^editions/{_CODE}/change/$", editions.change_edition, name="change_edition"),
    re_path(rf"^editions/{_CODE}/moves/{_MOVE}/$", editions.move_edition, name="move_edition"),
    re_path(rf"^editions/{_CODE}/diff/$", editions.edition_diff, name="edition_diff"),
    re_path(rf"^editions/{_CODE}/items/add/$", categories.add_item, name="add_item"),
    path("editions/<str:code>/items/<str:item>/change/", categories.change_item, name="change_item"),
    path("editions/<str:code>/items/<str:item>/remove/", categories.remove_item, name="remove_item"),
    re_path(rf"^editions/{_CODE}/indicators/add/$", editions.add_indicator, name="add_indicator"),
    path("editions/<str:code>/indicators/<str:indicator>/change/", editions.change_indicator, name="change_indicator"),
    path("editions/<str:code>/indicators/<str:indicator>/remove/", editions.remove_indicator, name="remove_indicator"),
]
