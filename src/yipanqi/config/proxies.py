"""Who asks, when proxies stand in front: limits per network address count the address of the person, not the proxy's."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


@lru_cache(maxsize=8)
def networks(named: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    """The trusted proxies. Raises ImproperlyConfigured where one is neither an address nor a network."""
    try:
        return tuple(ip_network(one, strict=False) for one in named)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"YIPANQI_PROXIES: {error}. Name addresses or networks, for example 10.0.0.5,10.1.0.0/24."
        ) from error


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None


def client_of(peer: str, forwarded: str) -> str:
    """The first address, seen from here, that is no trusted proxy.

    Args:
        peer: who is connected.
        forwarded: X-Forwarded-For as it came; every proxy adds on the right, what stands further left may be invented.
    """
    trusted = networks(tuple(settings.PROXIES))
    address = peer
    for named in reversed(forwarded.split(",")):
        known, next_one = _read(address), _read(named)
        if next_one is None or known is None or not any(known in net for net in trusted):
            break
        address = str(next_one)
    return address


def client_address(get_response: Handler) -> Handler:
    """Put the address of whoever asks where everything looks for it; without YIPANQI_PROXIES nobody is believed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded and settings.PROXIES:
            request.META["REMOTE_ADDR"] = client_of(str(request.META.get("REMOTE_ADDR", "")), forwarded)
        return get_response(request)

    return middleware
