"""What the board is asked about a unit before numbers are shown for it or it is dissolved."""

from __future__ import annotations

import pytest
from django.test import Client

from yipanqi.cases import actions, selectors
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


def test_a_unit_that_will_be_gone_is_handed_only_what_ends_before(town: Town) -> None:
    dissolve_unit(town.water, on=moment(2).date(), by=town.head, at=moment())
    town.water.refresh_from_db()
    sentence = "将于 2026-03-04 撤销，期限内无法办结"
    with pytest.raises(Refused, match=sentence):
        actions.dispatch(town.filed(), unit=town.city, co_units=[town.water], due_at=moment(2), by=town.desk, at=moment())
    with pytest.raises(Refused, match=sentence):
        actions.dispatch(town.filed(), unit=town.water, by=town.desk, at=moment(1, 12))
    disputed = actions.dispute(town.dispatched(moment(1)), reason="不归我管", by=town.liaison, at=moment(1, 11))
    with pytest.raises(Refused, match=sentence):
        actions.uphold(disputed, unit=town.water, by=town.desk, at=moment(1, 12))
    assert actions.dispatch(town.filed(), unit=town.water, by=town.desk, at=moment()).unit == town.water


def test_shares_still_open_when_their_unit_ends_wait_for_the_desk(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    dissolve_unit(town.water, on=moment(2).date(), by=town.head, at=moment())
    case = actions.dispatch(town.filed(), unit=town.city, co_units=[town.water], due_at=moment(1, 17), by=town.desk, at=moment())
    case = actions.sign(case, by=town.liaison, at=moment())
    for day, waiting in ((1, []), (2, [case])):
        monkeypatch.setattr("django.utils.timezone.now", lambda day=day: moment(day))
        groups = {str(title): list(cases) for title, cases, _tone in selectors.inbox(town.desk)}
        assert groups["承办单位已撤销"] == waiting
    assert actions.release_unit(case, unit=town.water, note="单位已撤销", by=town.desk, at=moment(2)).state == "handling"


def test_no_extension_beyond_the_last_day_of_a_unit(town: Town) -> None:
    case = actions.dispatch(town.filed(), unit=town.water, due_at=moment(1, 17), by=town.desk, at=moment())
    case = actions.sign(case, by=town.stranger, at=moment())
    case = actions.ask_extension(case, days=2, reason="等待配件", by=town.stranger, at=moment(0, 11))
    town.water.dissolved_on = moment(3).date()
    town.water.save()
    with pytest.raises(Refused, match="将于 .* 撤销"):
        actions.grant_extension(case, by=town.desk, at=moment(0, 12))
    case.refresh_from_db()
    assert (case.extensions, case.due_at) == (0, moment(1, 17))
    assert actions.grant_extension(case, days=1, by=town.desk, at=moment(0, 12)).due_at == moment(2, 17)
