"""The journal of a station, team, organisation or whatever else helps."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yipanqi.desk import practice_words, selectors
from yipanqi.desk.views.gates import gate, person
from yipanqi.kernel.paging import keyset_page
from yipanqi.kernel.references import reference
from yipanqi.teams.models import Institution
from yipanqi.teams.selectors import visible_to


@require_safe
@gate("desk.see_journal")
def journal(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """Every act on a thing as the journal holds it."""
    if kind not in practice_words.THINGS:
        raise Http404
    model, route = practice_words.THINGS[kind]
    known_by = "key" if hasattr(model, "theme") else "code"
    found = visible_to(person(request), model).filter(**{known_by: name}).order_by("-pk").first()
    if found is None:
        raise Http404
    page = keyset_page(selectors.journal_of(kind, reference(found)[1]), ("-id",), request.GET.get("cursor"), 100)
    back = [name, found.version] if isinstance(found, Institution) else [name]
    return render(request, "desk/journal.html", {
        "rows": practice_words.lines(page.items, model), "next_url": f"?cursor={page.next}" if page.next else "",
        "thing": str(found), "back": reverse(route, args=back),
    })  # fmt: skip
