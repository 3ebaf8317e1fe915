"""Registering, and a guardian's consent: open to everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yipanqi.kernel.actors import Actor, Visitor
from yipanqi.kernel.policy import policy_value
from yipanqi.volunteers import actions, selectors
from yipanqi.volunteers.catalogue import GUARDED_AGE, GUARDIAN_TEXT, LEAST_AGE, OWN_TEXT, REGISTRATIONS, WRONG_CODES
from yipanqi.volunteers.forms import ConsentForm, RegisterForm, StaffRegisterForm
from yipanqi.volunteers.views.answering import address, now, shown, try_form

#: Under this key the session keeps what is told once after registering.
MADE = "volunteers.made"


def _actor(request: HttpRequest) -> Actor:
    return request.user if request.user.is_authenticated else Visitor()  # type: ignore[return-value]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """One screen to register with the real name. Whoever is a volunteer already is led to the own page."""
    if request.method != "POST" and selectors.volunteer_of(request.user) is not None:
        return redirect("volunteers:me")
    by = _actor(request)
    form = (StaffRegisterForm if request.user.is_authenticated else RegisterForm)(request.POST or None)

    def register(form: Any) -> Any:
        REGISTRATIONS.take(address(request), now())
        given = form.cleaned_data
        return actions.register(None, fields=form.entry(), password=given.get("password", ""), agreed=given["agreed"], by=by, at=now())

    if request.method == "POST" and (made := try_form(form, register)):
        request.session[MADE] = {"number": made.volunteer.number, "state": made.volunteer.state, "code": made.code}
        return redirect("volunteers:joined")
    return shown(request, "volunteers/join.html", form, text=policy_value(OWN_TEXT.key), least_age=policy_value(LEAST_AGE.key), guarded_age=policy_value(GUARDED_AGE.key))


@never_cache
@require_safe
def joined(request: HttpRequest) -> HttpResponse:
    """The number just given, what happens next, and a minor's code for the guardian."""
    made = request.session.get(MADE)
    return render(request, "volunteers/joined.html", {"made": made}) if made else redirect("volunteers:join")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guardian(request: HttpRequest) -> HttpResponse:
    """A guardian who was handed a code agrees, with the own document."""
    form = ConsentForm(request.POST or None)

    def consent(form: Any) -> Any:
        WRONG_CODES.take(address(request), now())
        given = form.cleaned_data
        return actions.consent_as_guardian(None, code=given["code"], guardian=form.guardian(), agreed=given["agreed"], by=_actor(request), at=now())

    if request.method == "POST" and (person := try_form(form, consent)):
        return render(request, "volunteers/guardian_done.html", {"number": person.number, "state": person.get_state_display()})
    return shown(request, "volunteers/guardian.html", form, text=policy_value(GUARDIAN_TEXT.key), own_text=policy_value(OWN_TEXT.key))
