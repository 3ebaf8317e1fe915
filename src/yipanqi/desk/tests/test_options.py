"""Long selects, and the lists that are kept at hand for them."""

import re
from typing import Any

import pytest
from django import forms
from django.utils import timezone

from yipanqi.cases.tests.town import MONDAY, Town
from yipanqi.desk.forms import CaseFilter
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Unit
from yipanqi.people.options import LongSelect
from yipanqi.places import actions as board
from yipanqi.standards import actions as standards
from yipanqi.standards.models import IssueClass

FLAT = [("", "全部"), ("a", "甲"), ('b"<', "乙 & 丙"), (3, "三")]
GROUPS: list[Any] = [("", "请选择"), ("一组", [("a", "甲"), ("b", "乙")]), ("二组 <", [("c", "丙")]), (None, "无")]


class LongSelectMany(LongSelect, forms.SelectMultiple):
    """Several of them."""


def tidy(html: str) -> str:
    return re.sub(r"\s+<", "<", html.replace("&#39;", "&#x27;"))


@pytest.mark.parametrize("choices", [FLAT, GROUPS])
@pytest.mark.parametrize("value", [None, "", "a", 'b"<', 3, "nonsense"])
def test_a_long_select_is_written_as_any_other(choices: list[Any], value: Any) -> None:
    attrs = {"id": "x", "data-look-up": ""}
    long, plain = LongSelect(choices=choices), forms.Select(choices=choices)
    assert tidy(long.render("x", value, attrs)) == tidy(plain.render("x", value, attrs))


@pytest.mark.parametrize("value", [None, [], ["a"], ["a", 3]])
def test_a_long_select_of_several_is_written_as_any_other(value: Any) -> None:
    long, plain = LongSelectMany(choices=FLAT), forms.SelectMultiple(choices=FLAT)
    assert tidy(long.render("x", value)) == tidy(plain.render("x", value))


def test_options_one_by_one_are_those_of_the_whole() -> None:
    class Words(LongSelect):
        def about(self, value: Any) -> tuple[tuple[str, str], ...]:
            return (("data-words", "别名"),) if value == "a" else ()

    widget = Words(choices=FLAT)
    assert widget.render("x", "a").count('data-words="别名"') == 1
    assert [o.data["attrs"].get("data-words") for o in forms.BoundField(_form(widget), _form(widget).fields["x"], "x")] == [None, "别名", None, None]


def _form(widget: forms.Widget) -> forms.Form:
    form = forms.Form()
    form.fields["x"] = forms.ChoiceField(choices=FLAT, widget=widget)
    return form


def named(name: str) -> set[str]:
    field = CaseFilter({}).fields[name]
    assert isinstance(field, forms.ChoiceField)
    return {str(label) for _value, label in field.choices}


def test_the_filter_offers_what_was_added_meanwhile(town: Town, as_: SignIn) -> None:
    assert named("area") == {"全部"}
    board.add_area(None, code="620200", name="嘉峪关市", level="city", by=SYSTEM, at=MONDAY)
    assert "嘉峪关市" in named("area")
    Unit.objects.create(code="NEW", name="新设局", kind="department")
    assert "新设局" in named("unit")
    page = as_("desk").get("/cases/?area=620200000000&unit=NEW&class=gb:event:06010").content.decode()
    chosen = {value for value, more in re.findall(r'<option value="([^"]*)"([^>]*)>', page) if " selected" in more}
    assert chosen == {"620200000000", "NEW", "gb:event:06010", ""}


def test_the_filter_offers_no_class_out_of_use(town: Town) -> None:
    assert "06010 暴露垃圾" in named("class")
    one = IssueClass.objects.get()
    standards.change_issue_class(one, values={"active": False}, by=SYSTEM, at=MONDAY)
    assert "06010 暴露垃圾" not in named("class")


@pytest.mark.parametrize("word", ["1", "true", "yes", "on", "TRUE"])
def test_overdue_is_understood_however_it_is_said(town: Town, as_: SignIn, word: str) -> None:
    late = town.handling()
    town.report(at=timezone.now())
    page = as_("desk").get(f"/cases/?overdue={word}")
    assert [row["number"] for row in page.context["rows"]] == [late.number] and page.context["ignored"] == []
    assert '<option value="true" selected>' in page.content.decode()


def test_a_filter_nobody_understands_is_told_above_the_list(town: Town, as_: SignIn) -> None:
    town.report()
    page = as_("desk").get("/cases/?overdue=vielleicht&colour=<b>red&severity=2&found_from=x&cursor=&layer=cases")
    assert page.context["ignored"] == ["colour=<b>red", "found_from=x", "overdue=vielleicht"]
    assert "筛选条件“colour=&lt;b&gt;red”无法识别，未采用。" in page.content.decode()
