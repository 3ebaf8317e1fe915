"""Idempotency-Key: a repeated write returns the first answer. The key and what the write did stand in one transaction.

An answer that tells secrets says so by `told_once`: it is never stored, and its repeat is asked for anew; `keyless`, not
even the key is, which names the sender, and whoever answered must know repeats by something that names nobody.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yipanqi.kernel.api import problem
from yipanqi.kernel.models import IdempotencyKey

LONGEST_KEY = 200


def content_digest(request: HttpRequest) -> str:
    """SHA-256 of what a request asks for: method, address, body. A multipart body counts by its fields and files,
    because its separators change with every try. Leaves the request readable."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}".encode())
    if request.content_type != "multipart/form-data" or request.method != "POST":
        digest.update(b"\x00" + request.body)
        return digest.hexdigest()
    for name in sorted(request.POST):
        for value in request.POST.getlist(name):
            digest.update(f"\x00{name}\x00{value}".encode())
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest.update(f"\x00{name}\x00{file.name}\x00".encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def told_once(response: HttpResponse, *, keyless: bool = False) -> None:
    """Mark an answer that reveals personal data or a secret: neither we nor anything on the way keeps it."""
    response["Cache-Control"], response.keyless = "private, no-store", keyless  # type: ignore[attr-defined]


def answer_once(request: HttpRequest, actor: str, at: dt.datetime, respond: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """The answer to a write that carries a key: `respond`'s for the first, the stored one for a repeat.

    Only successes (2xx) are kept; after any other answer everything is rolled back and the key is free again. A second
    request with the same key waits for the first. `actor` keeps the keys of different senders apart. Of an answer that
    is `told_once` only the key is kept: a repeat runs `respond` again, with its rule and its journal row.
    Answers 400 for an unusable key and 409 where the key came before with other content.
    """
    key = request.headers["Idempotency-Key"]
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        return problem(400, _("Idempotency-Key 须为 1 至 200 个可见字符"))
    digest = content_digest(request)
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = IdempotencyKey.objects.create(actor=actor, key=key, request=digest, created_at=at)
        except IntegrityError:
            row = IdempotencyKey.objects.get(actor=actor, key=key)
            if row.request != digest or row.status is not None:
                return _repeat(row, digest)
        response = respond(request)
        if not 200 <= response.status_code < 300 or response.streaming:
            transaction.set_rollback(True)
            return response
        if getattr(response, "keyless", False):
            row.delete()
        elif "no-store" not in response.get("Cache-Control", ""):
            row.status, row.content_type, row.body = response.status_code, response.get("Content-Type", ""), response.content
            row.save()
    return response


def _repeat(row: IdempotencyKey, digest: str) -> HttpResponse:
    if row.request != digest:
        return problem(409, _("此 Idempotency-Key 已用于另一项内容，请为新的请求换用新的键"))
    response = HttpResponse(bytes(row.body), status=row.status, content_type=row.content_type)
    response["Idempotency-Replayed"] = "true"
    return response
