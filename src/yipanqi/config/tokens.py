"""Bearer tokens of `./yipanqi token USER`."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja.security import HttpBearer

from yipanqi.kernel.api import now
from yipanqi.people.models import ApiToken, User


def user_of(token: str) -> User | None:
    """The active user behind a token that is neither revoked nor expired."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    alive = Q(expires_at__isnull=True) | Q(expires_at__gt=now())
    row = ApiToken.objects.select_related("user").filter(alive, digest=digest, revoked_at__isnull=True, user__is_active=True).first()
    return row.user if row else None


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        user = user_of(token)
        if user is not None:
            request.user = user
        return user


def sender_key(request: HttpRequest) -> str | None:
    """Tells senders of writes apart: the token's or session's user, else the visitor's address; None for a bad token."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        user = user_of(token.strip())
        return user.actor_key if user else None
    if request.user.is_authenticated:
        return request.user.actor_key
    return f"visitor:{request.META.get('REMOTE_ADDR', '')}"
