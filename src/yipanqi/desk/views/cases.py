"""The list of cases: filters in the address, many at once, exported as shown."""

from __future__ import annotations

import tempfile
from collections import Counter

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import CASE
from yipanqi.desk import bulk as bulk_moves
from yipanqi.desk import saved, sheets, showing
from yipanqi.desk.actions import note_export
from yipanqi.desk.forms import CaseFilter
from yipanqi.desk.views.gates import gate, person
from yipanqi.kernel.paging import keyset_page
from yipanqi.people.models import User
from yipanqi.sheets import export

PAGE = 50
NEWEST, DUE = ("-found_at", "-id"), ("stage_due_at", "id")
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


def chosen(user: User, form: CaseFilter) -> tuple[QuerySet[Case], tuple[str, ...], str]:
    """What the filters leave of what `user` may see, its order, and the title of the inbox group it began from."""
    filters = form.filters()
    queryset, title = cases.visible_to(user), ""
    group = form.cleaned_data.get("group", "")
    groups = cases.inbox(user) if group.isascii() and group.isdigit() else []
    if groups and 0 < int(group) <= len(groups):
        title, queryset, _tone = groups[int(group) - 1]
    queryset = cases.filtered(queryset, filters)
    if form.cleaned_data.get("order") == "due":
        return queryset.filter(cases.IS_OPEN, stage_due_at__isnull=False), DUE, str(title)
    return queryset, NEWEST, str(title)


@require_safe
@gate("cases.see_cases")
def case_list(request: HttpRequest) -> HttpResponse:
    """Cases by filters, fifty at a time."""
    user, form = person(request), CaseFilter(request.GET)
    if not request.GET and (opening := saved.opening_of(user)):
        return redirect(f"{reverse('desk:cases')}?{opening.query}")
    queryset, order, title = chosen(user, form)
    asked = form.cleaned_data.get("q", "")
    page = keyset_page(showing.listed(queryset, words=bool(asked)), order, request.GET.get("cursor"), PAGE)
    query = request.GET.copy()
    query.pop("cursor", None)
    plain = query.urlencode()
    query["cursor"] = page.next or ""
    shown = saved.tidy(request.GET)
    views = saved.chips(user, shown)
    context = {
        "form": form,
        "views": views,
        "shown": shown,
        "may_keep": bool(shown) and not title and not form.errors and not any(chip.now for chip in views),
        "gone": saved.gone(shown),
        "rows": showing.rows(page.items, asked),
        "group_title": title,
        "filtered": bool(form.filters()) or bool(title),
        "chips": form.chips(request.GET, title),
        "ignored": form.ignored(request.GET),
        "open_filters": form.is_narrow() or bool(form.errors),
        "next_url": f"?{query.urlencode()}" if page.next else "",
        "first_url": f"?{plain}" if request.GET.get("cursor") else "",
        "exports": [(fmt, f"{reverse('desk:export_cases', args=[fmt])}?{plain}") for fmt in TYPES],
        "bulk_moves": bulk_moves.offered(user),
        "here": request.get_full_path(),
        "may_report": user.has_perm("cases.report_case"),
    }
    return render(request, "desk/cases.html", context)


@require_safe
@gate("cases.see_cases")
def export_cases(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All pages of the list as shown, as .xlsx or .csv; written to a temporary file row by row."""
    queryset, order, _title = chosen(person(request), CaseFilter(request.GET))
    rows = queryset.select_related(*showing.JOINS).order_by(*order).iterator(chunk_size=2000)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    written = export(sheets.CASE_LIST, sheets.case_rows(rows), file, fmt)
    note_export(None, sheet="case_list", rows=written, by=person(request), at=timezone.now())
    file.seek(0)
    name = f"{_('案件列表')}-{timezone.localdate():%Y%m%d}.{fmt}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[fmt])


@require_POST
@gate("cases.see_cases")
def bulk(request: HttpRequest) -> HttpResponse:
    """One move on every chosen case; each is done or refused by itself, and the page says which and why.

    Raises:
        Refused: nothing chosen, too many, or a move that is not offered for many.
    """
    verb = request.POST.get("move", "")
    results = bulk_moves.make(verb, request.POST.getlist("number"), by=person(request), at=timezone.now())
    back = request.POST.get("back", "")
    context = {
        "move": CASE.moves[verb].title,
        "results": results,
        "done": sum(not r.why for r in results),
        "refused": sum(bool(r.why) for r in results),
        "reasons": Counter(r.why for r in results if r.why).most_common(),
        "back": back if back.startswith("/cases/") else reverse("desk:cases"),
    }
    return render(request, "desk/bulk.html", context)
