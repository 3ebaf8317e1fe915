"""Invented inspections: campaigns, visits of places, a result for every check item, and what became of each finding."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yipanqi.demo.people import Board
from yipanqi.demo.places import Place
from yipanqi.demo.standard import ItemSpec, Standard
from yipanqi.demo.worktime import CST, is_working_day

REVISIT_EVERY = 20
SOME_HOURS = timedelta(hours=2)
LETTERS = ("A", "B", "C", "C#")


@dataclass(frozen=True, slots=True)
class CampaignStory:
    """A campaign; `kind` is routine, special or mock; `groups` the category groups it looks at (empty = all)."""

    key: str
    name: str
    kind: str
    starts_on: date
    ends_on: date
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemResult:
    """The result of one check item.

    `letter` is A, B, C or C# (None = does not apply); `count` what was counted (count items only: violations seen,
    provisions found, samples passed or per cent); `outcome` is "" when it passed, else opened, confirmed (a case was
    open already) or corrected (put right on the spot); `case` is the key of the case opened or confirmed.
    """

    item: str
    letter: str | None
    count: int | None
    outcome: str
    case: int | None


@dataclass(frozen=True, slots=True)
class InspectionStory:
    """One visit of one place by one inspector (login), with a result for every item of the place's category."""

    key: str
    campaign: str
    place: str
    inspector: str
    started_at: datetime
    finished_at: datetime
    results: tuple[ItemResult, ...]


# Opens a case for (place, item, inspector, moment): its index and when it closes (None = never), or None.
OpenCase = Callable[[Place, ItemSpec, str, datetime], tuple[int, datetime | None] | None]


def letter_for(item: ItemSpec, count: int) -> str:
    """The letter of a count: violations 0/1/2/3+ are A/B/C/C#, what is asked for loses letters by what is missing."""
    if item.measure == "violations" or not item.target:
        return LETTERS[min(count, 3)]
    if item.measure == "ratio":
        missing = item.target - count
        return LETTERS[0 if missing <= 0 else 1 if missing <= 5 else 2 if missing <= 10 else 3]
    if item.measure == "sample_pass":
        return "A" if count >= item.target else "C#"
    share = count / item.target
    return LETTERS[0 if share >= 1 else 1 if share >= 0.66 else 2 if share >= 0.33 else 3]


def campaigns_between(first: date, last: date) -> list[CampaignStory]:
    """A routine campaign for each month touched, special actions in April and September, mock ones in June, October.

    The last month's run on to its end.
    """
    campaigns = []
    month = first.replace(day=1)
    while month <= last:
        following = (month + timedelta(days=32)).replace(day=1)
        start, end = max(month, first), following - timedelta(days=1)
        stamp = f"{month:%Y%m}"
        title = f"{month.year}年{month.month}月"
        campaigns.append(CampaignStory(f"R{stamp}", f"{title}常态化检查", "routine", start, end, ()))
        if month.month == 4:
            name = f"{month.year}年集贸市场环境专项整治"
            campaigns.append(CampaignStory(f"Z{stamp}", name, "special", start, end, ("market",)))
        if month.month == 9:
            name = f"{month.year}年校园及周边环境专项整治"
            campaigns.append(CampaignStory(f"Z{stamp}", name, "special", start, end, ("minors", "culture")))
        if month.month in (6, 10):
            campaigns.append(CampaignStory(f"M{stamp}", f"{title}模拟测评", "mock", start, end, ()))
        month = following
    return campaigns


class Inspector:
    """Walks the places of a city; `failing` is the share of items found wanting at an ordinary place."""

    def __init__(
        self, rng: random.Random, standard: Standard, board: Board, places: dict[str, Place], failing: float
    ) -> None:
        self.rng, self.standard, self.board, self.failing = (rng, standard, board, failing)
        self.places = [place for place in places.values() if place.status == "active"]
        self.open_until: dict[tuple[str, str], tuple[int, datetime | None]] = {}
        self.care = {place.code: rng.uniform(0.35, 1.65) for place in self.places}
        self.number = 0

    def visits(
        self, campaigns: list[CampaignStory], count: int, now: datetime, open_case: OpenCase
    ) -> Iterator[InspectionStory]:
        """`count` visits in order of time, spread over the campaigns; every place in turn before any comes again."""
        round_: list[Place] = []
        seen: dict[str, datetime] = {}
        for number, (campaign, started_at) in enumerate(self._schedule(campaigns, count, now)):
            place = self._again(seen, started_at) if number % REVISIT_EVERY == REVISIT_EVERY - 1 else None
            if place is None and campaign.groups:
                group = self.rng.choice(campaign.groups)
                choices = [p for p in self.places if self.standard.categories[p.category].group == group]
                place = self.rng.choice(choices)
            if place is None:
                if not round_:
                    round_ = self.rng.sample(self.places, len(self.places))
                place = round_.pop()
            seen[place.code] = started_at
            yield self._visit(campaign, place, started_at, open_case)

    def _again(self, seen: dict[str, datetime], at: datetime) -> Place | None:
        """A place looked at some hours ago or earlier where something found then is still open, if there is one."""
        still = {code for (code, _item), (_case, closed) in self.open_until.items() if closed is None or closed > at}
        choices = [p for p in self.places if p.code in still and at - seen[p.code] > SOME_HOURS]
        return self.rng.choice(choices) if choices else None

    def _schedule(
        self, campaigns: list[CampaignStory], count: int, now: datetime
    ) -> list[tuple[CampaignStory, datetime]]:
        """Days and hours of all visits, sorted."""
        rng, slots = self.rng, []
        days = {c.key: _working_days(c.starts_on, min(c.ends_on, now.date())) for c in campaigns}
        begun = [c for c in campaigns if days[c.key] and days[c.key][0] < now.date()]
        weights = [3 * len(days[c.key]) if c.kind == "routine" else 16 for c in begun]
        for campaign in rng.choices(begun, weights, k=count):
            day = rng.choice(days[campaign.key])
            minute = rng.choice((rng.randrange(525, 700), rng.randrange(875, 1040)))
            moment = datetime(day.year, day.month, day.day, tzinfo=CST) + timedelta(minutes=minute)
            latest = now - timedelta(minutes=rng.randrange(60, 150))
            slots.append((campaign, moment if moment < latest else _day_before(days[campaign.key], moment)))
        return sorted(slots, key=lambda slot: (slot[1], slot[0].key))

    def _visit(
        self, campaign: CampaignStory, place: Place, started_at: datetime, open_case: OpenCase
    ) -> InspectionStory:
        rng = self.rng
        inspector = rng.choice(self.board.inspectors)
        failing = self.failing * self.care[place.code]
        results, at = [], started_at
        for item in self.standard.categories[place.category].items:
            at += timedelta(seconds=rng.randrange(40, 130))
            results.append(self._look(place, item, inspector, at, failing, open_case))
        self.number += 1
        key = f"V{self.number:05d}"
        return InspectionStory(key, campaign.key, place.code, inspector, started_at, at, tuple(results))

    def _look(
        self, place: Place, item: ItemSpec, inspector: str, at: datetime, failing: float, open_case: OpenCase
    ) -> ItemResult:
        draw = self.rng.random()
        if draw > 0.975:
            return ItemResult(item.code, None, None, "", None)
        known = self.open_until.get((place.code, item.code))
        still_open = known is not None and (known[1] is None or known[1] > at)
        letter, count = self._grade(item, wanting=draw < (0.85 if still_open else failing))
        if letter == "A" or not item.issue_class:
            return ItemResult(item.code, letter, count, "", None)
        if known and still_open:
            return ItemResult(item.code, letter, count, "confirmed", known[0])
        spec = self.standard.classes[item.issue_class]
        if spec.on_the_spot or (spec.severity < 3 and self.rng.random() < 0.14):
            return ItemResult(item.code, letter, count, "corrected", None)
        opened = open_case(place, item, inspector, at)
        if opened is None:
            return ItemResult(item.code, letter, count, "corrected", None)
        self.open_until[place.code, item.code] = opened
        return ItemResult(item.code, letter, count, "opened", opened[0])

    def _grade(self, item: ItemSpec, *, wanting: bool) -> tuple[str, int | None]:
        """A letter and count that fit the item's kind."""
        rng = self.rng
        if item.kind == "boolean":
            return ("C#" if wanting else "A"), None
        if item.kind == "grade":
            return (rng.choice(("B", "B", "C", "C#")) if wanting else "A"), None
        target = item.target or 0
        if item.measure == "violations" or not target:
            count = rng.choice((1, 1, 1, 2, 2, 3, 4)) if wanting else 0
        elif item.measure == "ratio":
            count = max(0, target - rng.randrange(1, 14)) if wanting else rng.randrange(target, 101)
        else:
            count = rng.randrange(0, target) if wanting else target + rng.choice((0, 0, 1, 2))
        return letter_for(item, count), count


def _day_before(days: list[date], moment: datetime) -> datetime:
    """The same hour of the last of `days` before the moment's, or of the first if there is none."""
    day = max((day for day in days if day < moment.date()), default=days[0])
    return moment.replace(year=day.year, month=day.month, day=day.day)


def _working_days(first: date, last: date) -> list[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if is_working_day(day)]
