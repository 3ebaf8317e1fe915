"""The list of volunteers for stations and the centre, one volunteer, and what keepers do to an entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.gates import demand, gate
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import Role
from yipanqi.volunteers import actions, selectors
from yipanqi.volunteers.catalogue import GUARDIAN_TEXT, OWN_TEXT, REVEALS, SKILLS
from yipanqi.volunteers.forms import (
    CorrectionForm,
    EnterForm,
    EnterWithGuardianForm,
    GuardianForm,
    VolunteerFilter,
    WhyForm,
)
from yipanqi.volunteers.models import DAYPARTS, Volunteer
from yipanqi.volunteers.views.answering import answer, now, open_verbs, seen, shown, tone, try_form

#: Moves that need nothing but the button, with what is asked before them.
PLAIN = {
    "approve": "", "take_back_leaving": gettext_lazy("恢复这份登记吗？"), "leave": gettext_lazy("退出后不再参加活动，队伍和报名随之结束。确定吗？"),
    "withdraw_guardian_consent": gettext_lazy("撤回后孩子不再参加活动，直到监护人再次同意。确定吗？"),
}  # fmt: skip
REVEAL = {"phone": actions.reveal_phone, "id": actions.reveal_id, "guardian": actions.reveal_guardian}


@require_safe
@gate("volunteers.see_list")
def volunteers(request: HttpRequest) -> HttpResponse:
    """Whom the person looks after, the newest first."""
    form = VolunteerFilter(request.GET, teams=selectors.teams_to_enter(request.user) if Role.STATION in request.user.roles else None)  # type: ignore[union-attr]
    wanted = form.cleaned_data if form.is_valid() else {}
    people = selectors.filtered(selectors.visible_to(request.user), wanted).select_related("area")
    page = keyset_page(people, ("-id",), request.GET.get("cursor"), 50)
    return render(request, "volunteers/volunteers.html", {
        "rows": [(person, tone(person.state)) for person in page.items], "form": form, "next_url": next_url(request, page.next), "full": selectors.reads_people(request.user),
        "may_enter": request.user.has_perm("volunteers.use_entry_page"), "may_import": request.user.has_perm("volunteers.save_volunteers"), "tab": "volunteers",
    })  # fmt: skip


@login_required
@never_cache
@require_safe
def volunteer(request: HttpRequest, number: str) -> HttpResponse:
    """One volunteer, as far as the person may see."""
    return _page(request, seen(request, number))


def _page(request: HttpRequest, person: Volunteer, **more: Any) -> HttpResponse:
    may = request.user.has_perm
    moves = [(move, PLAIN[move.name]) for move in open_verbs(person, request.user, tuple(PLAIN))]
    keeps = may("volunteers.correct", person)
    return render(request, "volunteers/volunteer.html", {
        "person": person, "tone": tone(person.state), "moves": moves, "keeps": keeps, "full": selectors.reads_people(request.user) or keeps or may("volunteers.change_own", person),
        "memberships": [(held, tone(held.state)) for held in person.memberships.select_related("team")], "consents": person.consents.filter(given_at__isnull=False).select_related("text"),
        "skills": [SKILLS[key] for key in person.skills if key in SKILLS], "week": _week(person), "merged": person.merged.all(),
        "may_phone": bool(person.phone) and may("volunteers.reveal_phone", person), "may_id": bool(person.id_number) and may("volunteers.reveal_id", person),
        "may_guardian": may("volunteers.reveal_guardian", person), "may_decline": person.state in ("consent", "pending") and may("volunteers.decline", person),
        "may_consent": person.state == "consent" and may("volunteers.consent_at_station", person), "may_open": person.is_live and may("volunteers.open_account", person),
        "may_ask_guardian": person.state == "consent" and may("volunteers.ask_guardian", person), "why": WhyForm(), **more,
    })  # fmt: skip


def _week(person: Volunteer) -> list[tuple[Any, list[Any]]]:
    words, days = dict(DAYPARTS), [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]
    return [(days[int(day) - 1], [words[part] for part in parts]) for day, parts in sorted(person.availability.items())]


@require_POST
@login_required
def move(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Approve, end, bring back, or take a guardian's consent back."""
    if verb not in PLAIN:
        raise Http404
    person = seen(request, number)
    act: Callable[..., Any] = getattr(actions, verb)
    done = answer(request, lambda: act(person, by=request.user, at=now()), person_url(person))
    still = selectors.visible_to(request.user).filter(pk=person.pk).exists()  # who left a team is not everybody's any more
    return done if still else redirect("volunteers:volunteers" if request.user.has_perm("volunteers.see_list") else "volunteers:me")


def person_url(person: Volunteer) -> str:
    """The page of a volunteer."""
    return f"/volunteers/{person.number}/"


@require_POST
@login_required
def decline(request: HttpRequest, number: str) -> HttpResponse:
    """Do not accept an entry."""
    person = seen(request, number)
    return answer(request, lambda: actions.decline(person, why=request.POST.get("why", ""), by=request.user, at=now()), person_url(person))


@require_POST
@login_required
@never_cache
def open_account(request: HttpRequest, number: str) -> HttpResponse:
    """An account, or a new one-time password, shown once."""
    made = actions.open_account(seen(request, number), by=request.user, at=now())
    return _page(request, seen(request, number), one_time_password=made.password)


@require_POST
@login_required
@never_cache
def ask_guardian(request: HttpRequest, number: str) -> HttpResponse:
    """A new code for the guardian, shown once."""
    asked = actions.ask_guardian(seen(request, number), by=request.user, at=now())
    return _page(request, asked.volunteer, guardian_code=asked.code)


@require_POST
@login_required
@never_cache
def reveal(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """A telephone or document number in full; the journal keeps who looked."""
    if what not in REVEAL:
        raise Http404
    person = seen(request, number)
    demand(request.user, f"volunteers.reveal_{what}", person)
    REVEALS.take(request.user.get_username(), now())
    text = REVEAL[what](person, by=request.user, at=now())
    return render(request, "volunteers/_revealed.html", {"text": text, "person": person, "what": what})


@login_required
@never_cache
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Correct who somebody is, with the document at hand."""
    person = seen(request, number)
    demand(request.user, "volunteers.correct", person)
    form = CorrectionForm(request.POST or None)

    def act(form: Any) -> Volunteer:
        stored = {"document": person.document, "id_number": person.id_number, "issued_by": person.issued_by} if person.id_number else {}
        wanted = form.wanted()
        whole = {**stored, **wanted} if set(wanted) & set(stored) else wanted
        return actions.correct(person, fields=whole, why=form.cleaned_data["reason"], by=request.user, at=now())

    if request.method == "POST" and try_form(form, act):
        messages.success(request, _("已更正"))
        return redirect(person_url(person))
    return shown(request, "volunteers/form.html", form, title=_("更正身份资料"), back_url=person_url(person))


@login_required
@never_cache
def consent_at_station(request: HttpRequest, number: str) -> HttpResponse:
    """The guardian is there in person, with the own document."""
    person = seen(request, number)
    demand(request.user, "volunteers.consent_at_station", person)
    form = GuardianForm(request.POST or None)
    if request.method == "POST" and try_form(form, lambda given: actions.consent_at_station(person, guardian=form.guardian(), by=request.user, at=now())):
        messages.success(request, _("已登记监护人同意"))
        return redirect(person_url(person))
    return shown(request, "volunteers/form.html", form, title=_("当面登记监护人同意"), back_url=person_url(person), text=policy_value(GUARDIAN_TEXT.key))


@login_required
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """Enter somebody who is there in person and has no telephone, or whom the guardian brings."""
    demand(request.user, "volunteers.use_entry_page")
    at_station = bool(request.user.roles & {Role.CENTRE, Role.STATION})  # type: ignore[union-attr]
    kind = EnterWithGuardianForm if at_station else EnterForm
    form = kind(request.POST or None, teams=selectors.teams_to_enter(request.user), must_have_team=not at_station)

    def act(form: Any) -> Volunteer:
        given = form.cleaned_data
        guardian = form.guardian() if at_station else None
        return actions.enter(None, fields=form.entry(), agreed=given["agreed"], team=given["team"], guardian=guardian, by=request.user, at=now())

    if request.method == "POST" and (made := try_form(form, act)):
        messages.success(request, _("已登记，编号 %(number)s") % {"number": made.number})
        return redirect("volunteers:volunteer", made.number) if selectors.visible_to(request.user).filter(pk=made.pk).exists() else redirect("volunteers:enter")
    back = "volunteers:volunteers" if at_station else "teams:lead"
    return shown(request, "volunteers/form.html", form, title=_("代为登记志愿者"), back=back, text=policy_value(OWN_TEXT.key))
