"""Periods and cards as each person may see them: computed while a period is open, as stored afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.calendar.selectors import calendar_for
from yipanqi.calendar.working import Clock
from yipanqi.cases.models import Case
from yipanqi.messaging.selectors import people_of, people_with
from yipanqi.people.models import Role, Unit, UnitKind, User, standing
from yipanqi.scoring.cards import Card, Counted, Share, Told, Yardstick, score_all
from yipanqi.scoring.counting import counts_now
from yipanqi.scoring.measures import FALLING
from yipanqi.scoring.models import CardRecord, Objection, PeriodKind, Scorecard, ScorePeriod
from yipanqi.scoring.states import PeriodState

OF_UNIT = (Role.LIAISON, Role.UNIT_LEADER)
TREND = 12


def periods_visible_to(user: Any) -> QuerySet[ScorePeriod]:
    """All periods for the office, leaders and auditors; published ones for units and programs."""
    if not user.has_perm("scoring.see_scores"):
        return ScorePeriod.objects.none()
    rows = ScorePeriod.objects.all()
    return rows if user.has_perm("scoring.see_all_scores") else rows.filter(state=PeriodState.PUBLISHED)


def visible_to(user: Any) -> QuerySet[Scorecard]:
    """Stored cards, old revisions too: a unit sees its own, programs all that are published. Cards of a period that was taken
    back are for the office."""
    cards = Scorecard.objects.filter(period__in=periods_visible_to(user))
    if user.has_perm("scoring.see_all_scores"):
        return cards
    cards = cards.filter(made_at__gte=F("period__frozen_at"))
    return cards if isinstance(user, User) and Role.API in user.roles else cards.filter(unit__in=own_units(user))


def own_units(user: Any) -> frozenset[int]:
    """Row ids of the units whose cards the person sees and may object to."""
    return user.units_as(*OF_UNIT) if isinstance(user, User) else frozenset()


def objections_visible_to(user: Any) -> QuerySet[Objection]:
    """Objections to cards that the person sees, the newest first."""
    return Objection.objects.filter(card__in=visible_to(user)).select_related("card__unit", "card__period", "filed_by", "ruled_by").order_by("-filed_at", "-id")


def days_of(kind: str, day: dt.date) -> tuple[str, dt.date, dt.date]:
    """Code, first and last day of the period of a kind in which a day lies."""
    if kind == PeriodKind.YEAR:
        return str(day.year), dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)
    months = 3 if kind == PeriodKind.QUARTER else 1
    first = dt.date(day.year, (day.month - 1) // months * months + 1, 1)
    following = (first + dt.timedelta(days=31 * months)).replace(day=1)
    code = f"{day.year}-Q{(day.month + 2) // 3}" if kind == PeriodKind.QUARTER else f"{day.year}-{day.month:02}"
    return code, first, following - dt.timedelta(days=1)


def last_day_to_object(published: dt.datetime, working_days: int) -> dt.date:
    """The last of so many working days after publication."""
    return timezone.localdate(calendar_for().add(published, working_days, Clock.WORK_DAY))


def units_scored(period: ScorePeriod) -> dict[str, Unit]:
    """By code, the units of kinds that are scored and that existed in the period."""
    kinds = [kind for kind in UnitKind.values if period.rules.group(kind)]
    return {unit.code: unit for unit in Unit.objects.filter(standing(period.starts_on), kind__in=kinds)}


def provisional(period: ScorePeriod, now: dt.datetime) -> tuple[list[Card], Yardstick]:
    """The cards as they would be if the period ended now."""
    terms = period.rules
    groups = {code: terms.group(unit.kind) for code, unit in units_scored(period).items()}
    return score_all(counts_now(period.span, now), groups, terms, FALLING)


def stored(cards: Iterable[Scorecard]) -> list[Card]:
    """Stored cards (with unit and measures at hand) as they were computed."""
    found = []
    for row in cards:
        told = {}
        for one in row.measures.all():
            sample = (one.raw, one.size) if one.size is not None else (None, None)
            share = None if one.value is None else Share(one.value, one.low or 0.0, one.high or 0.0, one.variance or 0.0)
            told[one.measure] = Told(Counted(one.numerator, one.denominator, one.left_out, *sample), share, one.tier, one.shrunk)
        score = None if row.score is None else Share(row.score, row.low or 0.0, row.high or 0.0, 0.0)
        found.append(Card(row.unit.code, row.group, told, score, row.tier))
    return found


def current_cards(period: ScorePeriod) -> QuerySet[Scorecard]:
    """The cards that hold, with their units and measures."""
    return period.cards.filter(current=True).select_related("unit").prefetch_related("measures").order_by("unit__sort_key", "unit__code")


def board(period: ScorePeriod, now: dt.datetime) -> tuple[list[Card], Yardstick]:
    """The cards of a period and the yardstick they were made by: computed while it is open, else as stored."""
    return provisional(period, now) if period.state == PeriodState.OPEN else (stored(current_cards(period)), period.measure)


def cards_of(period: ScorePeriod, now: dt.datetime) -> list[Card]:
    """The cards of a period."""
    return board(period, now)[0]


def trend(unit: Unit, period: ScorePeriod, user: Any) -> list[tuple[ScorePeriod, Card]]:
    """The unit's stored cards of periods of this kind up to this one, oldest first."""
    fixed = periods_visible_to(user).filter(kind=period.kind, starts_on__lte=period.starts_on).exclude(state=PeriodState.OPEN)
    rows = Scorecard.objects.filter(unit=unit, current=True, period__in=fixed).select_related("unit", "period").prefetch_related("measures")
    last = list(rows.order_by("-period__starts_on")[:TREND])[::-1]
    return [(row.period, card) for row, card in zip(last, stored(last), strict=True)]


def records(card: Scorecard, measure: str, part: str, reason: str = "") -> QuerySet[CardRecord]:
    """The cases behind a cell of a stored card."""
    wanted = Q(part__in=("yes", "no")) if part == "all" else Q(part=part)
    rows = card.records.filter(wanted, measure=measure).select_related("case__issue_class", "case__place")
    return rows.filter(reason=reason) if reason else rows


def counted_cases(card: Scorecard, measure: str, numbers: Iterable[str]) -> dict[str, Case]:
    """By number, those of the cases that count on a card, for one measure or any."""
    rows = card.records.filter(part__in=("yes", "no"), case__number__in=list(numbers)).select_related("case")
    return {row.case.number: row.case for row in (rows.filter(measure=measure) if measure else rows)}


# ----- what people are told -----


def news_of_publication(period_id: int) -> list[Mapping[str, Any]]:
    """For every unit with a card: what its liaisons and leaders are told."""
    period = ScorePeriod.objects.get(pk=period_id)
    return [
        {
            "facts": {"form": "", "period": period.name, "code": period.code, "unit": card.unit.name, "unit_code": card.unit.code, "until": str(period.objections_until)},
            "why": f"score:{period.code}:{card.unit.code}:{card.revision}", "people": people_of([card.unit.pk], *OF_UNIT), "units": [card.unit],
        }
        for card in period.cards.filter(current=True).select_related("unit")
    ]  # fmt: skip


def news_of_objection(objection_id: int) -> Mapping[str, Any]:
    """What the office is told of an objection."""
    objection = Objection.objects.select_related("card__unit", "card__period").get(pk=objection_id)
    return {"facts": _facts(objection, ""), "why": f"objection:{objection.uuid}", "people": people_with(Role.HEAD, Role.DESK)}


def news_of_ruling(objection_id: int) -> Mapping[str, Any]:
    """What the unit is told of the ruling."""
    objection = Objection.objects.select_related("card__unit", "card__period").get(pk=objection_id)
    unit = objection.card.unit
    return {"facts": _facts(objection, objection.state), "why": f"ruling:{objection.uuid}", "people": people_of([unit.pk], *OF_UNIT), "units": [unit]}


def _facts(objection: Objection, form: str) -> dict[str, str]:
    return {"form": form, "unit": objection.card.unit.name, "period": objection.card.period.name, "objection": str(objection.uuid)}


def group_title(group: str) -> str:
    """A peer group in words: the kind of unit it is made of, or as the office named it."""
    return str(UnitKind(group).label) if group in UnitKind.values else group


def tier_title(tier: int) -> str:
    """A tier in words."""
    names = ("", _("第一档"), _("第二档"), _("第三档"), _("第四档"), _("第五档"))
    return names[tier] if tier < len(names) else _("第%(n)d档") % {"n": tier}
