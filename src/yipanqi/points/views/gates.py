"""What all pages of points have in common."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.gates import demand
from yipanqi.points.catalogue import enabled

View = Callable[..., HttpResponseBase]
ROWS = 50


def points_page(name: str) -> Callable[[View], View]:
    """A page that is there only where the city uses points, for signed-in people whom the rule `name` lets in."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not enabled():
                raise Http404
            demand(request.user, name)
            return view(request, *args, **kwargs)

        return login_required(call)

    return wrap


def sent(request: HttpRequest, form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> Any:
    """What `act` makes of the form that was sent; None where it is to be filled in, or filled in again."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return act(form.cleaned_data) or True
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return None


def form_page(request: HttpRequest, form: forms.Form, title: Any, back: str, *, button: Any = "", words: Any = "") -> HttpResponse:
    """A page with one form."""
    context = {"form": form, "title": title, "back": back, "button": button, "words": words}
    return render(request, "points/form.html", context, status=422 if form.is_bound and form.errors else 200)
