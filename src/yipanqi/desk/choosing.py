"""What the filters of the list of cases leave: for the page, for moves on many, and for its export by the worker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.desk import sheets, showing
from yipanqi.desk.forms import CaseFilter
from yipanqi.kernel.paging import keyset_page
from yipanqi.people.models import User
from yipanqi.typed import whole

NEWEST, DUE = ("-found_at", "-id"), ("stage_due_at", "id")
PIECE = 2_000


def chosen(user: User, form: CaseFilter) -> tuple[QuerySet[Case], tuple[str, ...], str]:
    """What the filters leave of what `user` may see, its order, and the title of the inbox group it began from."""
    filters = form.filters()
    queryset, title = cases.visible_to(user), ""
    group = whole(form.cleaned_data.get("group", ""))
    groups = cases.inbox(user) if group else []
    if group and group <= len(groups):
        title, queryset, _tone = groups[group - 1]
    queryset = cases.filtered(queryset, filters)
    if form.cleaned_data.get("order") == "due":
        return queryset.filter(cases.IS_OPEN, stage_due_at__isnull=False), DUE, str(title)
    return queryset, NEWEST, str(title)


def exported(user: User, given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The lines of the list's export in pieces, each read by itself: between two of them the worker does other things."""
    queryset, order, _title = chosen(user, CaseFilter(QueryDict(given["query"])))
    cursor = None
    while True:
        page = keyset_page(queryset.select_related(*showing.JOINS), order, cursor, PIECE)
        yield from sheets.case_rows(page.items)
        if (cursor := page.next) is None:
            return
