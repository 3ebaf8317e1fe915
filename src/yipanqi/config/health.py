"""Two addresses for supervisors and load balancers: whether this process answers, and whether it can do its work.

They stand before everything else, so that they need neither a known host name nor session, user or language, and tell
strangers nothing but yes or no. What is wrong, `yipanqi doctor` says.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse

ALIVE, READY = "/healthz", "/readyz"
RETRY_AFTER_S = 10
#: Less room than this and nothing can be saved any more.
LEAST_BYTES = 10_000_000
Handler = Callable[[HttpRequest], HttpResponse]


def signs_of_life(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == ALIVE:
            return _answer({"alive": True}, 200)
        if request.path == READY:
            found = {"database": _database_answers(), "disk": _has_room()}
            ready = all(found.values())
            return _answer({"ready": ready, **found}, 200 if ready else 503)
        return get_response(request)

    return middleware


def _answer(found: dict[str, bool], status: int) -> HttpResponse:
    answer = JsonResponse(found, status=status)
    answer["Cache-Control"] = "no-store"
    if status == 503:
        answer["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM kernel_stamp LIMIT 1")
            cursor.fetchone()
    except (DatabaseError, InterfaceError):
        connection.close()
        return False
    return True


def _has_room() -> bool:
    try:
        place = os.statvfs(settings.DATA)
    except OSError:
        return False
    return place.f_bavail * place.f_frsize > LEAST_BYTES and not place.f_flag & os.ST_RDONLY
