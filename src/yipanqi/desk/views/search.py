"""One box for case numbers, words, places and units."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from yipanqi.cases import selectors as cases
from yipanqi.desk import selectors, showing
from yipanqi.desk.forms import CaseFilter
from yipanqi.desk.views.cases import chosen
from yipanqi.desk.views.gates import gate, person
from yipanqi.kernel.paging import keyset_page

LIMIT = 20


@require_safe
@gate("cases.see_cases")
def search(request: HttpRequest) -> HttpResponse:
    """What fits the words among what the person may see, narrowed by the filters of the list; a whole case number, or for the
    office a resident's code, opens the case."""
    user, text, cursor = person(request), request.GET.get("q", "").strip()[:100], request.GET.get("cursor")
    if text and (exact := cases.row_of(user, text, "number")):
        return redirect("desk:case", exact.number)
    report = cases.report_by_code(text) if text else None
    if report and cases.reports_visible_to(user).filter(pk=report.pk).exists():
        return redirect("desk:case", report.case.number)
    query = request.GET.copy()
    query["q"] = text
    query.pop("cursor", None)
    plain, form = query.urlencode(), CaseFilter(query)
    context = {"search_text": text, "form": form, "rows": [], "narrowed": form.is_narrow(), "first_url": f"?{plain}" if cursor else ""}
    if text:
        queryset, order, _title = chosen(user, form)
        page = keyset_page(showing.listed(queryset, words=True), order, cursor, LIMIT)
        query["cursor"] = page.next or ""
        context |= {"rows": showing.rows(page.items, text), "next_url": f"?{query.urlencode()}" if page.next else "", "all_query": plain}
    if text and not cursor and not form.is_narrow():
        context["places"] = selectors.first_of(selectors.found_places(text), LIMIT)[0]
        context["units"] = selectors.first_of(selectors.found_units(text), LIMIT)[0]
    return render(request, "desk/search.html", context)
