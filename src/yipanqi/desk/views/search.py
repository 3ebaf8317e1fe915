"""One box for case numbers, words, places and units."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.desk import selectors, showing
from yipanqi.desk.views.gates import gate, person

LIMIT = 20


@require_safe
@gate("cases.see_cases")
def search(request: HttpRequest) -> HttpResponse:
    """What fits the words among what the person may see; a whole case number, or for the office a resident's code, opens the case."""
    user, text = person(request), request.GET.get("q", "").strip()[:100]
    if text and (exact := cases.visible_to(user).filter(number__iexact=text).first()):
        return redirect("desk:case", exact.number)
    report = cases.report_by_code(text) if text else None
    if report and cases.reports_visible_to(user).filter(pk=report.pk).exists():
        return redirect("desk:case", report.case.number)
    found: list[Case] = []
    more = False
    if text:
        queryset = cases.filtered(cases.visible_to(user), {"q": text}).select_related(*showing.JOINS)
        found, more = selectors.first_of(queryset.order_by("-found_at", "-id"), LIMIT)
    places = selectors.first_of(selectors.found_places(text), LIMIT)[0] if text else []
    units = selectors.first_of(selectors.found_units(text), LIMIT)[0] if text else []
    context = {"search_text": text, "rows": showing.rows(found), "more": more, "places": places, "units": units}
    return render(request, "desk/search.html", context)
