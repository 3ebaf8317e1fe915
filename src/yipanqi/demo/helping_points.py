"""The sample city's moral savings: a rule since the beginning of the year, shops with rewards, a fund; what this year's hours brought,
and what some of it was spent on. Written in bulk; a test proves that the books balance and equal what the actions would leave."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from yipanqi.activities.models import Attendance
from yipanqi.cases.models import Report
from yipanqi.demo.build import SEED, DemoCity
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.worktime import CST
from yipanqi.kernel.personal import keyed_hash
from yipanqi.people.models import Unit
from yipanqi.points.earning import worth
from yipanqi.points.models import PARTS, Account, Claim, Earned, Entry, Fund, Posting, Reward, Rule, Shop, Voucher
from yipanqi.teams.models import ServiceKind, Station

SHOPS, CLAIMS = {"small": 2, "city": 9}, {"small": 3, "city": 40}
REWARDS = (
    ("香皂一块", 1), ("图书一册", 2), ("理发一次", 2), ("洗衣液一瓶", 3), ("公交卡充值十元", 3), ("保温杯", 5), ("大米五公斤", 6), ("食用油一桶", 8), ("家电清洗一次", 8), ("体检套餐", 20),
)  # fmt: skip
#: By kind of service; what does not stand here counts once.
HARDER = {"rescue": 1.5, "care": 1.2}
SPENT, GIVEN, FUNDED = 0.25, 0.02, 0.05
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def load_points(size: str, demo: DemoCity, board: BoardLoader, now: dt.datetime) -> None:
    """Everything of points, the same for the same size and day."""
    Savings(size, now).load()


class Savings:
    """Keeps the books in memory, in the order of time, and writes them at once."""

    def __init__(self, size: str, now: dt.datetime) -> None:
        self.size, self.now, self.rng = size, now, random.Random(f"{SEED}:points")
        self.today = now.astimezone(CST).date()
        self.year = dt.datetime(self.today.year, 1, 1, tzinfo=CST)
        self.entries: list[Entry] = []
        self.lines: list[list[tuple[Account, int]]] = []
        self.vouchers: list[tuple[int, dict[str, Any]]] = []
        self.balance: dict[int, int] = defaultdict(int)
        self.came: dict[int, list[tuple[dt.datetime, int]]] = defaultdict(list)

    def load(self) -> None:
        """All of it."""
        self.rule = self._rule()
        self.issue = Account.objects.create(kind=Account.Kind.ISSUE, opened_at=self.year)
        self._shops()
        self._fund()
        self._hours()
        self._reports()
        self._spend()
        self._write()

    # ----- terms -----

    def _rule(self) -> Rule:
        known = set(ServiceKind.objects.values_list("key", flat=True))
        factors = {key: value for key, value in HARDER.items() if key in known}
        return Rule.objects.create(starts_on=self.year.date(), coefficients=factors, basis="《嘉峪关市道德储蓄积分管理办法（试行）》")

    def _shops(self) -> None:
        kept = Station.objects.filter(unit__isnull=False, closed_on__isnull=True).select_related("unit").order_by("level", "code")
        places: Sequence[tuple[str, Unit, Station | None, str, str]] = [(s.name, s.unit, s, s.address, s.hours) for s in kept if s.unit][: SHOPS[self.size]]
        if not places:
            places = [("文明实践中心", unit, None, "", "") for unit in Unit.objects.filter(kind="practice_centre").order_by("code")[:1]]
        self.shops: dict[int, Account] = {}
        self.rewards: list[Reward] = []
        for n, (name, unit, station, address, hours) in enumerate(places, 1):
            shop = Shop.objects.create(code=f"DH{n:02d}", name=f"{name}爱心超市", unit=unit, station=station, address=address, hours=hours)
            self.shops[shop.pk] = Account.objects.create(kind=Account.Kind.SHOP, shop=shop, opened_at=self.year)
            offered = self.rng.sample(REWARDS, 6)
            self.rewards += Reward.objects.bulk_create([Reward(shop=shop, name=what, cost=cost, stock=self.rng.randint(15, 120)) for what, cost in offered])

    def _fund(self) -> None:
        fund = Fund.objects.create(code="AX01", name="微心愿基金", purpose="为困难学生和独居老人圆微心愿")
        self.fund = Account.objects.create(kind=Account.Kind.FUND, fund=fund, opened_at=self.year)

    # ----- what came in -----

    def _note(self, kind: str, at: dt.datetime, amount: int, source: Account, target: Account, why: str = "", on: dt.date | None = None, once: str | None = None) -> int:
        """One entry from an account to another; its place in the books."""
        self.entries.append(Entry(kind=kind, at=at, on=on or at.astimezone(CST).date(), amount=amount, why=why[:200], once=once))
        self.lines.append([(target, amount), (source, -amount)])
        for account, part in self.lines[-1]:
            if account.is_kept:
                self.balance[account.pk] += part
                self.came[account.pk].append((at, part))
        return len(self.entries) - 1

    def _hours(self) -> None:
        rows = Attendance.objects.filter(state="settled", served_on__gte=self.year.date(), minutes__gt=0).order_by("served_on", "pk")
        told = rows.values_list("pk", "volunteer_id", "minutes", "served_on", "settled_at", "shift__activity__kind__key", "shift__activity__kind__name")
        found = [(*row, value) for row in told.iterator() if (value := worth(self.rule, row[2] or 0, row[5]))]
        people = list(dict.fromkeys(row[1] for row in found))
        made = Account.objects.bulk_create([Account(kind=Account.Kind.VOLUNTEER, volunteer_id=pk, opened_at=self.year) for pk in people], batch_size=1000)
        self.accounts = dict(zip(people, made, strict=True))
        earned = []
        for pk, volunteer, _minutes, on, settled_at, _key, kind, value in found:
            at = min(settled_at or dt.datetime.combine(on, dt.time(20), CST), self.now)
            self._note(Entry.Kind.HOURS, at, value, self.issue, self.accounts[volunteer], kind, on)
            earned.append(Earned(attendance=pk, account=self.accounts[volunteer], worth=value, booked=value))
        Earned.objects.bulk_create(earned, batch_size=1000)

    def _reports(self) -> None:
        """A few volunteers entered the codes of reports that were theirs."""
        rows = Report.objects.filter(case__state="closed", case__closed_at__gte=self.year, sent_at__gte=self.year).select_related("case").order_by("pk")
        seen: set[int] = set()
        claims = []
        for account, report in zip(self.accounts.values(), rows[: CLAIMS[self.size]], strict=False):
            if report.case_id in seen or report.case.closed_at is None:
                continue
            seen.add(report.case_id)
            at = min(report.case.closed_at + HOUR, self.now)
            claims.append(Claim(account=account, case=report.case, report=report.pk, claimed_at=report.sent_at + HOUR, credited_at=at))
            self._note(Entry.Kind.REPORT, at, self.rule.report * PARTS, self.issue, account, report.case.number, once=f"report:{report.pk}")
        Claim.objects.bulk_create(claims)

    # ----- what went out -----

    def _spend(self) -> None:
        """After everything came in, in the last days: rewards, gifts, the fund."""
        accounts = list(self.accounts.values())
        for account in accounts:
            at = self.now - self.rng.randint(1, 20) * DAY - self.rng.randint(0, 200) * dt.timedelta(minutes=1)
            have, luck = sum(part for moment, part in self.came[account.pk] if moment <= at), self.rng.random()
            affordable = [reward for reward in self.rewards if reward.cost * PARTS <= have]
            if luck < SPENT and affordable:
                self._redeem(account, self.rng.choice(affordable), at)
            elif luck < SPENT + FUNDED and have >= PARTS:
                self._note(Entry.Kind.FUND, at, PARTS, account, self.fund, "微心愿基金")
            elif luck < SPENT + FUNDED + GIVEN and have >= PARTS and len(accounts) > 1:
                other = self.rng.choice(accounts)
                if other.pk != account.pk:
                    self._note(Entry.Kind.GIVE, at, PARTS, account, other)

    def _redeem(self, account: Account, reward: Reward, at: dt.datetime) -> None:
        amount, n = reward.cost * PARTS, len(self.vouchers)
        place = self._note(Entry.Kind.REDEEM, at, amount, account, self.shops[reward.shop_id], f"{reward.name} × 1")
        self.vouchers.append((place, {
            "account": account, "reward": reward, "n": 1, "amount": amount, "code_hash": keyed_hash(f"demo voucher {n}"), "shown_at": at - dt.timedelta(minutes=2),
            "valid_until": at + dt.timedelta(minutes=8), "state": "used",
        }))  # fmt: skip

    # ----- writing -----

    def _write(self) -> None:
        order = sorted(range(len(self.entries)), key=lambda n: self.entries[n].at)
        made = Entry.objects.bulk_create([self.entries[n] for n in order], batch_size=1000)
        Posting.objects.bulk_create(
            [Posting(entry=entry, account=account, amount=part) for n, entry in zip(order, made, strict=True) for account, part in self.lines[n]], batch_size=2000
        )
        Voucher.objects.bulk_create([Voucher(entry=self.entries[place], **told) for place, told in self.vouchers], batch_size=500)
        kept = [*self.accounts.values(), self.fund]
        for account in kept:
            account.balance = self.balance[account.pk]
        Account.objects.bulk_update(kept, ["balance"], batch_size=500)
