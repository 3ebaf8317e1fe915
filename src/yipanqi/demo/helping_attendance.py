"""Who was at the sample city's activities: people-times and hours of the year as the articles tell them, and in earlier years so
many people that the share of volunteers with hours comes out."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

from yipanqi.activities.models import Activity, Attendance, Shift, ShiftRole, SignUp
from yipanqi.demo import activity_words as words
from yipanqi.demo.bulk.ledger import Ledger
from yipanqi.demo.worktime import CST
from yipanqi.kernel.series import take_numbers
from yipanqi.teams.models import ServiceKind, Station
from yipanqi.volunteers.models import Membership, Volunteer

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
#: Of the year's people-times as many different people take part: some come again and again.
PEOPLE_PER_TIME = 0.55
#: In one activity of earlier years, taken over from the national system, so many took part.
IMPORTED_EACH = 150
ADULT, OLDEST = 18, 75
Held = tuple[Activity, list[ShiftRole]]


class Crowd:
    """Registered volunteers: by team, and who of them comes to what; nobody is at two places of one day."""

    def __init__(self, rng: random.Random, now: dt.datetime) -> None:
        self.rng, self.now = rng, now
        today = now.astimezone(CST).date()
        rows = Volunteer.objects.filter(state="registered").order_by("pk").values_list("pk", "born_on")
        self.everybody = [pk for pk, _born in rows]
        self.grown = {pk for pk, born in rows if born is not None and ADULT + 1 <= (today - born).days // 365 <= OLDEST}
        active = [pk for pk in self.everybody if pk in self.grown]
        self.rng.shuffle(active)
        self.active = active
        self.members: dict[int, list[int]] = defaultdict(list)
        for team, pk in Membership.objects.filter(state="member").order_by("pk").values_list("team_id", "volunteer_id"):
            if pk in self.grown:
                self.members[team].append(pk)
        self.accounts = set(Volunteer.objects.filter(user__isnull=False).values_list("pk", flat=True))
        self.busy: dict[dt.date, set[int]] = defaultdict(set)

    def limit_to(self, count: int) -> None:
        """So many come at all: those with an account or of a team first."""
        known = {pk for pks in self.members.values() for pk in pks}
        self.active = sorted(self.active, key=lambda pk: (pk not in self.accounts, pk not in known))[: max(count, 1)]
        self.rng.shuffle(self.active)
        self.coming = set(self.active)
        self.members = {team: [pk for pk in pks if pk in self.coming] for team, pks in self.members.items()}  # type: ignore[assignment]

    def pick(self, activity: Activity, count: int) -> list[int]:
        """So many of the team's members and of others, who have nothing else that day (fewer where there are no more)."""
        day = activity.starts_at.astimezone(CST).date()
        busy = self.busy[day]
        found: list[int] = []
        own, start = self.members.get(activity.team_id or 0, []), self.rng.randrange(len(self.active)) if self.active else 0
        known = sorted(self.rng.sample(own, min(len(own), count + len(self.accounts))), key=lambda pk: pk not in self.accounts)
        for pk in chain(known, islice(self.active, start, None), islice(self.active, start)):
            if len(found) >= count:
                break
            if pk not in busy:
                busy.add(pk)
                found.append(pk)
        return found


def with_accounts() -> set[int]:
    """Row ids of the teams of volunteers who can sign in."""
    return set(Membership.objects.filter(state="member", volunteer__user__isnull=False).values_list("team_id", flat=True))


def attend(ledger: Ledger, crowd: Crowd, held: Sequence[Held], times: int, hours: int, share: float) -> None:
    """Attendances of the year (exactly so many, of exactly so many hours) and of earlier ones."""
    everybody = len(crowd.everybody)
    times = min(times, 40 * everybody)
    with_hours = round(share * everybody)
    crowd.limit_to(min(int(times * PEOPLE_PER_TIME) + 1, with_hours))
    roles = [(activity, role) for activity, several in held for role in several]
    present = [(role, pk) for (activity, role), n in zip(roles, _shares(crowd.rng, len(roles), times), strict=True) for pk in _came(ledger, crowd, activity, role, n)]
    for (role, pk), minutes in zip(present, _minutes(crowd.rng, len(present), hours * 60 * len(present) // max(times, 1)), strict=True):
        ledger.add(_attendance(role, pk, minutes, "code" if minutes % 3 else "list"))
    there = {pk for _role, pk in present}
    _earlier(ledger, crowd, [pk for pk in crowd.everybody if pk not in there][: max(0, with_hours - len(there))])


def _shares(rng: random.Random, count: int, total: int) -> list[int]:
    """How many came to each of so many shifts: about equally many, all together exactly `total`."""
    weights = [rng.uniform(0.5, 1.5) for _n in range(count)]
    scale = total / sum(weights) if weights else 0
    found = [int(weight * scale) for weight in weights]
    for n in range(total - sum(found)):
        found[n % count] += 1
    return found


def _came(ledger: Ledger, crowd: Crowd, activity: Activity, role: ShiftRole, count: int) -> list[int]:
    """Who came, with their sign-ups; some who had signed up did not come, or withdrew."""
    came = crowd.pick(activity, count)
    missing = crowd.pick(activity, 1) if crowd.rng.random() < 0.3 else []
    role.limit = len(came) + len(missing) + crowd.rng.randint(0, 3)
    for n, pk in enumerate([*came, *missing]):
        gone = n >= len(came) and crowd.rng.random() < 0.5
        at = activity.starts_at - dt.timedelta(hours=crowd.rng.randint(3, 100), minutes=n)
        ledger.add(SignUp(
            shift=role.shift, role=role, volunteer_id=pk, state="withdrawn" if gone else "signed", signed_at=at, withdrawn_at=at + dt.timedelta(hours=1) if gone else None, reminded_at=activity.starts_at - DAY,
        ))  # fmt: skip
    return came


def _minutes(rng: random.Random, count: int, total: int) -> list[int]:
    """Minutes of so many people-times, none beyond an hour, all together exactly `total` (as far as an hour each reaches)."""
    if not count:
        return []
    middle = total // count
    found = [min(60, max(1, middle + rng.randint(-9, 9))) for _n in range(count)]
    left = total - sum(found)
    for n, before in enumerate(found):
        if not left:
            break
        found[n] = min(60, max(1, before + max(-9, min(9, left))))
        left -= found[n] - before
    return found


def _attendance(role: ShiftRole, pk: int, minutes: int, how: str) -> Attendance:
    start = role.shift.starts_at
    activity = role.shift.activity
    return Attendance(
        shift=role.shift, role=role, volunteer_id=pk, state="settled", how=how, in_at=start, out_at=start + minutes * MINUTE, minutes=minutes, most=role.shift.minutes,
        settled_at=activity.closed_at, served_on=start.astimezone(CST).date(),
    )  # fmt: skip


def _earlier(ledger: Ledger, crowd: Crowd, people: list[int]) -> None:
    """Service of earlier years, as taken over from the national system: whole lists of large activities."""
    if not people:
        return
    kind, station = ServiceKind.objects.order_by("pk").first(), Station.objects.filter(level="centre").order_by("pk").first()
    groups = [people[n : n + IMPORTED_EACH] for n in range(0, len(people), IMPORTED_EACH)]
    year = crowd.now.astimezone(CST).year - 1
    codes = (f"HD{year}-{number:05d}" for number in take_numbers(f"activity:{year}", len(groups)))
    for n, group in enumerate(groups):
        start = dt.datetime(year - n % 3, 1 + n % 12, 1 + n % 27, 9, tzinfo=CST)
        facts: dict[str, Any] = {"title": "集中志愿服务日", "kind": kind, "level": "centre", "state": "closed", "station": station, "about": words.ABOUT, "address": "全市各社区"}
        activity = ledger.add(Activity(
            code=next(codes), starts_at=start, ends_at=start + dt.timedelta(hours=2), created_at=start - 20 * DAY, opened_at=start - 10 * DAY, closed_at=start + 2 * DAY, report="由全国系统记录转入。", **facts,
        ))  # fmt: skip
        shift = ledger.add(Shift(activity=activity, starts_at=activity.starts_at, ends_at=activity.ends_at))
        role = ledger.add(ShiftRole(shift=shift, name="志愿者", limit=len(group)))
        for pk in group:
            ledger.add(_attendance(role, pk, crowd.rng.choice((60, 90, 120)), "imported"))
