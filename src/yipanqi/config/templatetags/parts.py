"""Parts of pages that depend on nothing but a few words and the language: rendered once, then remembered.

Where a list of fifty lines shows the same badge fifty times, rendering the badge's template again each time costs more
than all the rest of the page.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def part(name: str, /, **given: Any) -> SafeString:
    """The template `name` with exactly these variables, as `{% include name with … only %}` shows it."""
    words = tuple((key, value, type(value)) for key, value in given.items())
    return (_made.__wrapped__ if settings.DEBUG else _made)(name, get_language(), words)


@lru_cache(maxsize=4096)
def _made(name: str, language: str | None, words: tuple[tuple[str, Any, type], ...]) -> SafeString:
    return SafeString(get_template(name).render({key: value for key, value, _type in words}))
