"""Several people at the same case at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel.machine import WrongState


@pytest.mark.django_db(transaction=True)
def test_sign_by_eight_at_once_succeeds_once() -> None:
    town = Town()
    case = town.dispatched(MONDAY)
    ready, outcomes = threading.Barrier(8), []

    def sign() -> None:
        try:
            mine = Case.objects.get(pk=case.pk)
            ready.wait(20)
            actions.sign(mine, by=town.liaison, at=moment(0, 10))
            outcomes.append("signed")
        except WrongState as late:
            outcomes.append(str(late))
        finally:
            connection.close()

    threads = [threading.Thread(target=sign) for _n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(outcomes)[0] == "signed"
    assert outcomes.count("signed") == 1
    assert sum("已由 liaison 于" in text for text in outcomes) == 7
    case.refresh_from_db()
    assert (case.state, case.version, case.moves.filter(verb="sign").count()) == ("handling", 3, 1)
