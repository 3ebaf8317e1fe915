"""The sample city's duty work: 25 crossings and more than a hundred units at rush hours, and street segments that units keep;
kept apart from everything voluntary."""

from __future__ import annotations

import datetime as dt
import random

from yipanqi.demo.build import SEED, DemoCity
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.worktime import CST
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import Delivery
from yipanqi.people.models import Unit, UnitKind
from yipanqi.places.models import Segment
from yipanqi.rosters import actions, selectors
from yipanqi.rosters.models import Swap, Turn
from yipanqi.rosters.states import SwapState, TurnState

#: By size: crossings, units, street segments.
SIZES = {"small": (3, 12, 6), "city": (25, 200, 60)}
STAND = (UnitKind.DEPARTMENT, UnitKind.STREET, UnitKind.SCHOOL, UnitKind.ENTERPRISE, UnitKind.COMMUNITY, UnitKind.PROPERTY)
RUSH, AFTERNOON = [["07:30", "08:30"], ["17:30", "18:30"]], [["15:30", "17:00"]]
BACK, AHEAD, DAY = 60, 30, dt.timedelta(days=1)
WORK = (
    "劝导行人、非机动车各行其道，提醒驾驶员礼让斑马线", "劝导电动车佩戴头盔，制止闯红灯", "协助交警疏导早高峰车流", "护送学生和老人过路口", "",
    "清理路口烟头、纸屑，摆正共享单车",
)  # fmt: skip
TIDY = ("清除小广告 23 处，捡拾烟头纸屑", "劝导沿街商户落实门前五包", "摆正非机动车，清理绿化带垃圾", "")
REASONS = ("当天有全市统一的消防演练", "单位统一参加体检", "防汛值守人手不足")


def load_rosters(size: str, demo: DemoCity, board: BoardLoader, now: dt.datetime) -> None:
    """Two rosters through the real actions; what units did since is written in bulk. Nobody is told of the past."""
    n_crossings, n_units, n_segments = SIZES[size]
    rng, today = random.Random(f"{SEED}:rosters"), now.astimezone(CST).date()
    start, end = today - BACK * DAY, today + AHEAD * DAY
    given = {"by": SYSTEM, "at": now - (BACK + 3) * DAY}
    own = Unit.objects.filter(appointments__user__username__in=("liaison", "unitleader"))
    others = Unit.objects.filter(kind__in=STAND, dissolved_on__isnull=True).exclude(pk__in=own.values("pk")).order_by("kind", "code")
    units = [*own.distinct(), *others[:n_units]]
    made = actions.add_roster(
        None, name=f"{start.year}年路口文明值勤", kind="crossing", starts_on=start, ends_on=end, slots=RUSH, people=2, tasks="早晚高峰在路口劝导交通陋习，护送老人和学生过街。", **given
    )
    made = actions.set_posts(made, places=list(selectors.crossings()[:n_crossings]), **given)
    made = actions.make_rota(actions.set_units(made, units=units, **given), **given)
    actions.publish_roster(made, **given)
    street = actions.add_roster(
        None, name=f"{start.year}年包街责任", kind="street", starts_on=start, ends_on=end, slots=AFTERNOON, weekdays=[5], people=5, tasks="每周五下午到责任路段清洁、劝导，落实门前五包。", **given
    )
    segments = list(Segment.objects.order_by("code")[:n_segments])
    keepers = {segment.code: units[n % len(units)] for n, segment in enumerate(segments)}
    street = actions.make_rota(actions.set_posts(street, segments=segments, keepers=keepers, **given), **given)
    actions.publish_roster(street, **given)
    _done(rng, now)
    _swap(rng, now)
    Delivery.objects.filter(event__kind__startswith="rosters.").exclude(state="done").update(state="done", done_at=now)


def _done(rng: random.Random, now: dt.datetime) -> None:
    """What is over was confirmed by nearly all; of the last three days some still wait."""
    rows = list(Turn.objects.filter(ends_at__lt=now).select_related("roster").order_by("starts_at", "id"))
    for turn in rows:
        waits = rng.random() < (0.3 if now - turn.ends_at < 3 * DAY else 0.02)
        if waits:
            continue
        turn.state, turn.present = TurnState.DONE, max(1, turn.people + rng.choice((-1, 0, 0, 0, 0, 1, 1, 2)))
        turn.work = rng.choice(WORK if turn.roster.kind == "crossing" else TIDY)
        turn.confirmed_at = min(now, turn.ends_at + dt.timedelta(minutes=rng.randint(5, 600)))
    Turn.objects.bulk_update(rows, ["state", "present", "work", "confirmed_at"], batch_size=500)


def _swap(rng: random.Random, now: dt.datetime) -> None:
    """A few units ask to swap a turn of the next days; the first asks the unit of whoever signs in as liaison."""
    coming = list(Turn.objects.filter(starts_at__gt=now + DAY, roster__kind="crossing").select_related("roster").order_by("starts_at", "id"))
    mine = Unit.objects.filter(appointments__user__username="liaison").first()
    asked: set[int] = set()
    for n, reason in enumerate(REASONS):
        others = [turn for turn in coming if turn.pk not in asked and (mine is None or turn.unit_id != mine.pk)]
        if len(others) < 2:
            return
        turn = rng.choice(others)
        to = mine.pk if n == 0 and mine else next((one.unit_id for one in others if one.unit_id != turn.unit_id), None)
        if to is None:
            return
        asked.add(turn.pk)
        Swap.objects.create(turn=turn, asked_by_id=turn.unit_id, to_id=to, reason=reason, state=SwapState.ASKED, asked_at=now - dt.timedelta(hours=n + 2))
