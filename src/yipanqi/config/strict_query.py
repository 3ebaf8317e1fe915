"""Unknown query parameters are an error, for every operation of the API: a misspelt filter must not be ignored."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.operation import Operation
from ninja.params.models import QueryModel

from yipanqi.kernel.api import problem


def query_names(operation: Operation) -> frozenset[str]:
    """The query parameters an operation declares, as they are written in the address."""
    models = [m for m in operation.models if issubclass(m, QueryModel)]
    return frozenset(name for m in models for name in m.__ninja_flatten_map__)


def strict_query(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap an operation's `run`: `api.add_decorator(strict_query, mode="view")` before the routers are added."""
    known = query_names(inspect.unwrap(run).__self__)  # type: ignore[attr-defined]

    @functools.wraps(run)
    def checked(request: HttpRequest, **path: Any) -> HttpResponse:
        unknown = sorted(set(request.GET) - known)
        if not unknown:
            return run(request, **path)
        sentence = _("不认识的查询参数；可用的有：%(names)s") % {"names": _("、").join(sorted(known)) or _("无")}
        return problem(400, sentence, [{"field": name, "message": _("不认识的查询参数")} for name in unknown])

    return checked
