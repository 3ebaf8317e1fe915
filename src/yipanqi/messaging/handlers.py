"""Whoever signs out on a device takes its notes along."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.timezone import now

from yipanqi.messaging import actions, selectors


@receiver(user_logged_out)
def end_notes_here(sender: Any, request: HttpRequest | None, user: Any, **_more: Any) -> None:
    """The device that was told of with the signing out shows nothing any more; another's stays."""
    mark = request.POST.get("device", "") if request is not None else ""
    for device in selectors.devices_visible_to(user) if mark and user is not None else ():
        if device.endpoint_mark == mark:
            actions.remove_device(device, by=user, at=now())
