"""The JSON API: every app's router, one set of manners."""

from __future__ import annotations

import hashlib
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer, SessionAuth

from yipanqi import __version__
from yipanqi.kernel.api import install_handlers, now
from yipanqi.people.models import ApiToken


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …` with a token of `./yipanqi token USER`."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        digest = hashlib.sha256(token.encode()).hexdigest()
        alive = Q(expires_at__isnull=True) | Q(expires_at__gt=now())
        row = ApiToken.objects.select_related("user").filter(alive, digest=digest, revoked_at__isnull=True, user__is_active=True).first()
        if row is None:
            return None
        request.user = row.user
        return row.user


api = NinjaAPI(
    title="一盘棋 Yipanqi",
    version=__version__,
    openapi_url="/openapi.json",
    docs_url="/docs",
    auth=[TokenAuth(), SessionAuth(csrf=True)],
    urls_namespace="api",
)
install_handlers(api)
for name in settings.LOCAL_APPS:
    if name != "kernel" and find_spec(f"yipanqi.{name}") and find_spec(f"yipanqi.{name}.api"):
        module = import_module(f"yipanqi.{name}.api")
        api.add_router("", module.router)
