"""A figure opened by one line of its breakdown is headed by names, never by keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape

from yipanqi.cases.tests.town import Town
from yipanqi.desk.figure_words import line_label
from yipanqi.figures import FIGURES
from yipanqi.standards.models import IssueClass

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.mark.parametrize("year", [2026, 2019])
def test_figure_of_a_line_is_headed_by_names_with_and_without_records(town: Town, as_: SignIn, year: int) -> None:
    case = town.handling()
    assert case.unit is not None and case.issue_class is not None
    lines = {"unit": (case.unit.code, case.unit.name), "class": (case.issue_class.key, case.issue_class.name), "source": ("hotline", "12345热线"), "area": ("", "未填")}
    for by, (key, name) in lines.items():
        title = as_("head").get("/figures/cases.found/", {"from": f"{year}-01-01", "to": f"{year}-12-31", "by": by, "line": key}).context["line_title"]
        assert title.endswith(f"：{name}"), title


def test_every_dimension_of_every_figure_knows_its_lines_by_name_or_key(town: Town) -> None:
    one = IssueClass.objects.first()
    assert one is not None
    for figure in FIGURES.values():
        for by, dimension in figure.breakdowns.items():
            assert line_label(figure, by, "no such key") == "no such key"
            if dimension.column.endswith("issue_class__key"):
                assert line_label(figure, by, one.key) == one.name


def test_numerator_and_denominator_open_their_records(town: Town, as_: SignIn) -> None:
    town.closed(), town.handling()
    head = as_("head")
    answer = head.get("/figures/cases.closure_rate/?from=2026-01-01&to=2026-12-31&board=-")
    for name in ("numerator", "denominator"):
        url = answer.context["part_urls"][name]
        assert url.endswith("board=-#records") and f'<a href="{escape(url)}">{answer.context["figure"][name]}</a>' in answer.content.decode()
        assert len(head.get(url).context["rows"]) == answer.context["figure"][name] > 0
