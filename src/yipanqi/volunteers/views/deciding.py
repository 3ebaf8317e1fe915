"""What waits for a keeper: requests about own data, and entries that look like one person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.gates import gate
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.volunteers import actions, selectors
from yipanqi.volunteers.actions import wanted_fields
from yipanqi.volunteers.forms import MergeForm, PairFilter, RequestFilter, WhyForm
from yipanqi.volunteers.keeping import plain
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import PairState
from yipanqi.volunteers.views.answering import answer, now, shown, tone, try_form

DIFFER = ("name", "sex", "born_on", "document", "masked_id", "masked_phone", "area", "registered_on", "source", "national_number")


@require_safe
@gate("volunteers.see_requests")
def requests(request: HttpRequest) -> HttpResponse:
    """Requests of those whom the person looks after, the newest first."""
    form = RequestFilter(request.GET)
    state = form.cleaned_data["state"] if form.is_valid() else ""
    rows = selectors.requests_visible_to(request.user)
    page = keyset_page(rows.filter(state=state) if state else rows, ("-asked_at", "-id"), request.GET.get("cursor"), 50)
    return render(request, "volunteers/requests.html", {"rows": [(one, tone(one.state)) for one in page.items], "form": form, "next_url": next_url(request, page.next), "tab": "requests"})


@never_cache
@gate("volunteers.see_requests")
def own_request(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One request: what is stored, what is wanted; agree, or refuse with the ground."""
    asked = get_object_or_404(selectors.requests_visible_to(request.user), uuid=uuid)
    person, wanted = asked.volunteer, wanted_fields(asked)
    lines = [(_label(key), _words(person, key, getattr(person, key)), _words(person, key, value)) for key, value in wanted.items()]
    form = WhyForm(request.POST or None)
    if request.method == "POST" and try_form(form, lambda form: actions.refuse_request(asked, why=form.cleaned_data["why"], by=request.user, at=now())):
        messages.success(request, _("已答复"))
        return redirect("volunteers:requests")
    return shown(request, "volunteers/request.html", form, asked=asked, tone=tone(asked.state), lines=lines, may=request.user.has_perm("volunteers.agree_to_request", asked), tab="requests")


def _words(person: Volunteer, key: str, value: Any) -> Any:
    field: Any = person._meta.get_field(key)
    choices = dict(field.choices or ())
    return choices.get(value, plain(value) if value not in ("", None) else "—")


@require_POST
@gate("volunteers.see_requests")
def agree(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Carry a request out."""
    asked = get_object_or_404(selectors.requests_visible_to(request.user), uuid=uuid)
    return answer(request, lambda: actions.agree_to_request(asked, by=request.user, at=now()), "volunteers:requests")


@require_safe
@gate("volunteers.see_pairs")
def pairs(request: HttpRequest) -> HttpResponse:
    """Entries that look like one person, with the reason."""
    form = PairFilter(request.GET)
    state = (form.cleaned_data["state"] if form.is_valid() else "") or PairState.OPEN
    page = keyset_page(selectors.pairs_visible_to(request.user).filter(state=state), ("-id",), request.GET.get("cursor"), 50)
    return render(request, "volunteers/pairs.html", {"rows": [(one, tone(one.state)) for one in page.items], "form": form, "next_url": next_url(request, page.next), "tab": "pairs"})


@never_cache
@gate("volunteers.see_pairs")
def pair(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Two entries side by side; the same person, or not. What merging moves is said before it is done."""
    found = get_object_or_404(selectors.pairs_visible_to(request.user), uuid=uuid)
    merging = request.method == "POST" and "merge" in request.POST
    form = MergeForm(request.POST if merging else None, pair=found, initial={"keep": found.first.number})
    distinct = WhyForm(request.POST if request.method == "POST" and not merging else None, auto_id="distinct_%s")
    asked: Any = form if merging else distinct

    def act(given: Any) -> Any:
        why, who = given.cleaned_data["why"], {"by": request.user, "at": now()}
        if not merging:
            return actions.call_distinct(found, why=why, **who)
        keep = next(one for one in (found.first, found.second) if one.number == given.cleaned_data["keep"])
        return actions.merge(found, keep=keep, why=why, **who)

    if request.method == "POST" and try_form(asked, act):
        messages.success(request, _("已合并") if merging else _("已记下，不再提示"))
        return redirect("volunteers:pairs")
    lines = [(_label(name), _shown(found.first, name), _shown(found.second, name)) for name in DIFFER]
    return render(request, "volunteers/pair.html", {
        "pair": found, "form": form, "distinct": distinct, "lines": lines, "tone": tone(found.state), "is_open": found.state == PairState.OPEN, "tab": "pairs",
    }, status=422 if asked.errors else 200)  # fmt: skip


def _label(name: str) -> Any:
    field: Any = Volunteer._meta.get_field({"masked_id": "id_number", "masked_phone": "phone"}.get(name, name))
    return field.verbose_name


def _shown(person: Volunteer, name: str) -> Any:
    words = getattr(person, f"get_{name}_display", None)
    value = words() if words else getattr(person, name)
    return plain(value) if value not in ("", None) else "—"
