"""Under which source people may enter a problem."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from yipanqi.cases import actions
from yipanqi.cases.actions import import_messages
from yipanqi.cases.models import Case, Source
from yipanqi.cases.selectors import sources_for
from yipanqi.cases.tests.town import MONDAY, Town
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import SYSTEM, Visitor

ALL = set(Source.values)
OWN = {
    "grid": {"grid", "volunteer"}, "inspector": {"inspection"}, "liaison": {"self_check"}, "chief": {"self_check"}, "leader": {"leader"},
    "desk": ALL, "head": ALL, "client": ALL,
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_report_under_a_source_is_open_to_those_whose_it_is(town: Town, name: str) -> None:
    for source in Source.values:
        if source in OWN[name]:
            assert actions.report_case(None, source=source, description="井盖破损", by=town.people[name], at=MONDAY).source == source
        else:
            with pytest.raises(Refused, match="您的角色不能以") as refused:
                actions.report_case(None, source=source, description="井盖破损", by=town.people[name], at=MONDAY)
            assert refused.value.field == "source"


def test_sources_for_the_system_are_all_and_for_visitors_none(town: Town) -> None:
    assert set(sources_for(SYSTEM)) == ALL
    assert sources_for(Visitor("v")) == sources_for(town.auditor) == sources_for(town.admin) == ()


def test_report_of_a_hotline_number_by_a_grid_worker_is_refused_and_the_hotline_takes_it(town: Town, client: Client) -> None:
    client.force_login(town.grid)
    body = {"source": "hotline", "description": "占号", "external_ref": "2549"}
    answer = client.post("/api/v1/cases", json.dumps(body), content_type="application/json")
    assert answer.status_code == 422 and "请改选：网格员上报、志愿者上报" in answer.json()["detail"]
    assert import_messages(None, rows=[(actions.Message("2549", MONDAY, "内容"), None)], by=town.desk, at=MONDAY) == ["created"]
    assert Case.objects.get().source == "hotline"


@pytest.mark.parametrize("name", ["grid", "inspector", "liaison", "leader", "desk"])
def test_form_offers_only_ones_own_sources(town: Town, client: Client, name: str) -> None:
    client.force_login(town.people[name])
    form = client.get("/cases/new/").context["form"]
    offered = {value for value, _title in form.fields["source"].choices}
    assert offered == OWN[name] and form["source"].value() in offered
    page = client.post("/cases/new/", {"source": "resident", "description": "井盖破损"})
    assert page.status_code == (302 if name == "desk" else 422)
