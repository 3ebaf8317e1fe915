"""The menu: apps add entries, the page shows those open to the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy

policy("kernel.city_name", "", _("城市名称"), "text")
policy("kernel.demo_city", False, _("演示数据"), "bool")


@dataclass(frozen=True)
class Entry:
    """A line of the menu. `allowed(user)` decides who sees it; smaller `order` stands higher."""

    title: Any
    route: str
    icon: str
    allowed: Callable[[Any], bool]
    order: int = 50

    def as_dict(self, path: str) -> dict[str, Any]:
        try:
            url = reverse(self.route)
        except NoReverseMatch:
            url = ""
        return {"title": self.title, "url": url, "icon": self.icon, "order": self.order, "active": bool(url) and path.startswith(url), "count": None}


@dataclass
class Navigation:
    """All entries; `add` from an app's entries.py."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)

    def for_user(self, user: Any) -> list[Entry]:
        return [e for e in sorted(self.entries, key=lambda e: e.order) if e.allowed(user)]


NAVIGATION = Navigation()
