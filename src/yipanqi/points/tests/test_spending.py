"""Codes, hand-over, gifts, counter-entries, merging and erasing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.models import JournalEntry
from yipanqi.points import actions, jobs, selectors
from yipanqi.points.actions import TooFewPoints
from yipanqi.points.models import Account, Entry, Posting, Reward, Voucher
from yipanqi.points.tests.world import Savings, balanced, moment, person


@pytest.fixture
def savings(db: None) -> Savings:
    return Savings()


def test_redeem_takes_points_and_stock_once(savings: Savings) -> None:
    savings.earn("ann", 7)
    shown = actions.show_code(savings.account("ann"), reward=savings.soap, n=2, by=savings.ann, at=moment())
    assert len(shown.code) == 9 and savings.points("ann") == 7, "showing a code takes nothing"
    found = selectors.voucher_by_code(shown.code.lower().replace("-", " "), moment(0, 9, 5))
    assert found == shown.about and selectors.voucher_by_code("AAAA-AAAA", moment()) is None
    entry = actions.redeem(found, by=savings.clerk, at=moment(0, 9, 5))
    assert savings.points("ann") == 1 and Reward.objects.get().stock == 8 and balanced()
    assert {p.account.kind: p.amount for p in entry.postings.all()} == {"volunteer": -600, "shop": 600}
    with pytest.raises(WrongState):
        actions.redeem(found, by=savings.clerk, at=moment(0, 9, 6))
    assert not JournalEntry.objects.filter(data__icontains=shown.code).exists()


def test_show_code_again_makes_the_first_void(savings: Savings) -> None:
    savings.earn("ann", 7)
    first, second = savings.shows("ann"), savings.shows("ann")
    first.refresh_from_db()
    assert first.state == "withdrawn" and second.state == "open"
    with pytest.raises(WrongState):
        actions.redeem(first, by=savings.clerk, at=moment())
    assert actions.withdraw_voucher(second, by=savings.ann, at=moment()).state == "withdrawn"


def test_redeem_after_its_time_is_refused(savings: Savings) -> None:
    savings.earn("ann", 7)
    voucher = savings.shows("ann")
    assert selectors.voucher_by_code("x", moment()) is None
    with pytest.raises(Refused, match="已过期"):
        actions.redeem(voucher, by=savings.clerk, at=moment(0, 9, 10))
    jobs.lapse_vouchers(moment(0, 9, 10))
    voucher.refresh_from_db()
    assert voucher.state == "lapsed"


def test_nobody_redeems_for_themself_nor_at_another_station(savings: Savings) -> None:
    savings.earn("ann", 7)
    voucher = savings.shows("ann")
    for wrong in (savings.other_clerk, savings.ann, savings.bob, savings.auditor, savings.liaison):
        with pytest.raises(NotAllowed):
            actions.redeem(voucher, by=wrong, at=moment())
    volunteer = savings.volunteers["ann"]
    volunteer.user = savings.clerk
    volunteer.save()
    with pytest.raises(NotAllowed):
        actions.redeem(Voucher.objects.get(pk=voucher.pk), by=savings.clerk, at=moment())
    second = person("second_clerk", "station", savings.station_unit)
    assert actions.redeem(Voucher.objects.get(pk=voucher.pk), by=second, at=moment())


def test_what_is_not_there_is_not_promised(savings: Savings) -> None:
    savings.earn("ann", 7)
    for wrong in ({"n": 0}, {"n": 21}, {"n": 11}):
        with pytest.raises(Refused):
            actions.show_code(savings.account("ann"), reward=savings.soap, **wrong, by=savings.ann, at=moment())
    with pytest.raises(TooFewPoints):
        savings.shows("ann", 3)
    voucher = savings.shows("ann", 2)
    actions.stock_reward(savings.soap, change=-9, why="盘亏", by=savings.clerk, at=moment())
    with pytest.raises(Refused, match="只剩"):
        actions.redeem(voucher, by=savings.clerk, at=moment())
    actions.stock_reward(savings.soap, change=9, by=savings.clerk, at=moment())
    actions.give(savings.account("ann"), to=savings.account("bob"), points=5, by=savings.ann, at=moment())
    with pytest.raises(TooFewPoints):
        actions.redeem(voucher, by=savings.clerk, at=moment())
    assert savings.points("ann") == 2 and Reward.objects.get().stock == 10 and balanced()


def test_rewards_and_stock(savings: Savings) -> None:
    with pytest.raises(Conflict):
        actions.add_reward(savings.shop, name="洗衣液", cost=1, by=savings.clerk, at=moment())
    with pytest.raises((Refused, NotAllowed)):
        actions.add_reward(savings.shop, name="米", cost=1, by=savings.other_clerk, at=moment())
    for wrong in ({"cost": 0}, {"stock": -1}):
        with pytest.raises(Refused):
            actions.add_reward(savings.shop, **{"name": "米", "cost": 2, **wrong}, by=savings.clerk, at=moment())
    for change, why in ((0, ""), (-11, "x"), (-1, "")):
        with pytest.raises(Refused):
            actions.stock_reward(savings.soap, change=change, why=why, by=savings.clerk, at=moment())
    changed = actions.change_reward(savings.soap, name="洗手液", cost=4, offered=False, by=savings.clerk, at=moment())
    assert not selectors.rewards_on_offer(moment().date()).exists() and changed.name == "洗手液"
    with pytest.raises(Refused):
        savings.shows("ann")
    shop = actions.change_shop(savings.shop, name="改名", unit=savings.office, closed_on=moment().date(), by=savings.centre, at=moment())
    assert not selectors.open_shops(moment().date()).exists() and shop.unit == savings.office
    for again in (actions.add_shop,):
        with pytest.raises(Conflict):
            again(None, code="DH1", name="重复", unit=savings.office, by=savings.centre, at=moment())


def test_give_to_another_and_to_a_fund(savings: Savings) -> None:
    savings.earn("ann", 7)
    ann, bob = savings.account("ann"), savings.account("bob")
    actions.give(ann, to=bob, points=2, by=savings.ann, at=moment())
    actions.give_to_fund(ann, fund=savings.fund, points=1, by=savings.ann, at=moment())
    assert (savings.points("ann"), savings.points("bob")) == (4, 2) and Account.objects.get(fund=savings.fund).balance == 100 and balanced()
    for wrong in ({"points": 0}, {"to": ann}, {"to": Account.objects.get(fund=savings.fund)}, {"points": 9}, {"by": savings.bob}):
        with pytest.raises(Refused):
            actions.give(ann, **{"to": bob, "points": 1, "by": savings.ann, **wrong}, at=moment())
    actions.change_fund(savings.fund, name="助学基金", purpose="x", closed_on=moment().date(), by=savings.centre, at=moment())
    with pytest.raises(Refused):
        actions.give_to_fund(ann, fund=savings.fund, points=1, by=savings.ann, at=moment())
    with pytest.raises(Conflict):
        actions.add_fund(None, code="AX", name="重复", purpose="x", by=savings.centre, at=moment())


def test_give_beyond_what_the_other_may_hold_is_refused(savings: Savings) -> None:
    actions.add_rule(None, starts_on=moment(1).date(), cap=5, by=savings.centre, at=moment())
    savings.earn("ann", 4, 1)
    savings.earn("bob", 3, 1)
    with pytest.raises(Refused, match="超过上限"):
        actions.give(savings.account("ann"), to=savings.account("bob"), points=3, by=savings.ann, at=moment(1))


def test_recipient_is_found_by_number_and_name_together(savings: Savings) -> None:
    bob = savings.volunteers["bob"]
    assert selectors.recipient(bob.number, "bob") == bob and selectors.recipient(bob.number, "ann") is None and selectors.recipient("", "bob") is None


def test_use_fund_for_its_purpose(savings: Savings) -> None:
    savings.earn("ann", 7)
    actions.give_to_fund(savings.account("ann"), fund=savings.fund, points=5, by=savings.ann, at=moment())
    pot = Account.objects.get(fund=savings.fund)
    used = actions.use_fund(pot, points=4, why="为困难学生购书", by=savings.centre, at=moment())
    assert Account.objects.get(pk=pot.pk).balance == 100 and balanced()
    with pytest.raises(TooFewPoints):
        actions.use_fund(pot, points=4, why="再用", by=savings.centre, at=moment())
    with pytest.raises(Refused):
        actions.use_fund(savings.account("ann"), points=1, why="不是基金", by=savings.centre, at=moment())
    actions.reverse(used, why="未购成", by=savings.centre, at=moment())
    assert Account.objects.get(pk=pot.pk).balance == 500 and balanced()


def test_reverse_is_a_counter_entry_made_once(savings: Savings) -> None:
    savings.earn("ann", 7)
    entry = actions.redeem(savings.shows("ann", 2), by=savings.clerk, at=moment())
    with pytest.raises(Refused):
        actions.reverse(entry, why=" ", by=savings.centre, at=moment())
    with pytest.raises(NotAllowed):
        actions.reverse(entry, why="x", by=savings.clerk, at=moment())
    counter = actions.reverse(entry, why="物品有质量问题", back_in_stock=True, by=savings.centre, at=moment(1))
    assert savings.points("ann") == 7 and Reward.objects.get().stock == 10 and counter.reverses == entry and balanced()
    with pytest.raises(Conflict):
        actions.reverse(entry, why="再来", by=savings.centre, at=moment(1))
    with pytest.raises(Refused, match="不在这里冲正"):
        actions.reverse(counter, why="冲正的冲正", by=savings.centre, at=moment(1))
    with pytest.raises(Refused, match="考勤"):
        actions.reverse(Entry.objects.filter(kind="hours")[0], why="x", by=savings.centre, at=moment(1))


def test_reverse_of_a_gift_that_was_spent_is_refused(savings: Savings) -> None:
    savings.earn("ann", 7)
    gift = actions.give(savings.account("ann"), to=savings.account("bob"), points=3, by=savings.ann, at=moment())
    actions.redeem(savings.shows("bob"), by=savings.clerk, at=moment())
    with pytest.raises(TooFewPoints, match="已经用掉"):
        actions.reverse(gift, why="转错了", by=savings.centre, at=moment())
    assert savings.points("ann") == 4 and balanced()


def test_nobody_reverses_what_is_their_own(savings: Savings) -> None:
    savings.earn("ann", 7)
    entry = actions.redeem(savings.shows("ann"), by=savings.clerk, at=moment())
    volunteer = savings.volunteers["ann"]
    volunteer.user = savings.centre
    volunteer.save()
    with pytest.raises(NotAllowed):
        actions.reverse(entry, why="自己的", by=savings.centre, at=moment())


def test_merge_accounts_moves_what_there_is_and_what_is_owed(savings: Savings) -> None:
    savings.earn("ann", 2)
    twin = savings.volunteer("ann2", user=True)
    savings.volunteers["ann2"] = twin
    savings.earn("ann2", 5)
    savings.shows("ann2")
    actions.merge_accounts(None, kept=savings.volunteers["ann"], gone=twin, by=SYSTEM, at=moment())
    assert savings.points("ann") == 7 and savings.points("ann2") == 0 and balanced()
    assert actions.merge_accounts(None, kept=savings.volunteers["ann"], gone=savings.volunteer("new"), by=SYSTEM, at=moment()) is None
    third = savings.volunteer("ann3", user=True)
    savings.volunteers["ann3"] = third
    done = savings.earn("ann3", 3)
    actions.redeem(savings.shows("ann3"), by=savings.clerk, at=moment())
    done.state = "void"
    done.save()
    actions.correct_hours(None, attendance=done.pk, by=SYSTEM, at=moment())
    actions.merge_accounts(None, kept=savings.volunteers["ann"], gone=third, by=SYSTEM, at=moment())
    assert savings.points("ann") == 4 and savings.account("ann3").debt == 0 and balanced()
    twin.merged_into = savings.volunteers["ann"]
    twin.save()
    savings.earn("ann2", 1)
    assert savings.points("ann") == 5, "late hours of the second go to the first"


def test_close_account_leaves_the_books_whole(savings: Savings) -> None:
    savings.earn("ann", 7)
    savings.shows("ann")
    actions.close_account(None, volunteer=savings.volunteers["ann"], by=SYSTEM, at=moment())
    assert savings.points("ann") == 0 and not Voucher.objects.filter(state="open").exists() and balanced()
    assert actions.close_account(None, volunteer=savings.volunteer("nobody"), by=SYSTEM, at=moment()) is None


def test_the_database_keeps_accounts_at_nothing_or_more(savings: Savings) -> None:
    savings.earn("ann", 1)
    account = savings.account("ann")
    for wrong in ({"balance": -1}, {"debt": -1}, {"debt": 5}, {"kind": "shop"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.filter(pk=account.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.filter(account=account).update(amount=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reward.objects.update(stock=-1)
    Posting.objects.filter(account=account).update(amount=50)
    assert len(list(selectors.differences())) == 2, "a changed line is found twice: in its entry and in its account"


def test_books_are_seen_by_those_who_keep_them(savings: Savings) -> None:
    savings.earn("ann", 1)
    assert selectors.entries_visible_to(savings.auditor).count() == 1 and not selectors.entries_visible_to(savings.clerk).exists()
    assert list(selectors.shops_visible_to(savings.clerk)) == [savings.shop] and not selectors.shops_visible_to(savings.other_clerk).exists()
    assert selectors.own_account(savings.ann) == savings.account("ann") and selectors.own_account(savings.clerk) is None
    assert dt.date(2026, 3, 2) == moment().date()
