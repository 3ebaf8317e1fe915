"""One case, one page; its moves as forms in place or as pages of their own; its journal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.cases import actions
from yipanqi.cases import selectors as cases
from yipanqi.cases.forms import MOVE_FORMS
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.desk import actions as office
from yipanqi.desk import (
    case_page,
    deciding,
    duty_words,
    journal_words,
    move_list,
    pictures,
    selectors,
    showing,
    stage_line,
    suggesting,
)
from yipanqi.desk.views.gates import gate, person
from yipanqi.files.models import Photo
from yipanqi.files.receiving import take_form_photos
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.paging import keyset_page
from yipanqi.people.lookup import look_up
from yipanqi.people.models import Unit, User
from yipanqi.typed import whole

#: What photos sent with a move show.
PHOTO_KINDS = {
    "resolve": Photo.Kind.AFTER, "finish_step": Photo.Kind.AFTER, "fix_on_the_spot": Photo.Kind.AFTER, "verify_pass": Photo.Kind.AFTER, "recheck_pass": Photo.Kind.AFTER,
    "rebound": Photo.Kind.BEFORE, "confirm": Photo.Kind.BEFORE,
}  # fmt: skip


def find(number: str, user: User) -> Case:
    """The case of a number, if the person may see it; otherwise it is not there. Raises Http404."""
    case = case_page.visible_cases(user).filter(number=number).first()
    if case is None:
        raise Http404
    return case


@require_safe
@gate("cases.see_cases")
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The whole case on one page."""
    user = person(request)
    found = find(number, user)
    return render(request, "desk/case.html", case_page.context(found, user))


@require_safe
@gate("cases.see_cases")
def case_point(request: HttpRequest, number: str) -> HttpResponse:
    """The case and what lies similar around it, as GeoJSON points for its small map."""
    user = person(request)
    found = find(number, user)
    near = [found, *(other for other, _metres in cases.similar(found, user))]
    return JsonResponse({"type": "FeatureCollection", "features": [_feature(c) for c in near if c.lon is not None]})


def _feature(case: Case) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
        "properties": {
            "title": case.title,
            "url": reverse("desk:case", args=[case.number]),
            "tone": showing.state_tone(case.state),
            "state": str(case.get_state_display()),
        },
    }


@require_http_methods(["GET", "HEAD", "POST"])
@gate("cases.see_cases")
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """The form of one move; POST makes it. A refusal stands beside the form and nothing typed is lost."""
    user = person(request)
    found = find(number, user)
    if verb not in MOVE_FORMS:
        raise Http404
    if request.method != "POST":
        return _form_page(request, found, verb, _form(verb, found, user, request), [])
    photos, wrong = take_form_photos(request, user, PHOTO_KINDS.get(verb, Photo.Kind.OTHER), timezone.now())
    form = _form(verb, found, user, request)
    problem = " ".join(wrong) or _moved_meanwhile(request, found, verb)
    if not problem and form.is_valid():
        try:
            result = _act(found, verb, form, photos, user, request.POST.get("version", ""))
        except Refused as refusal:
            problem = str(refusal)
        else:
            return _done(request, found, verb, result)
    return _form_page(request, found, verb, form, photos, problem)


def _form(verb: str, case: Case, user: User, request: HttpRequest) -> forms.Form:
    initial: dict[str, Any] = {}
    if verb == "accept":
        initial = {"issue_class": case.issue_class, "severity": case.severity}
    if verb == "correct_class":
        initial = {"issue_class": case.issue_class}
    if verb in ("dispatch", "uphold"):
        duty = case_page.duty_of(case)
        initial = {"unit": duty.unit, "co_units": list(duty.co_units), "requirements": case.requirements}
    if verb == "uphold":
        initial["unit"] = cases.preselected_heir(case, initial["unit"])[0]
    initial |= suggesting.initial(case, verb, user, request)
    form = MOVE_FORMS[verb](request.POST if request.method == "POST" else None, initial=initial)
    if verb == "release_unit":
        form.fields["unit"].queryset = Unit.objects.filter(pk__in=[p.unit_id for p in cases.live(case)[1:]])  # type: ignore[attr-defined]
    case_page.narrow_units(form, case, user, verb)
    deciding.tell_reach(form, case)
    look_up(form)
    return form


def _act(case: Case, verb: str, form: forms.Form, photos: list[Any], user: User, seen: str) -> Any:
    values = {k: v for k, v in form.cleaned_data.items() if k != "photos"}
    if "photos" in form.fields:
        values["photos"] = tuple(photos)
    if verb == "accept":
        values["suggested"] = suggesting.kept(case, user)
    return getattr(actions, verb)(case, by=user, at=timezone.now(), version=whole(seen), **values)


def _moved_meanwhile(request: HttpRequest, case: Case, verb: str) -> str:
    """Who did what since the page was opened; empty where nobody did, or where it does not matter."""
    seen = whole(request.POST.get("version", ""))
    if verb == "comment" or seen is None or seen >= case.version:
        return ""
    newest = list(cases.thread(case))[-1:]
    for done in newest:
        who = done.actor.name if done.actor else _("系统")
        return _("您打开页面之后，%(who)s 已于 %(at)s 作了“%(what)s”，现在是“%(state)s”。您填的内容还在：请看过最新情况，仍要办理就再提交一次。") % {
            "who": who, "at": showing.moment(done.at), "what": case_page.verb_title(done.verb), "state": case.get_state_display(),
        }  # fmt: skip
    return _("这件事刚被别人处理过，请看过最新情况再提交。")


def _form_page(
    request: HttpRequest, case: Case, verb: str, form: forms.Form, photos: list[Any], problem: str = ""
) -> HttpResponse:
    name = f"cases.{verb}"
    allowed = next((m for m in cases.open_moves(case, person(request)) if m.name == verb), None)
    why = ""
    if allowed is None:
        why = _("案件现在是“%(state)s”，没有“%(move)s”这一步。") % {
            "state": case.get_state_display(),
            "move": case_page.verb_title(verb),
        }
    elif not allowed.allowed:
        why = allowed.why_not or ""
    duty = case_page.duty_of(case) if verb in ("dispatch", "uphold") else None
    context = {
        "case": case, "verb": verb, "title": case_page.verb_title(verb), "form": form, "photos": [pictures.picture(p) for p in photos],
        "takes_photos": "photos" in form.fields, "problem": problem, "why": why, "action": reverse("desk:move", args=[case.number, verb]),
        "duty": duty_words.shown(duty) if duty else None, "before": deciding.before(case, verb, duty.unit if duty else None), "tone": "late" if verb in move_list.BACKWARDS else "",
        "state_tone": showing.state_tone(case.state), "rule": name, "step": stage_line.step_asked(case, verb), "suggested": suggesting.shown(case, verb, person(request)),
    }  # fmt: skip
    refused = context["refused"] = bool(problem or form.errors)
    if request.headers.get("HX-Request") == "true":  # htmx swaps only successful answers in
        return render(request, "desk/_move_form.html", context)
    return render(request, "desk/move.html", context, status=422 if refused else 200)


def _done(request: HttpRequest, case: Case, verb: str, result: Any) -> HttpResponse:
    target = result if isinstance(result, Case) else case
    words = _("已办理：%(move)s。") % {"move": case_page.verb_title(verb)}
    if target.pk != case.pk:
        words = _("已登记反弹，新案件编号 %(number)s。") % {"number": target.number}
    elif target.state != case.state:
        words = _("已办理：%(move)s。现在是“%(state)s”。") % {
            "move": case_page.verb_title(verb),
            "state": State(target.state).label,
        }
    words += deciding.rule_written(target, verb)
    messages.success(request, words)
    url = reverse("desk:case", args=[target.number])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


@require_POST
@gate("cases.see_cases")
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """One photo before and one after are shown to the public, any others no longer; or, with `withdraw`, none is."""
    user, now = person(request), timezone.now()
    found = find(number, user)
    if request.POST.get("withdraw"):
        office.withdraw_pair(found, by=user, at=now)
        messages.success(request, _("已撤回，公众看不到这件案件的照片了。"))
    else:
        sent = request.POST.get
        office.publish_pair(found, after=sent("after", ""), before=sent("before", ""), looked=bool(sent("looked")), by=user, at=now)
        messages.success(request, _("已公开，市民在首页可以看到整改前后的照片。"))
    return redirect(reverse("desk:case", args=[number]) + "#photos")


@require_POST
@gate("cases.see_cases")
def answer(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The office answers a resident's report of this case."""
    user = person(request)
    found = find(number, user)
    report = found.reports.filter(code=code).first()
    if report is None:
        raise Http404
    text = request.POST.get("text", "").strip()
    if not text:
        messages.error(request, _("答复不能为空。"))
        return redirect("desk:case", number)
    actions.answer(report, text=text[:2000], by=user, at=timezone.now())
    messages.success(request, _("已答复市民，凭查询码可以看到。"))
    return redirect("desk:case", number)


@require_safe
@gate("desk.see_journal")
def journal(request: HttpRequest, number: str) -> HttpResponse:
    """Every act on the case as the journal holds it."""
    found = find(number, person(request))
    page = keyset_page(selectors.journal_of("cases.case", found.number), ("-id",), request.GET.get("cursor"), 100)
    context = {
        "case": found,
        "rows": journal_words.lines(page.items),
        "next_url": f"?cursor={page.next}" if page.next else "",
    }
    return render(request, "desk/journal.html", context)
