"""The triage desk: one case at a time, decided by keyboard; the next one comes by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.desk import claims, duty_words, suggesting, triage
from yipanqi.desk.triage_form import TriageForm, decide, duty_for
from yipanqi.desk.views.gates import gate, person
from yipanqi.kernel.actions import Refused
from yipanqi.people.models import User
from yipanqi.standards.models import IssueClass
from yipanqi.typed import whole

#: What a decision taken back at once leaves in the thread, and what the clerk is told.
SAID = {
    "withdraw": (gettext_lazy("交办有误，综合组随即撤销。"), gettext_lazy("已撤销 %(number)s 的交办，可以重新决定。")),
    "unaccept": (gettext_lazy("受理有误，综合组随即撤销。"), gettext_lazy("已撤销 %(number)s 的受理，可以重新决定。")),
    "split_off": (gettext_lazy("并案有误，综合组随即撤销。"), gettext_lazy("已撤销 %(number)s 的并案，可以重新决定。")),
}


@require_safe
@gate("desk.see_triage")
def first(request: HttpRequest) -> HttpResponse:
    """The first case of the queue that nobody else has before them; where nothing waits, what the desk is for."""
    user = person(request)
    return _page(request, user, triage.free(triage.waiting(user), user))


@require_http_methods(["GET", "HEAD", "POST"])
@gate("desk.see_triage")
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One case; POST decides it and answers with the next. `from` names the case that was skipped, which others may have now."""
    user = person(request)
    case = _find(number, user)
    if request.method == "POST":
        return _decided(request, case, user)
    skipped = triage.shown_case(request.GET.get("from", ""), user)
    if skipped is not None:
        claims.leave(skipped, user)
    return _page(request, user, number)


@require_safe
@gate("desk.see_triage")
def duty(request: HttpRequest, number: str) -> HttpResponse:
    """Who answers for the case under the class that was looked up, and to whom such cases went before."""
    user = person(request)
    case = _find(number, user)
    row = IssueClass.objects.filter(key=request.GET.get("other_class", "")).first()
    told = duty_words.shown(duty_for(case, row, timezone.localdate()))
    return render(request, "desk/_triage_duty.html", {"duty": told, "decided": suggesting.went_to(case, row, user)})


@require_POST
@gate("desk.see_triage")
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Take back at once a decision of one's own with which nobody has gone on; the case stands at the desk again."""
    user = person(request)
    case = _find(number, user)
    note, problem, back = "", "", triage.undone_by(case, user)
    if not back:
        problem = _("%(number)s 已有后续进展，不能在这里撤销；请打开案件办理。") % {"number": number}
    else:
        try:
            reason, done = SAID[back]
            getattr(actions, back)(case, note=str(reason), by=user, at=timezone.now())
            note = done % {"number": number}
        except Refused as refusal:
            problem = str(refusal)
    return _page(request, user, number, note=note, problem=problem)


def _find(number: str, user: User) -> Case:
    case = triage.shown_case(number, user)
    if case is None:
        raise Http404
    return case


def _decided(request: HttpRequest, case: Case, user: User) -> HttpResponse:
    form, version = TriageForm(request.POST), whole(request.POST.get("version", ""))
    if not form.is_valid():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        return _page(request, user, case.number, form=form, problem=" ".join(sentences))
    following = triage.free(triage.waiting(user), user, after=case.number)
    try:
        done = decide(case, form, user, version, timezone.now(), timezone.localdate())
    except Refused as refusal:
        return _page(request, user, case.number, form=form, problem=str(refusal))
    claims.leave(case, user)
    return _page(request, user, following, note=f"{case.number} {done}", undo=case.number)


def _page(
    request: HttpRequest, user: User, number: str, *, form: TriageForm | None = None, note: str = "", problem: str = "", undo: str = ""
) -> HttpResponse:
    """The case of a number in place, or on a page of its own; after a plain form a redirect carries the words on."""
    in_place = request.headers.get("HX-Request") == "true"
    if request.method == "POST" and not in_place and not problem:
        messages.success(request, note)
        return redirect(reverse("desk:triage_case", args=[number]) if number else reverse("desk:triage"))
    case = triage.shown_case(number, user) if number else None
    shown: dict[str, Any] = triage.context(case, user, form) if case else {"case": None, "left": 0}
    last = triage.shown_case(undo, user) if undo else None
    back = triage.undone_by(last, user) if last else ""
    context = {**shown, "note": note, "problem": problem, "undo": undo if back else "", "undo_move": back}
    if not in_place:
        return render(request, "desk/triage.html", context, status=422 if problem else 200)
    answer = render(request, "desk/_triage.html", context)
    answer.headers["HX-Push-Url"] = reverse("desk:triage_case", args=[number]) if case else reverse("desk:triage")
    return answer
