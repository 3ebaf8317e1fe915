"""The books balance at every moment: whatever is done in whatever order, also at once; on PostgreSQL too (threads), and by
processes of their own."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.journeys.serving import ROOT, environment

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.points import actions, selectors
from yipanqi.points.models import Account, Entry, Posting, Reward, Voucher
from yipanqi.points.tests.world import Savings, balanced, moment

NAMES = ("ann", "bob", "cyd")
STEP = st.tuples(
    st.sampled_from(["earn", "correct", "redeem", "give", "fund", "reverse", "expire", "use", "forgive"]), st.integers(0, 2), st.integers(0, 2), st.integers(0, 9), st.integers(0, 700)
)


class Play:
    """Does one step of a play after another; what is refused is refused, and the books are looked at after each."""

    def __init__(self) -> None:
        self.savings, self.attended = Savings(), []  # type: ignore[var-annotated]
        actions.stock_reward(self.savings.soap, change=20, by=self.savings.clerk, at=moment())

    def step(self, verb: str, who: int, other: int, n: int, day: int) -> None:
        with contextlib.suppress(Refused):
            getattr(self, verb)(NAMES[who], NAMES[other], n, day)
        balanced()
        assert Reward.objects.get().stock == 30 - sum(v.n for v in Voucher.objects.filter(state="used", entry__reversed_by__isnull=True))
        assert not Account.objects.filter(balance__lt=0).exists()

    def earn(self, who: str, other: str, n: int, day: int) -> None:
        self.attended.append(self.savings.earn(who, n, day))

    def correct(self, who: str, other: str, n: int, day: int) -> None:
        if self.attended:
            done = self.attended[day % len(self.attended)]
            done.minutes, done.state = n * 60, "settled" if n else "void"
            done.save()
            actions.correct_hours(None, attendance=done.pk, by=SYSTEM, at=moment(day))

    def redeem(self, who: str, other: str, n: int, day: int) -> None:
        actions.redeem(self.savings.shows(who, n, day), by=self.savings.clerk, at=moment(day))

    def give(self, who: str, other: str, n: int, day: int) -> None:
        savings = self.savings
        actions.give(savings.account(who), to=savings.account(other), points=n, by=savings.volunteers[who].user, at=moment(day))

    def fund(self, who: str, other: str, n: int, day: int) -> None:
        savings = self.savings
        actions.give_to_fund(savings.account(who), fund=savings.fund, points=n, by=savings.volunteers[who].user, at=moment(day))

    def use(self, who: str, other: str, n: int, day: int) -> None:
        actions.use_fund(Account.objects.get(fund=self.savings.fund), points=n, why="助学", by=self.savings.centre, at=moment(day))

    def reverse(self, who: str, other: str, n: int, day: int) -> None:
        entries = list(Entry.objects.order_by("id"))
        if entries:
            actions.reverse(entries[day % len(entries)], why="更正", back_in_stock=True, by=self.savings.centre, at=moment(day))

    def expire(self, who: str, other: str, n: int, day: int) -> None:
        actions.expire(self.savings.account(who), today=moment(day + 500).date(), by=SYSTEM, at=moment(day + 500))

    def forgive(self, who: str, other: str, n: int, day: int) -> None:
        actions.forgive_debt(self.savings.account(who), why="无过错", by=self.savings.centre, at=moment(day))


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(STEP, max_size=14))
def test_the_books_balance_after_every_step_of_any_play(steps: list[tuple[str, int, int, int, int]]) -> None:
    with transaction.atomic():
        play = Play()
        for step in steps:
            play.step(*step)
        transaction.set_rollback(True)


def at_once(count: int, work: Any) -> list[BaseException]:
    """Run `work(n)` in so many threads that begin together; what they raised beside refusals."""
    ready, wrong = threading.Barrier(count), []  # type: ignore[var-annotated]

    def run(n: int) -> None:
        try:
            ready.wait(30)
            work(n)
        except Refused:
            pass
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    assert not any(one.is_alive() for one in threads)
    return wrong


@pytest.mark.django_db(transaction=True)
def test_one_code_redeemed_by_eight_at_once_is_redeemed_once() -> None:
    savings = Savings()
    savings.earn("ann", 9)
    voucher = savings.shows("ann", 2)
    wrong = at_once(8, lambda n: actions.redeem(Voucher.objects.get(pk=voucher.pk), by=savings.clerk, at=moment(0, 9, 1)))
    assert not wrong and savings.points("ann") == 3 and Reward.objects.get().stock == 8 and balanced()
    assert Entry.objects.filter(kind="redeem").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_piece_goes_to_one_of_three() -> None:
    savings = Savings()
    actions.stock_reward(savings.soap, change=-9, why="盘亏", by=savings.clerk, at=moment())
    vouchers = []
    for name in NAMES:
        savings.earn(name, 9)
        vouchers.append(savings.shows(name))
    wrong = at_once(3, lambda n: actions.redeem(Voucher.objects.get(pk=vouchers[n].pk), by=savings.clerk, at=moment(0, 9, 1)))
    assert not wrong and Reward.objects.get().stock == 0 and balanced()
    assert sorted(savings.points(name) for name in NAMES) == [6, 9, 9]


@pytest.mark.django_db(transaction=True)
def test_hours_told_by_many_at_once_are_booked_once() -> None:
    savings = Savings()
    done = savings.attended("ann", 120)
    assert not at_once(6, lambda n: actions.credit_hours(None, attendance=done.pk, by=SYSTEM, at=moment(0, 20)))
    assert savings.points("ann") == 2 and Entry.objects.count() == 1 and balanced()


def giving(savings: Savings, seed: int, rounds: int) -> None:
    """Give to and fro, redeem and earn at random; nobody waits in a circle."""
    luck = random.Random(seed)
    accounts = {name: Account.objects.get(volunteer=savings.volunteers[name]) for name in NAMES}
    for _n in range(rounds):
        who, other = luck.sample(NAMES, 2)
        try:
            match luck.randrange(4):
                case 0 | 1:
                    actions.give(accounts[who], to=accounts[other], points=luck.randint(1, 9), by=savings.volunteers[who].user, at=moment())
                case 2:
                    actions.redeem(savings.shows(who), by=savings.clerk, at=moment(0, 9, 1))
                case _:
                    actions.give_to_fund(accounts[who], fund=savings.fund, points=1, by=savings.volunteers[who].user, at=moment())
        except Refused:
            pass


@pytest.mark.django_db(transaction=True)
def test_the_books_balance_while_many_give_and_redeem_at_once() -> None:
    savings = Savings()
    actions.stock_reward(savings.soap, change=90, by=savings.clerk, at=moment())
    for name in NAMES:
        savings.earn(name, 20)
    seen: list[bool] = []

    def work(n: int) -> None:
        if n:
            giving(savings, n, 8)
        else:
            seen.extend(balanced() for _look in range(10))

    wrong = at_once(5, work)
    assert not wrong, wrong
    assert balanced() and len(seen) == 10
    earned = 60 * 100
    kept = sum(Account.objects.filter(kind__in=("volunteer", "fund")).values_list("balance", flat=True))
    shops = sum(selectors.total_of(account) for account in Account.objects.filter(kind="shop"))
    assert kept + shops == earned and Reward.objects.get().stock == 100 - shops // 300


WORKER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "yipanqi.config.settings"
import django
django.setup()
from yipanqi.points import actions
from yipanqi.points.models import Account, Voucher
from yipanqi.people.models import User
from yipanqi.kernel.actions import Refused
from yipanqi.points.tests.world import moment
voucher, giver, taker = sys.argv[1:4]
for turn in range(6):
    try:
        if turn % 2:
            actions.redeem(Voucher.objects.get(pk=voucher), by=User.objects.get(username="clerk"), at=moment(0, 9, 1))
        else:
            account = Account.objects.get(pk=giver)
            actions.give(account, to=Account.objects.get(pk=taker), points=1, by=account.volunteer.user, at=moment(0, 9, 1))
        print("done")
    except Refused as refusal:
        print("refused")
"""


@pytest.mark.django_db(transaction=True)
def test_processes_at_once_keep_the_books(tmp_path: Path) -> None:
    savings = Savings()
    for name in NAMES:
        savings.earn(name, 5)
    voucher = savings.shows("ann")
    pairs = [("ann", "bob"), ("bob", "ann"), ("bob", "cyd")]
    command = [[sys.executable, "-c", WORKER, str(voucher.pk), *(str(savings.account(name).pk) for name in pair)] for pair in pairs]
    env = environment(tmp_path) | {"PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen(one, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for one in command]
    for one in running:
        out, err = one.communicate(timeout=120)
        assert one.returncode == 0, err[-2000:]
        assert out.split()
    assert balanced() and Entry.objects.filter(kind="redeem").count() == 1 and Reward.objects.get().stock == 9
    assert sum(savings.points(name) for name in NAMES) == 12
    assert sum(Posting.objects.values_list("amount", flat=True)) == 0
