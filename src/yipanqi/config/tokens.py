"""Bearer tokens of `./yipanqi token USER`."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest
from django.utils.timezone import localdate
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.api import now
from yipanqi.people.actions import note_token_use
from yipanqi.people.models import ApiToken, Appointment, User


def user_of(token: str) -> User | None:
    """The active user behind a token that is neither revoked nor expired, with today's appointments at hand."""
    digest, today = hashlib.sha256(token.encode()).hexdigest(), localdate()
    user = _seated(digest, today)
    if user is not None:
        return user
    alive = Q(expires_at__isnull=True) | Q(expires_at__gt=now())
    row = ApiToken.objects.select_related("user").filter(alive, digest=digest, revoked_at__isnull=True, user__is_active=True).first()
    if row is None:
        return None
    if row.last_used_on != today:
        note_token_use(row, on=today, by=SYSTEM, at=now())
    return row.user


def _seated(digest: str, today: dt.date) -> User | None:
    """What nearly every call needs in one statement: the user of a good token that was used today before, with seats."""
    alive = Q(user__tokens__expires_at__isnull=True) | Q(user__tokens__expires_at__gt=now())
    good = Q(alive, user__tokens__digest=digest, user__tokens__revoked_at__isnull=True, user__tokens__last_used_on=today)
    seats = list(Appointment.objects.current(today).filter(good, user__is_active=True).select_related("user", "unit").order_by("pk"))  # type: ignore[attr-defined]
    if not seats:
        return None
    user = seats[0].user
    user.current = seats
    return user


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The user that `identify` found behind the token of this very request, or None."""
        return request.user if request.user.is_authenticated and getattr(request, "bearer", None) == token else None


def identify(request: HttpRequest) -> None:
    """Settle who calls the API before any operation runs, public ones included.

    A good bearer token makes its user the request's; a write that rides on a session cookie without a CSRF token counts
    as anonymous.
    """
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        request.user = user_of(token.strip()) or AnonymousUser()
        request.bearer = token.strip()  # type: ignore[attr-defined]
    elif request.method not in ("GET", "HEAD", "OPTIONS") and request.user.is_authenticated and check_csrf(request):
        request.user = AnonymousUser()


def sender_key(request: HttpRequest) -> str | None:
    """Tells senders of writes apart after `identify`: the token's or session's user, else the visitor's address; None for a bad token."""
    if request.user.is_authenticated:
        return request.user.actor_key
    return None if hasattr(request, "bearer") else f"visitor:{request.META.get('REMOTE_ADDR', '')}"
