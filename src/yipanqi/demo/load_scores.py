"""The sample city's scorecards: what was drawn to be looked at again, three months and two quarters frozen and published,
two objections."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min

from yipanqi.cases.models import Case, CaseMove
from yipanqi.demo.worktime import CST
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import Delivery
from yipanqi.kernel.policy import keep_policy
from yipanqi.people.models import Role, User
from yipanqi.rechecks import actions as rechecks
from yipanqi.rechecks.models import Recheck
from yipanqi.scoring import actions
from yipanqi.scoring.models import Scorecard, ScorePeriod

MONTHS, QUARTERS, DAY = 3, 2, dt.timedelta(days=1)
#: A city in which units have so few cases a year lets fewer do for a tier.
SMALL, FEWER = 3000, {"scoring.min_cases": 3, "scoring.min_units": 3}


def load_scores(now: dt.datetime) -> None:
    """Through the real actions, as of the days on which the office would have done it; nobody is told of the past."""
    first = _first(now.astimezone(CST))
    months = [first]
    while len(months) <= MONTHS:
        months.append(_first(months[-1] - DAY))
    _look_again(months[-1].date(), now)
    chief = _with(Role.HEAD)
    if Case.objects.count() < SMALL:
        for key, value in FEWER.items():
            keep_policy(key, value, by=chief.actor_key, at=months[-1])
    following = _quarter(first)
    quarters = []
    for _n in range(QUARTERS):
        following, after = _quarter(following - DAY), following
        quarters.append(_scored("quarter", following, after, chief, now))
    periods = [_scored("month", start, after, chief, now) for after, start in zip(months, months[1:], strict=False)]
    actions.open_period(None, kind="month", day=first.date(), by=SYSTEM, at=now)
    actions.open_period(None, kind="year", day=first.date(), by=SYSTEM, at=now)
    _object(quarters[0], chief, uphold=True)
    _object(periods[0], chief, uphold=False)
    Delivery.objects.filter(event__kind__startswith="scoring.").exclude(state="done").update(state="done", done_at=now)


def _first(day: dt.datetime) -> dt.datetime:
    return day.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _quarter(day: dt.datetime) -> dt.datetime:
    """The first moment of the quarter of `day`."""
    return _first(day).replace(month=(day.month - 1) // 3 * 3 + 1)


def _with(role: str) -> User:
    return User.objects.filter(appointments__role=role).order_by("username")[0]


def _look_again(since: dt.date, now: dt.datetime) -> None:
    """The daily draws, answered by what inspectors said of the cases; what nobody looked at in time lapses."""
    days = (now.astimezone(CST).date() - since).days
    for day in (since + n * DAY for n in range(max(0, days - 7))):
        rechecks.draw(None, day=day, by=SYSTEM, at=dt.datetime.combine(day + 8 * DAY, dt.time(2), CST))
    said = dict(CaseMove.objects.filter(verb__in=("recheck_pass", "rebound"), case__rechecks__isnull=False).values_list("case").annotate(first=Min("at")))
    for one in Recheck.objects.select_related("case").order_by("id"):
        if at := said.get(one.case_id):
            note = rechecks.note_back if one.case.rebounds else rechecks.note_kept
            note(one, by=SYSTEM, at=at)
        elif one.due_on < now.astimezone(CST).date():
            rechecks.lapse(one, by=SYSTEM, at=now)


def _scored(kind: str, start: dt.datetime, following: dt.datetime, chief: User, now: dt.datetime) -> ScorePeriod:
    period = actions.open_period(None, kind=kind, day=start.date(), by=SYSTEM, at=start)
    latest = now - DAY if now - DAY > following else now
    frozen = min(following + dt.timedelta(days=2, hours=10), latest)
    period = actions.freeze(period, by=chief, at=frozen)
    return actions.publish(period, by=chief, at=latest if following == _first(now.astimezone(CST)) else frozen + 2 * DAY)


def _object(period: ScorePeriod, chief: User, *, uphold: bool) -> None:
    """The unit with most late cases objects to one or two of them."""
    cards = Scorecard.objects.filter(period=period, current=True, measures__measure="on_time", measures__denominator__gte=2).select_related("unit", "period")
    spoken = User.objects.filter(appointments__role=Role.LIAISON, is_active=True)
    rows = [(card, list(Case.objects.filter(pk__in=card.records.filter(measure="on_time", part="no").values("case")).order_by("number")[:2])) for card in cards.order_by("unit__code")]
    for card, late in sorted(rows, key=lambda row: -len(row[1])):
        liaison = spoken.filter(appointments__unit=card.unit).order_by("username").first()
        if liaison is None or not late or period.published_at is None:
            continue
        numbers = [case.number for case in late]
        reason = "整改期间连续停水，按市里通知暂停冲洗作业，建议不计入按期整改率。" if uphold else "所列案件地点不在本单位管辖范围，退单后又改派回来，时限应当重新起算。"
        filed = actions.object_to_card(card, measure="on_time", reason=reason, cases=numbers, by=liaison, at=period.published_at + dt.timedelta(hours=3))
        if uphold:
            actions.uphold_objection(filed, ruling="停水通知属实，第一件不计入，其余照旧。", cases=numbers[:1], by=chief, at=period.published_at + DAY)
        return
