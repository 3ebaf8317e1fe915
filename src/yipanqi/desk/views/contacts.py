"""Who reported: starred on the page, told one at a time to the office."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yipanqi.cases import actions
from yipanqi.cases import selectors as cases
from yipanqi.desk.views.gates import gate, person


@require_POST
@gate("cases.see_cases")
@never_cache
def reveal_contact(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Name and telephone of one report in full, for one look; the journal keeps who looked."""
    user = person(request)
    case = cases.visible_to(user, few=True).filter(number=number).first()
    report = case.reports.filter(code=code).first() if case else None
    if report is None:
        raise Http404
    contact = actions.reveal_contact(report, by=user, at=timezone.now())
    if request.headers.get("HX-Request"):
        return render(request, "desk/_contact.html", {"case": case, "report": report, "contact": contact})
    told = " ".join(text for text in (contact.name, contact.phone) if text)
    messages.info(request, _("联系方式：%(contact)s（本次查看已留痕）") % {"contact": told})
    return redirect("desk:case", number)
