"""The small question mark beside a field: why it is asked."""

from __future__ import annotations

from typing import Any

from django import template

from yipanqi.asking import FORMS, Why, asked_of, looks_up

register = template.Library()


@register.inclusion_tag("components/why.html")
def why(field: Any) -> dict[str, Any]:
    """Why a bound field is asked; nothing where its form keeps nothing or says nothing."""
    form = getattr(getattr(field, "form", None), "__class__", None)
    asked = asked_of(form) if form is not None and not looks_up(form) else None
    return _told(asked, asked.why(field.name) if asked else None)


@register.inclusion_tag("components/why.html")
def why_here(page: str, name: str) -> dict[str, Any]:
    """Why a field is asked that a template writes by hand, or a column of a sheet ("sheet:NAME")."""
    asked = FORMS.get(page)
    return _told(asked, asked.why(name) if asked else None)


@register.simple_tag
def why_words(page: str, name: str) -> Any:
    """The reason alone."""
    asked = FORMS.get(page)
    found = asked.why(name) if asked else None
    return found.reason if found else ""


def _told(asked: Any, why: Why | None) -> dict[str, Any]:
    return {"why": why, "readers": asked.readers if asked else ""}
