"""Addresses of our own pages as they are sent out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def absolute(request: HttpRequest, path: str) -> str:
    """The whole address of a path of this site.

    It begins with YIPANQI_SITE; else with the host of the request where hosts are checked (YIPANQI_HOSTS) or it is only a
    trial. Otherwise anybody could have their own host put into what is sent out: the path alone is answered.
    """
    if settings.SITE:
        return f"{settings.SITE}{path}"
    if settings.ANY_HOST_IS_OURS or "*" not in settings.ALLOWED_HOSTS:
        return request.build_absolute_uri(path)
    return path
