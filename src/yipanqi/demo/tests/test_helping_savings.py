"""The sample city's books of points balance and are what the actions would leave; its duty work is shared evenly."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from yipanqi.demo.build import DemoCity
from yipanqi.demo.helping_points import Savings as Books
from yipanqi.demo.helping_rosters import load_rosters
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.worktime import CST
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import Delivery
from yipanqi.places.models import Place
from yipanqi.points import actions, selectors
from yipanqi.points.models import Account, Earned, Entry, Posting, Reward, Rule, Shop, Voucher
from yipanqi.points.tests.world import Savings
from yipanqi.rosters.models import Roster, Swap, Turn
from yipanqi.rosters.selectors import evenness, shares
from yipanqi.standards.models import PlaceCategory

NOW = dt.datetime(2026, 11, 20, 10, tzinfo=CST)


@pytest.mark.django_db
def test_books_in_bulk_equal_what_the_actions_leave() -> None:
    savings = Savings()
    done = [savings.attended(name, minutes, day) for name in ("ann", "bob", "cyd") for minutes, day in ((150, 10), (600, 30), (1200, 60))]
    for model in (Posting, Voucher, Earned, Entry, Account, Reward, Shop, Rule):
        model.objects.all().delete()
    books = Books("small", NOW)
    books.load()
    assert list(selectors.differences()) == [] and Earned.objects.count() == len(done)
    before = {pk: (earned.worth, earned.booked) for pk, earned in ((one.attendance, one) for one in Earned.objects.all())}
    entries = Entry.objects.count()
    for one in done:
        actions.credit_hours(None, attendance=one.pk, by=SYSTEM, at=NOW)
    assert Entry.objects.count() == entries and before == {one.attendance: (one.worth, one.booked) for one in Earned.objects.all()}
    for account in Account.objects.filter(kind="volunteer"):
        have = 0
        for line in account.postings.order_by("entry__at", "entry_id"):
            have += line.amount
            assert have >= 0, "nobody spent before they had"


@pytest.mark.parametrize("size", ["small", "city"])
def test_duty_work_is_shared_evenly_and_mostly_done(board: BoardLoader, small: DemoCity, now: dt.datetime, size: str) -> None:
    kind = PlaceCategory.objects.get(key="intersection")
    Place.objects.bulk_create([Place(code=f"ZQ{n:03d}", name=f"路口{n}", category=kind, lon=98.29, lat=39.77, cell="x") for n in range(25)])
    load_rosters(size, small, board, now)
    crossing, street = Roster.objects.get(kind="crossing"), Roster.objects.get(kind="street")
    found = shares(crossing)
    assert evenness(found).even and Turn.objects.filter(roster=street).exists() and Swap.objects.count() == 3
    assert (len(found) > 100 and crossing.posts.count() == 25) if size == "city" else crossing.posts.count() == 3
    states = Counter(Turn.objects.filter(roster=crossing).values_list("state", flat=True))
    assert states["done"] > 0.6 * states["planned"] > 0 and not Turn.objects.filter(state="done", present__isnull=True).exists()
    assert not Delivery.objects.exclude(state="done").exists()
