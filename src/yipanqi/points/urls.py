"""Addresses of the pages of points, included under ``/points/``."""

from __future__ import annotations

import datetime as dt

from django.urls import path, register_converter

from yipanqi.points.views import books, counter, own

app_name = "points"


class DayConverter:
    """A day in an address, as 2026-11-23."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


register_converter(DayConverter, "points_day")

urlpatterns = [
    path("", own.mine, name="mine"),
    path("code/", own.code, name="code"),
    path("code/<uuid:uuid>/withdraw/", own.withdraw, name="withdraw"),
    path("give/", own.give, name="give"),
    path("give/fund/", own.give_to_fund, name="give_to_fund"),
    path("reports/", own.claim, name="claim"),
    path("rewards/", own.rewards, name="rewards"),
    path("rules/", own.rules, name="rules"),
    path("rules/new/", books.new_rule, name="new_rule"),
    path("rules/<points_day:day>/edit/", books.edit_rule, name="edit_rule"),
    path("rules/<points_day:day>/drop/", books.drop_rule, name="drop_rule"),
    path("counter/", counter.counter, name="counter"),
    path("shops/", counter.shops, name="shops"),
    path("shops/new/", counter.new_shop, name="new_shop"),
    path("shops/at/<str:code>/", counter.shop, name="shop"),
    path("shops/at/<str:code>/edit/", counter.edit_shop, name="edit_shop"),
    path("shops/at/<str:code>/rewards/new/", counter.new_reward, name="new_reward"),
    path("rewards/<uuid:uuid>/<str:verb>/", counter.change_reward, name="change_reward"),
    path("books/", books.books, name="books"),
    path("books.xlsx", books.book_sheet, name="book_sheet"),
    path("entries/<uuid:uuid>/", books.entry, name="entry"),
    path("entries/<uuid:uuid>/reverse/", books.reverse_entry, name="reverse"),
    path("accounts/", books.find_account, name="find_account"),
    path("accounts/<uuid:uuid>/", books.account, name="account"),
    path("accounts/<uuid:uuid>/forgive/", books.forgive, name="forgive"),
    path("funds/", books.funds, name="funds"),
    path("funds/new/", books.new_fund, name="new_fund"),
    path("funds/<str:code>/edit/", books.edit_fund, name="edit_fund"),
    path("funds/<str:code>/use/", books.use_fund, name="use_fund"),
]
