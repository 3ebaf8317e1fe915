"""The cases that a batch refused, as a table to take along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi import sheets
from yipanqi.batches.models import Batch
from yipanqi.batches.states import ItemState
from yipanqi.cases import selectors as cases
from yipanqi.people.models import User
from yipanqi.sheets import Column


class Refusals(sheets.Layout):
    """Refused cases with the reasons. Not registered: it is written, never read."""

    name = "batch-refusals"
    title = _("未办的案件")
    columns = (Column("number", _("案件编号")), Column("title", _("标题")), Column("state", _("状态")), Column("why", _("原因")))


REFUSALS = Refusals()


def refusals(batch: Batch, user: User) -> Iterator[Mapping[str, Any]]:
    """The refused cases in their order; title and state only of those that the person sees."""
    rows = batch.items.filter(state=ItemState.REFUSED).order_by("seq").values_list("number", "case_id", "why")
    for start in range(0, rows.count(), 500):
        piece = list(rows[start : start + 500])
        seen = cases.visible_to(user, few=True).in_bulk([pk for _number, pk, _why in piece if pk])
        for number, pk, why in piece:
            case = seen.get(pk)
            yield {"number": number, "title": case.title if case else "", "state": case.get_state_display() if case else "", "why": why}
