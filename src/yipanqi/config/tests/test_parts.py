"""Parts of pages that are rendered once."""

from django.template import Context, Template
from django.utils.safestring import mark_safe
from django.utils.translation import override


def shown(source: str, **values: object) -> str:
    return Template("{% load i18n parts %}" + source).render(Context(values))


def test_a_part_is_what_the_include_shows() -> None:
    badge = '{% include "components/state_badge.html" with label=label tone="late" icon="" only %}'
    part = '{% part "components/state_badge.html" label=label tone="late" icon="" %}'
    for label in ("整改中", "a & b", "<b>", 1, True):
        assert shown(part, label=label) == shown(badge, label=label)


def test_a_text_is_escaped_also_after_the_same_markup_was_shown_as_safe() -> None:
    part = '{% part "components/state_badge.html" label=label tone="" icon="" %}'
    assert "<b>" in shown(part, label=mark_safe("<b>好</b>"))
    assert "<b>" not in shown(part, label="<b>好</b>")


def test_a_part_sees_nothing_but_what_it_is_given() -> None:
    assert "秘密" not in shown('{% part "components/state_badge.html" tone="" %}', label="秘密")


def test_a_part_speaks_the_language_of_the_page() -> None:
    with override("zh-hans"):
        chinese = shown('{% part "components/dialogs.html" %}')
    with override("en"):
        english = shown('{% part "components/dialogs.html" %}')
    assert "请确认" in chinese and "请确认" not in english
