"""What every page knows: the navigation of the person's roles, the city's name, the switches."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION
from yipanqi.kernel.policy import policy_value

#: Entries that a menu without headings may have.
FEW = 9
#: Headings of the menu: from which order on an entry stands below which.
SECTIONS = ((0, ""), (20, _("督查考核")), (40, _("文明实践")), (58, _("点位与标准")), (70, _("单位与系统")))


def page(request: HttpRequest) -> dict[str, Any]:
    """Variables of the base templates (see frontend/README.md)."""
    user = getattr(request, "user", None)
    known = bool(user and user.is_authenticated)
    nav = [entry.as_dict(request.path) for entry in NAVIGATION.for_user(user)] if known else []
    _head(nav)
    here = max((line["url"] for line in nav if line["active"]), key=len, default="")
    for line in nav:  # of nested addresses only the nearest is lit
        line["active"] = bool(here) and line["url"] == here
    return {
        "nav": nav,
        "demo_city": bool(policy_value("kernel.demo_city")),
        "city_name": policy_value("kernel.city_name"),
        "feedback_url": "/feedback/",
        "large_type": request.COOKIES.get("large_type") == "1",
        "user_role": user.role_title if known and user else "",
        "LANGUAGES": settings.LANGUAGES,
    }


def _head(nav: list[dict[str, Any]]) -> None:
    """The first entry of each section bears its heading; a short menu needs none."""
    told: Any = ""
    for line in nav if len(nav) > FEW else ():
        section = section_of(line["order"])
        line["section"], told = (section if section != told else ""), section


def section_of(order: int) -> Any:
    """The heading below which an entry of this order stands in the menu."""
    return next(title for start, title in reversed(SECTIONS) if order >= start)
