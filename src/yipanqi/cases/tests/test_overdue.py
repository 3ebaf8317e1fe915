"""What counts as overdue: one meaning in the figure, the filters, the badges, the inboxes and the API."""

from __future__ import annotations

import datetime as dt

from django.test import Client

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, moment
from yipanqi.figures import FIGURES, Period, Scope

LONG_AGO = moment(-400)


def every_kind(town: Town) -> None:
    """Late in every stage, and in every state that is never late."""
    recently = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=5)
    for build in (town.report, town.filed, town.dispatched, town.handling, town.resolved, town.closed):
        build(LONG_AGO)
        build(recently)
    hung = actions.ask_suspension(town.handling(LONG_AGO), reason="冬季", by=town.liaison, at=LONG_AGO)
    actions.suspend(hung, review_on=moment(9).date(), by=town.leader, at=LONG_AGO)
    actions.dispute(town.dispatched(LONG_AGO), reason="不归我管", by=town.liaison, at=LONG_AGO)
    actions.reject(town.report(LONG_AGO), reason="不属实", by=town.desk, at=LONG_AGO)


def test_overdue_means_the_same_everywhere(town: Town, client: Client) -> None:
    every_kind(town)
    now = dt.datetime.now(dt.UTC)
    today = now.date()
    late = {case.number for case in FIGURES["cases.overdue_now"].records(Period(today, today), Scope(), as_of=now)}
    assert len(late) == 6  # reported, filed, dispatched, handling, resolved, disputed
    client.force_login(town.desk)
    for query, marked in (("?limit=50", False), ("?limit=50&overdue=true", True), ("?limit=50&overdue=false", False)):
        rows = client.get(f"/api/v1/cases{query}").json()["items"]
        assert {row["number"] for row in rows if row["overdue"]} == (late if "false" not in query else set())
        assert not marked or len(rows) == len(late)
    for number in late:
        assert client.get(f"/api/v1/cases/{number}").json()["overdue"] is True
        assert "超期" in client.get("/cases/", {"q": number}).content.decode().split("data-row")[1]
    for case in Case.objects.exclude(number__in=late):
        assert "超期 " not in client.get("/cases/", {"q": case.number}).content.decode().split("data-row")[1]
    group = {str(title): found for title, found, _tone in selectors.inbox(town.desk)}["已超期"]
    assert {case.number for case in group} == late


def test_overdue_cases_of_a_unit_are_those_it_must_act_on(town: Town) -> None:
    every_kind(town)
    group = {str(title): found for title, found, _tone in selectors.inbox(town.liaison)}["已超期"]
    assert sorted(case.state for case in group) == ["dispatched", "handling"]
