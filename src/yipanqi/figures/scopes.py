"""What a figure may be asked of: the apps that keep units and areas tell which codes there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yipanqi.figures.terms import Scope
from yipanqi.kernel.actions import Refused

_KNOWN: dict[str, tuple[Callable[[str], bool], Any]] = {}


class UnknownScope(Refused):
    """No unit or area has the code: a figure of nothing would read as a good one."""


def tell_scope(name: str, exists: Callable[[str], bool], sentence: Any) -> None:
    """Declare how codes of `name`, "unit" or "area", are looked up; `sentence` takes %(code)s and says that there is none."""
    _KNOWN[name] = (exists, sentence)


def checked(scope: Scope) -> Scope:
    """The scope itself. Raises UnknownScope where it names something that is not there."""
    for name, (exists, sentence) in _KNOWN.items():
        code = getattr(scope, name)
        if code and not exists(code):
            raise UnknownScope(sentence % {"code": code[:40]}, field=name)
    return scope
