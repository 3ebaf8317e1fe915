"""The list of cases: filters in the address, many at once, exported as shown."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.batches.actions import ask_for_file
from yipanqi.batches.catalogue import EXPORT_AT_ONCE
from yipanqi.desk import bulk, coming_back, saved, sheets, showing
from yipanqi.desk.actions import note_export
from yipanqi.desk.choosing import chosen
from yipanqi.desk.forms import CaseFilter
from yipanqi.desk.views.gates import gate, person
from yipanqi.kernel.paging import keyset_page
from yipanqi.kernel.policy import policy_value
from yipanqi.sheets import export

PAGE = 50
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


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
        "board_url": coming_back.board_url(request),
        "filtered": bool(form.filters()) or bool(title),
        "chips": form.chips(request.GET, title),
        "ignored": form.ignored(request.GET),
        "open_filters": form.is_narrow() or bool(form.errors),
        "next_url": f"?{query.urlencode()}" if page.next else "",
        "first_url": f"?{plain}" if request.GET.get("cursor") else "",
        "exports": [(fmt, f"{reverse('desk:export_cases', args=[fmt])}?{plain}") for fmt in TYPES],
        "bulk_moves": bulk.offered(user),
        "bulk_query": plain,
        "here": request.get_full_path(),
        "may_report": user.has_perm("cases.report_case"),
    }
    return render(request, "desk/cases.html", context)


@require_safe
@gate("cases.see_cases")
def export_cases(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """All pages of the list as shown, as .xlsx or .csv, written to a temporary file row by row; where it is very long the
    worker writes it, and a page shows how far it is."""
    user = person(request)
    queryset, order, _title = chosen(user, CaseFilter(request.GET))
    most = int(policy_value(EXPORT_AT_ONCE.key))
    name = f"{_('案件列表')}-{timezone.localdate():%Y%m%d}.{fmt}"
    if queryset.order_by()[: most + 1].count() > most:
        query = request.GET.urlencode()
        made = ask_for_file(
            None, kind="export", what="case_list", given={"query": query, "fmt": fmt}, file_name=name, total=queryset.order_by().count(),
            back=f"{reverse('desk:cases')}?{query}", by=user, at=timezone.now(),
        )  # fmt: skip
        return redirect("batches:batch", made.uuid)
    rows = queryset.select_related(*showing.JOINS).order_by(*order).iterator(chunk_size=2000)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    written = export(sheets.CASE_LIST, sheets.case_rows(rows), file, fmt)
    note_export(None, sheet="case_list", rows=written, by=user, at=timezone.now())
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[fmt])
