"""Who may do what about points: the centre keeps the books and lays down the terms, a station's people hand over at their shop.
What volunteers do with their own is shown in the tests of points: no seat here is a volunteer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.journeys.written_board_rights import Act, _
from yipanqi.people.models import Unit, User
from yipanqi.points import actions
from yipanqi.points.actions.books import book, city, hold, of_volunteer
from yipanqi.points.models import Account, Entry, Rule
from yipanqi.volunteers.models import Volunteer

CENTRE, COUNTER = {"centre"}, {"centre", "station"}
RULE = {"per_hour": "1", "step": "60", "report": "1", "reports_a_month": "5", "cap": "0", "months": "12"}


def prepare(board: Any) -> None:
    """A volunteer with points, a debt of another, a gift that can be set right, a shop that `station` keeps with a code shown at
    it, a fund with points, and a rule that is still to come."""
    centre, at = board.people["centre"], board.began
    given: dict[str, Any] = {"by": centre, "at": at}
    people = [
        Volunteer.objects.create(
            number=f"ZP{n}", name=f"志愿者{n}", document="none", state="registered", user=User.objects.create(username=f"zp{n}", name=f"志愿者{n}", password="!"),
        ) for n in (1, 2, 3)
    ]  # fmt: skip
    actions.add_rule(None, starts_on=dt.date(2026, 1, 1), **given)
    Rule.objects.create(starts_on=dt.date(2999, 1, 1))
    shop = actions.add_shop(None, code="DH1", name="新华兑换点", unit=Unit.objects.get(code="WMS"), **given)
    soap = actions.add_reward(shop, name="洗衣液", cost=3, stock=9, **given)
    fund = actions.add_fund(None, code="AX1", name="助学基金", purpose="助学", **given)
    rich, other, owing = hold(*(of_volunteer(one, at) for one in people))
    book(Entry.Kind.HOURS, {rich: 3000, city(Account.Kind.ISSUE, at): -3000}, at=at)
    book(Entry.Kind.LESS, {owing: -500, city(Account.Kind.ISSUE, at): 500}, at=at, may_owe=True)
    gift = actions.give(rich, to=other, points=2, by=people[0].user, at=at)
    actions.give_to_fund(rich, fund=fund, points=5, by=people[0].user, at=at)
    shown = actions.show_code(rich, reward=soap, by=people[0].user, at=at)
    shown.about.valid_until = at + dt.timedelta(days=3650)
    shown.about.save()
    board.told |= {"reward": soap.uuid, "gift": gift.uuid, "owing": owing.uuid, "voucher_code": shown.code}


ACTS = [
    Act("points.add_rule", "/points/rules/new/", CENTRE, _(starts_on="2999-06-01", **RULE)),
    Act("points.change_rule", "/points/rules/2999-01-01/edit/", CENTRE, _(**RULE)),
    Act("points.drop_rule", "/points/rules/2999-01-01/drop/", CENTRE),
    Act("points.add_shop", "/points/shops/new/", CENTRE, _(code="DH2", name="新点", unit="WMS")),
    Act("points.change_shop", "/points/shops/at/DH1/edit/", CENTRE, _(name="改名", unit="WMS")),
    Act("points.add_reward", "/points/shops/at/DH1/rewards/new/", COUNTER, _(name="大米", cost="9", stock="1")),
    Act("points.change_reward", "/points/rewards/{reward}/change_reward/", COUNTER, _(name="洗手液", cost="4")),
    Act("points.stock_reward", "/points/rewards/{reward}/stock_reward/", COUNTER, _(change="5")),
    Act("points.redeem", "/points/counter/", COUNTER, lambda board: {"code": board.told["voucher_code"], "hand_over": "1"}),
    Act("points.redeem", "/api/v1/points/counter/redeem", COUNTER, lambda board: {"code": board.told["voucher_code"]}, json=True),
    Act("points.reverse", "/points/entries/{gift}/reverse/", CENTRE, _(why="转错了")),
    Act("points.reverse", "/api/v1/points/entries/{gift}/moves/reverse", CENTRE, _(why="转错了"), json=True),
    Act("points.forgive_debt", "/points/accounts/{owing}/forgive/", CENTRE, _(why="误记")),
    Act("points.add_fund", "/points/funds/new/", CENTRE, _(code="AX2", name="敬老基金", purpose="敬老")),
    Act("points.change_fund", "/points/funds/AX1/edit/", CENTRE, _(name="助学", purpose="助学")),
    Act("points.use_fund", "/points/funds/AX1/use/", CENTRE, _(points="1", why="购书")),
]
#: Of volunteers' own, and of nobody else: src/yipanqi/points/tests.
SHOWN_ELSEWHERE = {"points.open_account", "points.show_code", "points.withdraw_voucher", "points.give", "points.give_to_fund", "points.claim_report"}
#: Handlers, jobs, and mergers and erasures of volunteers come to these.
WITHOUT_A_PAGE = {
    "points.credit_hours", "points.correct_hours", "points.credit_report", "points.expire", "points.lapse_vouchers", "points.merge_accounts", "points.close_account",
}  # fmt: skip
SHEETS = {"rewards": CENTRE}
EXPORTED_BY_AUDITOR = {"rewards"}
