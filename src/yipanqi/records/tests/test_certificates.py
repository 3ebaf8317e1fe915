"""Certificates: frozen, numbered without gaps, printed the same to the byte, checked by strangers, revoked."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from yipanqi.activities.models import Attendance
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.messaging.models import Message
from yipanqi.records import actions, paper, selectors
from yipanqi.records.models import Certificate, Issuer, Standing
from yipanqi.records.tests.world import DAY, NOW, SITE, Records
from yipanqi.teams.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Records:
    return Records()


def test_certificate_says_what_was_recorded_and_prints_the_same_to_the_byte(world: Records) -> None:
    world.served(world.vera, 3)
    world.served(world.vera, 2.5, on=NOW.date() - DAY, title="孝老饭庄")
    made = world.certificate()
    facts = json.loads(made.facts)
    assert (made.number, made.minutes, made.state) == ("S-S1-2026-000001", 330, "issued")
    assert facts["volunteer"] == {"name": world.vera.name, "document": "居民身份证", "id_number": "", "number": world.vera.number}
    assert [line["title"] for line in facts["service"]["lines"]] == ["逢6上街", "孝老饭庄"]
    assert facts["issuer"] == {"code": "S-S1", "name": world.station.name, "head": "赵建国", "handler": "李敏", "contact": "0937-6000000"}
    assert facts["check"]["url"] == f"https://wm.example.org/records/check/{made.number}/{made.code}/"
    assert made.digest == paper.digest(made.facts) and made.facts == paper.canonical(facts)
    before = paper.pdf(facts)
    world.vera.name = "改了名"
    world.vera.save()
    again = Certificate.objects.get(pk=made.pk)
    assert paper.pdf(json.loads(again.facts)) == before and before.startswith(b"%PDF") and len(before) > 20_000


def test_facts_are_encrypted_and_the_digest_cannot_be_guessed(world: Records) -> None:
    world.served(world.vera, 1)
    world.served(world.old, 1)
    one, other = world.certificate(), world.certificate(world.old)
    stored = Certificate.objects.extra(select={"raw": "facts"}).values_list("raw", flat=True)
    assert all(world.vera.name not in raw for raw in stored)
    assert json.loads(one.facts)["salt"] != json.loads(other.facts)["salt"]


def test_numbers_have_no_gaps_by_issuer_and_year(world: Records) -> None:
    world.served(world.vera, 1)
    first = world.certificate()
    failing = actions.ask_certificate(world.vera, issuer=world.issuer, by=world.me, at=NOW)
    with pytest.raises(Refused):
        actions.issue_certificate(failing, handler="", site=SITE, by=world.keeper, at=NOW)
    second = actions.issue_certificate(failing, handler="李敏", site=SITE, by=world.keeper, at=NOW)
    third = actions.ask_certificate(world.vera, issuer=world.issuer, by=world.me, at=NOW)
    third = actions.issue_certificate(third, handler="李敏", site=SITE, by=world.keeper, at=NOW + 60 * DAY)
    assert [one.number for one in (first, second, third)] == ["S-S1-2026-000001", "S-S1-2026-000002", "S-S1-2027-000001"]


def test_certificate_counts_only_what_the_issuer_recorded_in_those_days(world: Records) -> None:
    world.served(world.vera, 3)
    world.served(world.vera, 4, on=NOW.date() - 40 * DAY)
    other = actions.add_issuer(None, station=world.station.parent, by=world.centre, at=NOW)
    with pytest.raises(Refused, match="谁记录谁证明"):
        actions.ask_certificate(world.vera, issuer=other, by=world.me, at=NOW)
    made = actions.ask_certificate(world.vera, issuer=world.issuer, from_on=NOW.date() - DAY, by=world.me, at=NOW)
    assert actions.issue_certificate(made, handler="李敏", site=SITE, by=world.keeper, at=NOW).minutes == 180
    with pytest.raises(Refused):
        actions.ask_certificate(world.vera, issuer=world.issuer, from_on=NOW.date(), to_on=NOW.date() - DAY, by=world.me, at=NOW)


def test_nobody_issues_for_themselves_or_for_others_and_nothing_twice(world: Records) -> None:
    world.served(world.vera, 3)
    made = actions.ask_certificate(world.vera, issuer=world.issuer, by=world.me, at=NOW)
    for stranger in (world.me, world.leader, world.other_leader, world.auditor):
        with pytest.raises(NotAllowed):
            actions.issue_certificate(made, handler="李敏", site=SITE, by=stranger, at=NOW)
    with pytest.raises(Refused, match="正在办理"):
        actions.ask_certificate(world.vera, issuer=world.issuer, by=world.me, at=NOW)
    actions.issue_certificate(made, handler="李敏", site=SITE, by=world.keeper, at=NOW)
    with pytest.raises(WrongState):
        actions.issue_certificate(made, handler="李敏", site=SITE, by=world.keeper, at=NOW)


def test_leader_asks_for_somebody_without_a_phone_and_strangers_may_not(world: Records) -> None:
    world.served(world.old, 3)
    with pytest.raises(NotAllowed):
        actions.ask_certificate(world.old, issuer=world.issuer, by=world.other_leader, at=NOW)
    made = actions.ask_certificate(world.old, issuer=world.issuer, by=world.leader, at=NOW)
    assert made.asked_by == world.leader and Message.objects.filter(to=world.keeper, kind="records.certificate_desk").exists()
    refused = actions.refuse_certificate(made, why="请先核对时长", by=world.keeper, at=NOW)
    assert refused.state == "refused" and Message.objects.filter(to=world.leader, kind="records.certificate_mine").exists()
    with pytest.raises(Refused, match="理由"):
        actions.refuse_certificate(actions.ask_certificate(world.old, issuer=world.issuer, by=world.leader, at=NOW), why=" ", by=world.keeper, at=NOW)


def test_corrected_hours_put_the_certificate_on_the_list_until_decided_or_right_again(world: Records) -> None:
    service = world.served(world.vera, 3)
    made = world.certificate()
    world.corrected(service, 60)
    made.refresh_from_db()
    assert made.broken_since is not None and Message.objects.filter(to=world.keeper, facts__form="broken").exists()
    assert selectors.lines_that_differ(made).count() == 1
    world.corrected(service, 180)
    made.refresh_from_db()
    assert made.broken_since is None
    world.corrected(service, 120)
    made.refresh_from_db()
    kept = actions.keep_certificate(made, why="相差很小，已加盖更正章", by=world.keeper, at=NOW)
    assert kept.broken_since is None and kept.state == "issued"
    world.corrected(service, 0)
    made.refresh_from_db()
    gone = actions.revoke_certificate(made, why="时长有误", by=world.keeper, at=NOW)
    assert (gone.state, gone.broken_since, gone.number) == ("revoked", None, made.number)
    assert Standing.objects.get(volunteer=world.vera).minutes == 0


def test_leader_of_an_organisation_certifies_for_it(world: Records) -> None:
    world.team.organisation = Organisation.objects.create(code="O1", name="雄关志愿者协会", kind="registered", founded_on=dt.date(2020, 1, 1), head="钱三")
    world.team.save()
    world.served(world.vera, 3)
    issuer = Issuer.objects.get(organisation=world.team.organisation)
    assert (issuer.code, issuer.head) == ("Z-O1", "钱三")
    actions.change_issuer(issuer, head="钱三", contact="0937-1", by=world.leader, at=NOW)
    made = actions.ask_certificate(world.vera, issuer=issuer, by=world.me, at=NOW)
    assert actions.issue_certificate(made, handler="孙四", site=SITE, by=world.leader, at=NOW).number == "Z-O1-2026-000001"


def test_attendance_told_twice_or_out_of_order_ends_the_same(world: Records) -> None:
    attendance = world.attended(world.vera, 90)
    for _n in range(3):
        actions.note_attendance(attendance, by=SYSTEM, at=NOW)
    Attendance.objects.filter(pk=attendance.pk).update(state="void")
    actions.note_attendance(attendance, by=SYSTEM, at=NOW)
    standing = Standing.objects.get(volunteer=world.vera)
    assert (standing.minutes, standing.services, standing.first_on) == (0, 0, None)

