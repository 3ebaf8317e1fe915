"""Headers on every answer, and expected refusals turned into pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yipanqi.config.tokens import identify, sender_key
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now, problem
from yipanqi.kernel.idempotency import answer_once
from yipanqi.kernel.stamps import one_look

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self' blob:; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
KEYED = ("/api/v1/", "/open311/")
#: What may be half of a surrogate pair in JSON, and bodies that are not read as JSON.
HALF = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
NO_JSON = re.compile(r"multipart/|image/|application/(x-www-form-urlencoded|octet-stream)")
Handler = Callable[[HttpRequest], HttpResponse]


def security_headers(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
        return response

    return middleware


def not_kept(get_response: Handler) -> Handler:
    """What signed-in people and programs are answered, and where a report stands, is for them: nothing on the way keeps it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/track/") or request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def one_reading(get_response: Handler) -> Handler:
    """A page that only reads, and a call of the API, ask once whether cached calendars, classes and duties are still good."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") and not request.path.startswith(KEYED):
            return get_response(request)
        with one_look():
            return get_response(request)

    return middleware


class _Refusals:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A Refused that a view did not catch becomes a page with its sentence, which scripts show as a notice."""
        if not isinstance(error, Refused):
            return None
        answer = render(request, "refused.html", {"sentence": str(error), "status": error.status}, status=error.status)
        if wait_s := getattr(error, "retry_after", 0):
            answer["Retry-After"] = str(wait_s)
        return answer


def refusals(get_response: Handler) -> _Refusals:
    return _Refusals(get_response)




def idempotent_writes(get_response: Handler) -> Handler:
    """Settle who calls the API; a write that carries an Idempotency-Key is done once, its repeats get the first answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(KEYED):
            identify(request)
        keyed = request.method in WRITES and "Idempotency-Key" in request.headers and request.path.startswith(KEYED)
        sender = sender_key(request) if keyed else None
        return get_response(request) if sender is None else answer_once(request, sender, now(), get_response)

    return middleware


def _has_nul(request: HttpRequest) -> bool:
    """A NUL character in address, query or JSON: no database column takes one."""
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    return _carries_json(request) and (b"\\u0000" in request.body or b"\x00" in request.body)


def _carries_json(request: HttpRequest) -> bool:
    """Whether a body is read as JSON: what says so, and at the API whatever is neither a form nor a file."""
    if request.content_type == "application/json":
        return True
    return request.path.startswith("/api/v1/") and request.method in WRITES and not NO_JSON.match(request.content_type or "")


def _has_half(request: HttpRequest) -> bool:
    """Half of a surrogate pair in JSON, as "\\ud800" without its other half or as raw bytes: no text that can be stored."""
    if not _carries_json(request) or not HALF.search(request.body):
        return False
    try:
        json.dumps(json.loads(request.body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):  # no JSON at all: whoever reads it says so
        return False
    return False


def _unstorable(request: HttpRequest) -> str:
    """What is wrong with characters that cannot be stored, as a sentence; empty where there are none."""
    if _has_nul(request):
        return _("内容含有空字符（NUL），请删除后重试")
    return _("内容含有不完整的字符（单独的代理码位），请删除后重试") if _has_half(request) else ""


def _form_has_nul(request: HttpRequest) -> bool:
    return request.method == "POST" and any(
        "\x00" in value for name, values in request.POST.lists() for value in (name, *values)
    )


def no_nul(get_response: Handler) -> Handler:
    """A page asked with a NUL or half a character, or a form that carries one, is told so; the interfaces have their own words."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(KEYED):
            return get_response(request)
        sentence = _unstorable(request) or (_("内容含有空字符（NUL），请删除后重试") if _form_has_nul(request) else "")
        return render(request, "refused.html", {"sentence": sentence}, status=400) if sentence else get_response(request)

    return middleware


def api_problems(get_response: Handler) -> Handler:
    """Under /api/v1/ every refusal is problem details, also those given before an operation is found (404, 405)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/v1/") and (sentence := _unstorable(request)):
            return problem(400, sentence)
        response = get_response(request)
        is_page = not response.headers.get("Content-Type", "").startswith("application/")
        if response.status_code >= 400 and is_page and request.path.startswith("/api/v1/"):
            answer = problem(response.status_code)
            if "Allow" in response.headers:
                answer["Allow"] = response.headers["Allow"]
            return answer
        return response

    return middleware
