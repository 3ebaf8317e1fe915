"""Many certificates issued at the same moment have numbers without gaps, and sums of one volunteer lose nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from yipanqi.activities.tests.world import volunteer
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.records import actions
from yipanqi.records.models import Certificate, Standing
from yipanqi.records.tests.world import DAY, NOW, SITE, TODAY, Records
from yipanqi.volunteers.models import Membership


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """What threads bring back, or meet, that begin at the same moment."""
    ready, found = threading.Barrier(len(works)), [None] * len(works)

    def run(n: int) -> None:
        ready.wait(60)
        try:
            found[n] = works[n]()
        except Refused as refusal:
            found[n] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    return found


@pytest.mark.django_db(transaction=True)
def test_numbers_of_certificates_issued_at_once_have_no_gaps() -> None:
    world = Records()
    people = [volunteer(f"6202000004{n:02d}", with_account=False) for n in range(6)]
    for one in people:
        Membership.objects.create(volunteer=one, team=world.team, state="member", since=TODAY)
        world.served(one, 1)
    asked = [actions.ask_certificate(one, issuer=world.issuer, by=world.leader, at=NOW) for one in people]

    def issue(paper: Certificate, handler: str) -> Callable[[], Any]:
        return lambda: actions.issue_certificate(paper, handler=handler, site=SITE, by=world.keeper, at=NOW)

    made = at_once([*(issue(paper, "李敏") for paper in asked), *(issue(paper, "") for paper in asked[:3])])
    assert sum(isinstance(one, Certificate) for one in made) == 6, made
    numbers = sorted(Certificate.objects.exclude(number=None).values_list("serial", flat=True))
    assert numbers == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_sum_of_one_volunteer_loses_nothing_when_told_at_once() -> None:
    world = Records()
    rows = [world.attended(world.vera, 30, on=TODAY - n * DAY) for n in range(6)]
    actions.add_issuer(None, station=world.station, by=SYSTEM, at=NOW)
    at_once([lambda row=row: actions.note_attendance(row, by=SYSTEM, at=NOW) for row in (*rows, *rows[:2])])  # type: ignore[misc]
    standing = Standing.objects.get(volunteer=world.vera)
    assert (standing.minutes, standing.services) == (180, 6)
