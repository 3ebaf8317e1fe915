"""Selects of hundreds of options, which are at hand, and written out in one piece instead of through a template for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.choices import BaseChoiceIterator
from django.utils.functional import SimpleLazyObject
from django.utils.html import escape
from django.utils.safestring import SafeString

#: Group, value, label and further attributes of an option.
Line = tuple[str, str, str, tuple[tuple[str, str], ...]]


class Ready(BaseChoiceIterator):
    """Choices that are in order already: fields and widgets take them as they are, without looking at each."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        self.pairs = tuple(pairs)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self.pairs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Ready:
        return self


class LongSelect(forms.Select):
    """A select whose options are escaped and joined once for each list of them, whoever shows it in whatever form."""

    def about(self, value: Any) -> tuple[tuple[str, str], ...]:
        """Attributes that the option of `value` has besides."""
        return ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, value, attrs)
        widget = context["widget"]
        chosen = widget["value"]
        if self.allow_multiple_selected:
            widget["attrs"]["multiple"] = True
        widget["options"] = _marked(tuple(self._lines(self.choices)), chosen)
        widget["optgroups"] = SimpleLazyObject(lambda: self.optgroups(name, chosen, attrs))
        return context

    def create_option(self, name: str, value: Any, *args: Any, **more: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **more)
        option["attrs"] |= dict(self.about(value))
        return option

    def _lines(self, choices: Iterable[Any], group: str = "") -> Iterator[Line]:
        for value, label in choices:
            if isinstance(label, list | tuple):
                yield from self._lines(label, str(value))
            else:
                yield group, "" if value is None else str(value), str(label), self.about(value)


def _marked(lines: tuple[Line, ...], chosen: Iterable[str]) -> SafeString:
    html = _joined(lines)
    for value in chosen:
        opening = _opening(value)
        html = html.replace(opening, f"{opening} selected", 1)
    return SafeString(html)


@lru_cache(maxsize=64)
def _joined(lines: tuple[Line, ...]) -> str:
    parts, inside = [], ""
    for group, value, label, about in lines:
        if group != inside:
            parts.append("\n  </optgroup>" if inside else "")
            parts.append(f'\n  <optgroup label="{escape(group)}">' if group else "")
            inside = group
        more = "".join(f' {key}="{escape(text)}"' for key, text in about)
        parts.append(f"\n  {_opening(value)}{more}>{escape(label)}</option>")
    return "".join(parts) + ("\n  </optgroup>" if inside else "")


def _opening(value: str) -> str:
    return f'<option value="{escape(value)}"'
