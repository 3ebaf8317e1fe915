"""Who gets in, and who it is."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from yipanqi.kernel.gates import gate
from yipanqi.people.models import User

__all__ = ["gate", "person"]


def person(request: HttpRequest) -> User:
    """The signed-in user of a gated page."""
    return cast(User, request.user)
