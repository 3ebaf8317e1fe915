"""The sample city's helpers have the articles' magnitudes, hang together, and are the same every time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from stdnum.cn import uscc

from yipanqi.demo.build import DemoCity
from yipanqi.demo.helping_teams import load_teams
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.tests.conftest import NOW
from yipanqi.figures import FIGURES, Period, Scope, ask
from yipanqi.teams.models import Brand, Decision, Institution, Organisation, ServiceKind, Station, Team

ASKED = ("organisations", "social_organisations", "incubated", "teams", "lecture_teams", "lecture_squads", "institutions")


def counted(now: dt.datetime) -> dict[str, Any]:
    year = Period.this_year(now.date())
    found = ask([FIGURES[f"teams.{key}"] for key in ASKED], [year], Scope(), now)
    return {key: found[f"teams.{key}"][0].value for key in ASKED}


def loaded(city: DemoCity, size: str) -> None:
    loader = BoardLoader(city, NOW)
    loader._units(), loader._areas()
    load_teams(size, city, loader, NOW)


@pytest.mark.django_db
def test_city_has_the_articles_numbers(big: DemoCity) -> None:
    loaded(big, "city")
    assert counted(NOW) == {
        "organisations": 359, "social_organisations": 30, "incubated": 27, "teams": 691, "lecture_teams": 10, "lecture_squads": 390, "institutions": 10,
    }  # fmt: skip
    assert all(uscc.is_valid(code) for code in Organisation.objects.exclude(credit_code="").values_list("credit_code", flat=True))
    assert Organisation.objects.filter(kind="registered", credit_code="").count() == 0
    assert all(team.parent and team.parent.kind == "lecture" for team in Team.objects.filter(kind="squad").select_related("parent"))
    assert not Station.objects.filter(lon=None).exists() and Station.objects.filter(level="office").count() == len(big.city.of_level("street"))
    assert Brand.objects.filter(name__in=("孝老饭庄", "道德储蓄")).count() == 2 and Institution.objects.filter(version=2).exists()
    assert len(set(Team.objects.values_list("name", flat=True))) == 691 and len(set(Organisation.objects.values_list("name", flat=True))) == 359


@pytest.mark.django_db
def test_small_has_some_of_each(small: DemoCity) -> None:
    loaded(small, "small")
    values = counted(NOW)
    assert values["organisations"] == 24 and values["teams"] == 40 and values["lecture_squads"] == 12 and values["incubated"] == 4
    assert ServiceKind.objects.count() == 18 and Decision.objects.filter(done_on=None).exists() and Decision.objects.exclude(done_on=None).exists()
