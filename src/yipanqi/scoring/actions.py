"""Writing: a period is opened, frozen, published; a unit objects, the office rules, a card is counted again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.cases.models import Case
from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish as announce
from yipanqi.people.models import Unit
from yipanqi.scoring import counting, selectors
from yipanqi.scoring.cards import Card, score_again, score_all
from yipanqi.scoring.catalogue import terms_now
from yipanqi.scoring.counting import Counts, Record
from yipanqi.scoring.events import ObjectionFiled, ObjectionRuled, PeriodPublished
from yipanqi.scoring.measures import FALLING, MEASURES, OBJECTION
from yipanqi.scoring.models import CardMeasure, CardRecord, Objection, ObjectionCase, Scorecard, ScorePeriod
from yipanqi.scoring.states import OBJECTION as OBJECTIONS
from yipanqi.scoring.states import PERIOD, PeriodState

PIECE = 1000


@action
def open_period(_nothing: None, *, kind: str, day: dt.date, by: Actor, at: dt.datetime) -> ScorePeriod:
    """Open the month, quarter or year in which `day` lies, with the settings of now; opened before, the one that there is.

    Raises:
        Refused: it has not begun yet.
    """
    code, first, last = selectors.days_of(kind, day)
    if first > timezone.localdate(at):
        raise Refused(_("这个周期还没有开始，不能开启。"), field="day")
    known = ScorePeriod.objects.filter(code=code).first()
    return known or ScorePeriod.objects.create(code=code, kind=kind, starts_on=first, ends_on=last, terms=terms_now().as_json(), opened_at=at)


@action
def freeze(period: ScorePeriod, *, by: Actor, at: dt.datetime) -> ScorePeriod:
    """Store every unit's card with the records behind it: from now on nothing that happens to cases changes them.

    Raises:
        WrongState: it is not open.
        Refused: its last day is not over.
    """
    if timezone.localdate(at) <= period.ends_on:
        raise Refused(_("周期到 %(day)s 才结束，结束后才能定稿。") % {"day": period.ends_on})
    PERIOD.move(period, "freeze")
    terms, units = period.rules, selectors.units_scored(period)
    groups = {code: terms.group(unit.kind) for code, unit in units.items()}
    revisions = dict(period.cards.order_by("revision").values_list("unit__code", "revision"))
    period.cards.filter(current=True).update(current=False)
    rows = {code: _empty(period, unit, groups[code], revisions.get(code, 0) + 1, at) for code, unit in units.items()}
    Scorecard.objects.bulk_create(rows.values())
    counts = _keep(rows, (one for one in counting.records_now(period.span, at) if one.unit in units))
    cards, yardstick = score_all(counts, groups, terms, FALLING)
    _fill(rows, cards)
    period.yardstick, period.frozen_at = yardstick.as_json(), at
    period.save(update_fields=["state", "yardstick", "frozen_at"])
    return period


def _empty(period: ScorePeriod, unit: Unit, group: str, revision: int, at: dt.datetime) -> Scorecard:
    return Scorecard(period=period, unit=unit, group=group, revision=revision, made_at=at)


def _keep(rows: Mapping[str, Scorecard], behind: Iterator[Record]) -> Counts:
    """Store the records behind the cards (by unit) piece by piece, however many there are; what they add up to."""
    tally = counting.Tally()
    while piece := list(islice(behind, PIECE)):
        for one in piece:
            tally.add(one)
        CardRecord.objects.bulk_create(
            CardRecord(card=rows[one.unit], case_id=one.case_id, measure=one.measure, part=one.part, reason=one.reason, chance=one.chance) for one in piece
        )
    return tally.counts()


def _fill(rows: Mapping[str, Scorecard], cards: Sequence[Card]) -> None:
    """Write what the cards say onto their rows."""
    for card in cards:
        row = rows[card.unit]
        row.tier = card.tier
        if card.score:
            row.score, row.low, row.high = card.score.value, card.score.low, card.score.high
    Scorecard.objects.bulk_update(rows.values(), ["tier", "score", "low", "high"], batch_size=PIECE)
    CardMeasure.objects.bulk_create((_measure(rows[card.unit], key, card) for card in cards for key in card.told), batch_size=PIECE)


def _measure(row: Scorecard, key: str, card: Card) -> CardMeasure:
    told = card.told[key]
    share, counted = told.share, told.counted
    ends = {"value": share.value, "low": share.low, "high": share.high, "variance": share.variance} if share else {}
    return CardMeasure(
        card=row, measure=key, numerator=counted.n, denominator=counted.d, left_out=dict(counted.left_out), raw=counted.rate, size=counted.size,
        shrunk=told.shrunk, tier=told.tier, **ends,
    )  # fmt: skip


@action
def reopen(period: ScorePeriod, *, reason: str, by: Actor, at: dt.datetime) -> ScorePeriod:
    """Take a frozen period back before it is published, to be counted again; the cards made so far stay as old revisions.

    Raises:
        WrongState: it is not frozen, or was published.
        Refused: no reason was given.
    """
    if not reason.strip():
        raise Refused(_("请写明退回重算的理由。"), field="reason")
    PERIOD.move(period, "reopen")
    period.frozen_at = None
    period.save(update_fields=["state", "frozen_at"])
    return period


@action
def publish(period: ScorePeriod, *, by: Actor, at: dt.datetime) -> ScorePeriod:
    """Show the units their cards; from now on they may object for some working days.

    Raises:
        WrongState: it is not frozen.
    """
    PERIOD.move(period, "publish")
    period.published_at = at
    period.objections_until = selectors.last_day_to_object(at, period.rules.objection_days)
    period.save(update_fields=["state", "published_at", "objections_until"])
    announce(PeriodPublished(at=at, period_id=period.pk))
    return period


@action
def note_export(period: ScorePeriod, *, rows: int, by: Actor, at: dt.datetime) -> ScorePeriod:
    """Cards left as a file: the journal keeps who took which period's, and how many."""
    return period


@action
def object_to_card(card: Scorecard, *, measure: str = "", reason: str, cases: Sequence[str] = (), by: Actor, at: dt.datetime) -> Objection:
    """The unit says that a measure, or its whole card, is not right, and which cases (by number) should not count.

    Raises:
        Conflict: the card was counted again meanwhile, or the same objection waits for a ruling.
        Refused: not published, too late, no reason, or a case that does not count on the card.
    """
    period = card.period
    if period.state != PeriodState.PUBLISHED or period.objections_until is None:
        raise Refused(_("考核结果公布以后才能申诉。"))
    if timezone.localdate(at) > period.objections_until:
        raise Refused(_("申诉已于 %(day)s 截止。") % {"day": period.objections_until})
    if not card.current:
        raise Conflict(_("这张得分卡已重新计算，请刷新后按最新一版申诉。"))
    if not reason.strip():
        raise Refused(_("请写明申诉理由。"), field="reason")
    if measure and measure not in MEASURES:
        raise Refused(_("没有这项指标，请重新选择。"), field="measure")
    if Objection.objects.filter(card__period=period, card__unit=card.unit, measure=measure, state="filed").exists():
        raise Conflict(_("同一事项的申诉还在等待裁定，请等裁定后再提。"))
    named = _named(card, measure, cases)
    objection = Objection(card=card, measure=measure, reason=reason.strip()[:500], filed_at=at)
    objection.filed_by = by  # type: ignore[assignment]
    objection.save()
    ObjectionCase.objects.bulk_create(ObjectionCase(objection=objection, case=case) for case in named)
    announce(ObjectionFiled(at=at, objection_id=objection.pk))
    return objection


def _named(card: Scorecard, measure: str, numbers: Sequence[str]) -> list[Case]:
    found = selectors.counted_cases(card, measure, numbers)
    unknown = [number for number in dict.fromkeys(numbers) if number not in found]
    if unknown:
        raise Refused(_("案件 %(numbers)s 没有计入这项得分，请核对编号。") % {"numbers": _("、").join(one[:20] for one in unknown[:5])}, field="cases")
    return list(found.values())


@action
def uphold_objection(objection: Objection, *, ruling: str, cases: Sequence[str], by: Actor, at: dt.datetime) -> Objection:
    """The unit is right: these cases do not count, and its card is counted again as a new revision by the yardstick of when
    the period was frozen, so that nobody else's card changes.

    Raises:
        WrongState: it was ruled on before, or withdrawn.
        Refused: no ground was given, no case named, or one that does not count on the card.
    """
    _rule(objection, "uphold_objection", ruling, by, at)
    if not cases:
        raise Refused(_("请至少选择一件不计入的案件；没有要剔除的，请裁定为不成立。"), field="cases")
    card = objection.period.cards.select_related("unit", "period").get(unit=objection.card.unit, current=True)
    left_out = _named(card, objection.measure, cases)
    objection.named.update(left_out=False)
    for case in left_out:
        ObjectionCase.objects.update_or_create(objection=objection, case=case, defaults={"left_out": True})
    objection.result = _count_again(card, objection.measure, {case.pk for case in left_out}, at)
    objection.save(update_fields=["state", "ruling", "ruled_by", "ruled_at", "result"])
    announce(ObjectionRuled(at=at, objection_id=objection.pk))
    return objection


def _count_again(card: Scorecard, measure: str, left_out: set[int], at: dt.datetime) -> Scorecard:
    unit, period = card.unit, card.period
    period.cards.filter(unit=unit, current=True).update(current=False)
    row = _empty(period, unit, card.group, card.revision + 1, at)
    row.save()
    rows = {unit.code: row}
    counts = _keep(rows, _behind(card, measure, left_out)).get(unit.code, {})
    _fill(rows, [score_again(unit.code, card.group, counts, period.measure, period.rules, FALLING)])
    return row


def _behind(card: Scorecard, measure: str, left_out: set[int]) -> Iterator[Record]:
    """The records of a card, with these cases left out of a measure ("" for all)."""
    for row in card.records.order_by("id").iterator(PIECE):
        out = row.case_id in left_out and row.part != counting.OUT and measure in ("", row.measure)
        part, reason = (counting.OUT, OBJECTION) if out else (row.part, row.reason)
        yield Record(card.unit.code, row.case_id, row.measure, part, reason, row.chance)


def _rule(objection: Objection, verb: str, ruling: str, by: Actor, at: dt.datetime) -> None:
    if not ruling.strip():
        raise Refused(_("请写明裁定意见。"), field="ruling")
    OBJECTIONS.move(objection, verb)
    objection.ruling, objection.ruled_by, objection.ruled_at = ruling.strip()[:500], by, at  # type: ignore[assignment]


@action
def refuse_objection(objection: Objection, *, ruling: str, by: Actor, at: dt.datetime) -> Objection:
    """The card stands.

    Raises:
        WrongState: it was ruled on before, or withdrawn.
        Refused: no ground was given.
    """
    _rule(objection, "refuse_objection", ruling, by, at)
    objection.save(update_fields=["state", "ruling", "ruled_by", "ruled_at"])
    announce(ObjectionRuled(at=at, objection_id=objection.pk))
    return objection


@action
def withdraw_objection(objection: Objection, *, by: Actor, at: dt.datetime) -> Objection:
    """The unit takes its objection back.

    Raises:
        WrongState: it was ruled on.
    """
    OBJECTIONS.move(objection, "withdraw_objection")
    objection.save(update_fields=["state"])
    return objection
