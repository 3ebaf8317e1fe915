"""The centre plans: a roster, its posts and units, the rota, and that it is made known."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.calendar.working import CITY_TZ
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish
from yipanqi.kernel.series import next_number
from yipanqi.people.models import Unit
from yipanqi.places.models import Place, Segment
from yipanqi.rosters import selectors
from yipanqi.rosters.events import RosterPublished
from yipanqi.rosters.models import Post, Roster, RosterUnit, Swap, Turn
from yipanqi.rosters.rota import Placed, rota
from yipanqi.rosters.states import ROSTER, RosterState, SwapState, TurnState

LONGEST = dt.timedelta(days=366)
MOST_SLOTS = 6
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class BadRoster(Refused):
    """What is planned does not hold together."""

    message = gettext_lazy("值勤安排有误，请核对后重试")


@action
def add_roster(
    _nothing: None, *, name: str, kind: str, starts_on: dt.date, ends_on: dt.date, slots: Sequence[Sequence[str]], weekdays: Sequence[int] = (),
    working_days: bool = True, people: int = 2, tasks: str = "", by: Actor, at: dt.datetime,
) -> Roster:  # fmt: skip
    """Plan duty work for a period; it gets a code such as ZQ2026-003 and stays a draft until it is published.

    Args:
        slots: times of the day as ("07:30", "08:30"), in order, not overlapping.
        weekdays: 1 for Monday to 7; none for every day.

    Raises:
        BadRoster: the days, the times, the weekdays or the number of people make no sense.
    """
    given = _checked(name=name, starts_on=starts_on, ends_on=ends_on, slots=slots, weekdays=weekdays, people=people)
    code = f"ZQ{starts_on.year}-{next_number(f'rosters.roster.{starts_on.year}'):03d}"
    return Roster.objects.create(code=code, kind=Roster.Kind(kind), working_days=working_days, tasks=tasks.strip()[:300], **given)


@action
def change_roster(
    roster: Roster, *, name: str, starts_on: dt.date, ends_on: dt.date, slots: Sequence[Sequence[str]], weekdays: Sequence[int] = (),
    working_days: bool = True, people: int = 2, tasks: str = "", by: Actor, at: dt.datetime,
) -> Roster:  # fmt: skip
    """Change the terms. Turns that stand stay until the rota is made anew.

    Raises:
        WrongState: it has ended.
        BadRoster: as in `add_roster`.
    """
    ROSTER.move(roster, "change_roster")
    for name_, value in _checked(name=name, starts_on=starts_on, ends_on=ends_on, slots=slots, weekdays=weekdays, people=people).items():
        setattr(roster, name_, value)
    roster.working_days, roster.tasks = working_days, tasks.strip()[:300]
    roster.save()
    return roster


def _checked(*, name: str, starts_on: dt.date, ends_on: dt.date, slots: Sequence[Sequence[str]], weekdays: Sequence[int], people: int) -> dict[str, Any]:
    if not name.strip():
        raise BadRoster(_("请填写名称。"), field="name")
    if ends_on < starts_on or ends_on - starts_on > LONGEST:
        raise BadRoster(_("结束日期应当在开始日期之后，且不超过一年。"), field="ends_on")
    times = [str(text) for slot in slots for text in slot]
    if not 1 <= len(slots) <= MOST_SLOTS or any(len(slot) != 2 for slot in slots) or not all(TIME.fullmatch(text) for text in times):
        raise BadRoster(_("请按 07:30-08:30 的样子填写一至六个时段。"), field="slots")
    if any(a >= b for a, b in zip(times[::2], times[1::2], strict=True)) or times != sorted(times):
        raise BadRoster(_("时段应当先后排列，开始早于结束，互不重叠。"), field="slots")
    if not all(1 <= day <= 7 for day in weekdays):
        raise BadRoster(_("星期有误。"), field="weekdays")
    if not 1 <= people <= 200:
        raise BadRoster(_("每次人数应当在 1 到 200 之间。"), field="people")
    return {"name": name.strip()[:80], "starts_on": starts_on, "ends_on": ends_on, "slots": [list(slot) for slot in slots], "weekdays": sorted(set(weekdays)), "people": people}


@action
def set_posts(
    roster: Roster, *, places: Iterable[Place] = (), segments: Iterable[Segment] = (), keepers: Mapping[str, Unit] | None = None, by: Actor, at: dt.datetime
) -> Roster:
    """Say where duty is done: crossings, or street segments with the unit that keeps each (by the segment's code); a segment
    without a keeper rotates. Posts left out have no new turns.

    Raises:
        WrongState: it has ended.
        BadRoster: nothing was chosen, or a kind of post that the roster is not about.
    """
    ROSTER.move(roster, "set_posts")
    crossing = roster.kind == Roster.Kind.CROSSING
    chosen_places, chosen_segments, keepers = list(places), list(segments), keepers or {}
    if not (chosen_places if crossing else chosen_segments) or (chosen_segments if crossing else chosen_places):
        raise BadRoster(_("请至少选择一个路口。") if crossing else _("请至少选择一个路段。"), field="places" if crossing else "segments")
    known = {(post.place_id, post.segment_id): post for post in Post.objects.filter(roster=roster)}
    wanted = {(place.pk, None): None for place in chosen_places} | {(None, one.pk): keepers.get(one.code) for one in chosen_segments}
    for (place, segment), unit in wanted.items():
        post = known.pop((place, segment), None) or Post(roster=roster, place_id=place, segment_id=segment)
        post.unit, post.dropped = unit, False
        post.save()
    Post.objects.filter(pk__in=[post.pk for post in known.values()]).update(dropped=True)
    return roster


@action
def set_units(roster: Roster, *, units: Iterable[Unit], by: Actor, at: dt.datetime) -> Roster:
    """Say which units take turns. Units left out keep the turns they have until the rota is made anew.

    Raises:
        WrongState: it has ended.
        BadRoster: none was chosen, or one that is no more.
    """
    ROSTER.move(roster, "set_units")
    chosen = {unit.pk: unit for unit in units}
    if not chosen:
        raise BadRoster(_("请至少选择一个单位。"), field="units")
    gone = [unit.name for unit in chosen.values() if not unit.exists_on(timezone.localdate(at))]
    if gone:
        raise BadRoster(_("这些单位已撤销：%(names)s。") % {"names": _("、").join(gone[:5])}, field="units")
    RosterUnit.objects.filter(roster=roster).exclude(unit__in=list(chosen)).delete()
    known = set(RosterUnit.objects.filter(roster=roster).values_list("unit_id", flat=True))
    RosterUnit.objects.bulk_create([RosterUnit(roster=roster, unit=unit) for pk, unit in sorted(chosen.items()) if pk not in known])
    return roster


@action
def make_rota(roster: Roster, *, since: dt.date | None = None, by: Actor, at: dt.datetime) -> Roster:
    """Give out the turns by rotation, so that the loads of units differ by one at most; every turn before counts. Turns that
    are still to come from `since` (by default the first day after `at`, of a draft the first of all) are given out anew; what
    was confirmed or cancelled stays.

    Raises:
        WrongState: it has ended.
        BadRoster: no posts, no units, or no day to give out.
    """
    ROSTER.move(roster, "make_rota")
    tomorrow = timezone.localdate(at) + dt.timedelta(days=1)
    first = roster.starts_on if roster.state == RosterState.DRAFT and since is None else max(since or tomorrow, tomorrow)
    posts, units = list(selectors.posts_of(roster)), list(selectors.units_of(roster).order_by("sort_key", "code"))
    days = selectors.days_of(roster, first)
    kept = {post.pk: post.unit_id for post in posts if post.unit_id}
    if not posts or not (units or len(kept) == len(posts)):
        raise BadRoster(_("请先选择点位和单位。"))
    if not days:
        raise BadRoster(_("起止日期内没有要值勤的日子，请核对日期、星期和工作日设置。"), field="since")
    lost = Turn.objects.filter(roster=roster, on__gte=first, state=TurnState.PLANNED)
    Swap.objects.filter(turn__in=lost, state=SwapState.ASKED).update(state=SwapState.LAPSED, decided_at=at)
    lost.delete()
    fixed = set(Turn.objects.filter(roster=roster, on__gte=first).values_list("post_id", "starts_at"))
    by_pk = {unit.pk: unit for unit in (*units, *(post.unit for post in posts if post.unit))}
    placed = rota(
        days, len(roster.slots), [post.pk for post in posts], [unit.pk for unit in units], kept=kept,
        past=selectors.past_of(roster, first), there=lambda pk, day: by_pk[pk].exists_on(day),
    )  # fmt: skip
    turns = [_turn(roster, one) for one in placed]
    Turn.objects.bulk_create([turn for turn in turns if (turn.post_id, turn.starts_at) not in fixed], batch_size=500)
    if roster.state == RosterState.PUBLISHED:
        publish(RosterPublished(at=at, roster=roster.code))
    return roster


def _turn(roster: Roster, one: Placed) -> Turn:
    starts, ends = (dt.datetime.combine(one.day, dt.time.fromisoformat(text), CITY_TZ) for text in roster.slots[one.slot])
    return Turn(roster=roster, post_id=one.post, unit_id=one.unit, on=one.day, starts_at=starts, ends_at=ends, people=roster.people)


@action
def publish_roster(roster: Roster, *, by: Actor, at: dt.datetime) -> Roster:
    """Make the rota known to the units.

    Raises:
        WrongState: it is published already, or has ended.
        BadRoster: no turns were given out yet.
    """
    ROSTER.move(roster, "publish_roster")
    if not Turn.objects.filter(roster=roster).exists():
        raise BadRoster(_("还没有轮排，请先轮排值勤表再发布。"))
    roster.save()
    publish(RosterPublished(at=at, roster=roster.code))
    return roster


@action
def end_roster(roster: Roster, *, why: str, by: Actor, at: dt.datetime) -> Roster:
    """End it before its time: turns still to come are cancelled, what was done stays.

    Raises:
        WrongState: it has ended.
        Refused: no reason was given.
    """
    ROSTER.move(roster, "end_roster")
    if not why.strip():
        raise Refused(_("请写明原因。"), field="why")
    coming = Turn.objects.filter(roster=roster, state=TurnState.PLANNED, starts_at__gt=at)
    Swap.objects.filter(turn__in=coming, state=SwapState.ASKED).update(state=SwapState.LAPSED, decided_at=at)
    coming.update(state=TurnState.CANCELLED, why=why.strip()[:200])
    roster.save()
    return roster
