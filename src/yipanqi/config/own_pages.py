"""One's own settings that every page offers: the language, and the devices one is signed in on."""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django.views.i18n import set_language

from yipanqi.kernel.api import now
from yipanqi.people import actions

#: Holds the language that somebody chose before signing in, for as long as signing in takes.
JUST_CHOSEN = "language_chosen"
BROWSERS = (
    ("MicroMessenger", gettext_lazy("微信")), ("DingTalk", gettext_lazy("钉钉")), ("Edg", "Edge"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", gettext_lazy("鸿蒙")), ("Android", gettext_lazy("安卓")), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Change the language of the pages, here and, for whoever is signed in, at every later sign-in."""
    answer = set_language(request)
    chosen, user = request.POST.get("language", ""), request.user
    if user.is_authenticated and chosen in dict(settings.LANGUAGES) and chosen != user.language:
        actions.change_own_profile(user, language=chosen, by=user, at=now())
    if not user.is_authenticated and chosen in dict(settings.LANGUAGES):
        answer.set_cookie(JUST_CHOSEN, chosen, max_age=15 * 60, samesite="Lax")
    return answer


def apply_language(request: HttpRequest, user: Any, answer: HttpResponseBase) -> None:
    """At sign-in everybody finds the own language again, whatever the browser asks for; one chosen just before, on the
    sign-in page, becomes the own one."""
    chosen = request.COOKIES.get(JUST_CHOSEN, "")
    if chosen in dict(settings.LANGUAGES) and chosen != user.language:
        user = actions.change_own_profile(user, language=chosen, by=user, at=now())
    answer.delete_cookie(JUST_CHOSEN, samesite="Lax")
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=365 * 86_400, samesite="Lax")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; POST signs one device out (`device`), or all others."""
    found = UserSession.objects.purge_and_list(request.user)
    others = [one for one in found if one.session_key != request.session.session_key]
    if request.method == "POST":
        wanted = request.POST.get("device", "")
        chosen = [one for one in others if not wanted or reference(one) == wanted]
        for one in chosen:
            one.end()
        if chosen:
            messages.success(request, _("已退出 %(n)d 台设备上的登录。") % {"n": len(chosen)})
        else:
            messages.info(request, _("那台设备已经退出了。"))
        return redirect("usersessions_list")
    lines = [
        {"session": one, "ref": reference(one), "device": device(one.user_agent), "here": one not in others}
        for one in found
    ]
    lines.sort(key=lambda line: (not line["here"], -line["session"].created_at.timestamp()))
    return render(request, "usersessions/usersession_list.html", {"lines": lines, "others": len(others)})


def reference(session: UserSession) -> str:
    """What the page calls a session by: not its key, which would let anyone in who reads it."""
    return hashlib.sha256(f"device:{session.session_key}".encode()).hexdigest()[:24]


def device(user_agent: str) -> str:
    """A browser's own description in two words, for example "Chrome · Windows"."""
    words = [next((str(name) for sign, name in known if sign in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(word for word in words if word) or str(_("未知设备"))
