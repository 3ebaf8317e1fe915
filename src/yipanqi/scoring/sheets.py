"""The cards of a period as a table to take away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yipanqi import sheets
from yipanqi.people.models import Unit
from yipanqi.scoring.cards import Card
from yipanqi.scoring.measures import MEASURES
from yipanqi.scoring.selectors import group_title, tier_title
from yipanqi.sheets import Column

PARTS: tuple[tuple[str, Any, Any], ...] = (
    ("numerator", _("分子"), sheets.Integer()), ("denominator", _("分母"), sheets.Integer()), ("left_out", _("未计入"), sheets.Text()),
    ("raw", _("原始%"), sheets.Decimal()), ("value", _("修正%"), sheets.Decimal()), ("low", _("区间下限%"), sheets.Decimal()),
    ("high", _("区间上限%"), sheets.Decimal()), ("tier", _("档次"), sheets.Text()),
)  # fmt: skip


class CardTable(sheets.Layout):
    """Cards with everything that stands on them. Not registered: it is written, never read."""

    name = "scorecards"
    title = _("单位得分卡")
    columns = (
        Column("unit", _("单位")), Column("group", _("同类组")), Column("tier", _("综合档次")), Column("score", _("综合得分"), sheets.Decimal()),
        Column("score_low", _("得分区间下限"), sheets.Decimal()), Column("score_high", _("得分区间上限"), sheets.Decimal()),
        *(
            Column(f"{key}_{part}", format_lazy("{} {}", measure.title, title), kind)
            for key, measure in MEASURES.items() for part, title, kind in PARTS
        ),
    )  # fmt: skip


CARD_TABLE = CardTable()


def rows(cards: Iterable[Card], units: Mapping[str, Unit]) -> Iterator[dict[str, Any]]:
    """One line for each card, by name inside its group: no order of merit."""
    for card in sorted(cards, key=lambda one: (group_title(one.group), units[one.unit].sort_key, one.unit)):
        found: dict[str, Any] = {"unit": units[card.unit].name, "group": group_title(card.group), "tier": tier_title(card.tier) if card.tier else ""}
        if card.score:
            found |= {"score": _percent(card.score.value), "score_low": _percent(card.score.low), "score_high": _percent(card.score.high)}
        for key, told in card.told.items():
            left_out = gettext("；").join(f"{MEASURES[key].reason(reason)} {n}" for reason, n in sorted(told.counted.left_out.items()))
            found |= {f"{key}_numerator": told.counted.n, f"{key}_denominator": told.counted.d, f"{key}_left_out": left_out, f"{key}_tier": tier_title(told.tier) if told.tier else ""}
            if told.share and told.counted.rate is not None:
                share = told.share
                found |= {f"{key}_raw": _percent(told.counted.rate), f"{key}_value": _percent(share.value), f"{key}_low": _percent(share.low), f"{key}_high": _percent(share.high)}
        yield found


def _percent(share: float) -> float:
    return round(share * 100, 1)
