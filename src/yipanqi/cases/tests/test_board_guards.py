"""What the board is asked about a unit before numbers are shown for it or it is dissolved."""

from __future__ import annotations

import pytest
from django.test import Client

from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, moment
from yipanqi.kernel.actions import Refused
from yipanqi.people.actions import dissolve_unit


def signed_in(town: Town, name: str = "desk") -> Client:
    client = Client()
    client.force_login(town.people[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(("query", "words"), [("unit=nope", "没有编码为“nope”的单位"), ("area=999", "没有代码为“999”的区划")])
def test_figure_of_an_unknown_unit_or_area_is_refused_with_a_sentence(town: Town, query: str, words: str) -> None:
    client = signed_in(town)
    for path in ("cases.found", "cases.found/records"):
        answer = client.get(f"/api/v1/figures/{path}?{query}")
        assert answer.status_code == 422 and words in answer.json()["detail"]
    for path in ("/figures/", "/figures/cases.found/"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 422 and words in answer.content.decode()
    assert client.get("/api/v1/figures/cases.found?unit=CGJ").status_code == 200


def test_dissolve_a_unit_with_open_cases_is_refused_with_their_number(town: Town) -> None:
    town.dispatched(), town.dispatched()
    with pytest.raises(Refused, match="还有 2 件未办结的案件"):
        dissolve_unit(town.city, on=moment().date(), by=town.head, at=moment())
    Case.objects.update(state="closed", closed_at=moment())
    assert dissolve_unit(town.city, on=moment().date(), by=town.head, at=moment()).dissolved_on
