"""Who gets to the board's pages."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.permissions import why_not

View = Callable[..., HttpResponseBase]


def gate(name: str) -> Callable[[View], View]:
    """Let in signed-in people whom the rule `name` lets in; others get NotAllowed, shown as a page with the reason."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(name):
                raise NotAllowed(why_not(name))
            return view(request, *args, **kwargs)

        return login_required(call)

    return wrap
