"""Who gets in: signed in, and allowed by a rule; everyone else reads why."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.permissions import why_not
from yipanqi.people.models import User

View = Callable[..., HttpResponseBase]


def gate(name: str) -> Callable[[View], View]:
    """Let in signed-in users whom the rule `name` lets in. Raises NotAllowed (shown as a page) for others."""

    def wrap(view: View) -> View:
        @login_required
        @functools.wraps(view)
        def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(name):
                raise NotAllowed(why_not(name))
            return view(request, *args, **kwargs)

        return cast(View, call)

    return wrap


def person(request: HttpRequest) -> User:
    """The signed-in user of a gated page."""
    return cast(User, request.user)
