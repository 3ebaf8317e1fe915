"""Who gets to a page or an operation: signed in, and let in by a rule; everyone else reads why."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.permissions import why_not

View = Callable[..., HttpResponseBase]


def demand(actor: Any, name: str, thing: Any = None) -> None:
    """Raises NotAllowed with the reason where the rule `name` turns the actor away."""
    if not actor.has_perm(name, thing):
        raise NotAllowed(why_not(name))


def gate(name: str) -> Callable[[View], View]:
    """Let in signed-in people whom the rule `name` lets in; others get NotAllowed, shown as a page with the reason."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            demand(request.user, name)
            return view(request, *args, **kwargs)

        return login_required(call)

    return wrap
