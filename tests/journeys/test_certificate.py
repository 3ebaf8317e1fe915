"""From an afternoon in the street to a certificate that a stranger checks, and to its end when the hours turn out wrong."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from yipanqi.activities import actions as activities
from yipanqi.activities.actions.corrections import agree_correction, ask_correction
from yipanqi.activities.actions.settling import confirm_attendance, settle_hours
from yipanqi.activities.models import Attendance
from yipanqi.activities.tests.world import HOUR, NOW, Helping, role_of, shift_of, volunteer
from yipanqi.kernel import outbox
from yipanqi.kernel.actors import SYSTEM
from yipanqi.messaging.models import Message
from yipanqi.people.models import Appointment, Role, Unit
from yipanqi.records import actions
from yipanqi.records.models import Certificate, Service, Standing, Star
from yipanqi.volunteers.models import Membership

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def delivered(at: dt.datetime) -> None:
    """The worker takes what is due."""
    while outbox.deliver_due(at):
        pass


def test_hours_make_a_star_and_a_certificate_which_ends_when_they_are_corrected() -> None:
    world = Helping()
    start = NOW
    vera = volunteer("620200000101")
    assert vera.user is not None and world.station.unit is not None
    Membership.objects.create(volunteer=vera, team=world.team, state="member", since=start.date())
    me, keeper, stranger = signed_in(vera.user), signed_in(world.keeper), Client()

    # An activity with one shift of two hours; the leader confirms who was there, the activity is closed, hours are settled.
    activity = world.activity(starts_at=start, hours=2)
    shift = shift_of(activity)
    attendance = Attendance.objects.create(shift=shift, role=role_of(shift), volunteer=vera, state="proposed", how="list", in_at=start, served_on=start.date())
    confirm_attendance(attendance, in_at=start, out_at=start + 2 * HOUR, by=world.leader, at=start + 3 * HOUR)
    closed = activities.close_activity(activity, report="清理烟头", beneficiaries=20, beneficiaries_estimated=True, results=[], by=world.leader, at=start + 4 * HOUR)
    settle_hours(closed, by=SYSTEM, at=start + 4 * HOUR)
    delivered(start + 5 * HOUR)
    service = Service.objects.get(attendance=attendance)
    assert (service.minutes, service.volunteer, service.issuer.name) == (120, vera, world.station.name)
    delivered(start + 6 * HOUR)
    assert Service.objects.count() == 1, "told again, it stands once"

    # Ninety-eight hours and a half from an earlier system make the first star, applied for and confirmed on the pages.
    actions.open_records(service.issuer, source="志愿云", rows=[{"volunteer": vera, "source_key": "A1", "on": start.date(), "title": "以往服务", "minutes": 98 * 60 + 30}], by=world.keeper, at=start)
    assert me.post(f"/records/volunteers/{vera.number}/star/").status_code == 302
    star = Star.objects.get()
    assert keeper.post(f"/records/stars/{star.uuid}/moves/confirm_star/").status_code == 302

    # A certificate: the station completes what stands on it and issues it; a stranger follows the code on the paper.
    assert keeper.post(f"/records/issuers/{service.issuer.code}/", {"head": "赵建国", "contact": "0937-6000000"}).status_code == 302
    assert me.post(f"/records/volunteers/{vera.number}/certificate/", {"issuer": service.issuer.code}).status_code == 302
    paper = Certificate.objects.get()
    assert keeper.post(f"/records/certificates/{paper.uuid}/issue/", {"handler": "李敏"}).status_code == 302
    paper.refresh_from_db()
    printed = me.get(f"/records/certificates/{paper.uuid}/certificate.pdf").content
    address = re.search(r'"url":"[^"]*?(/records/check/[^"]+)"', paper.facts)
    assert address is not None
    seen = stranger.get(address[1]).content.decode()
    assert 'data-verdict="issued"' in seen and "100 小时 30 分" in seen and vera.masked_name in seen and vera.name not in seen

    # The leader says she left after ten minutes, a second person agrees: hours, star and certificate follow by themselves.
    asked = ask_correction(attendance, reason="提前离开", in_at=start, out_at=start + dt.timedelta(minutes=10), by=world.leader, at=start + 8 * HOUR)
    second = Appointment.objects.create(user=volunteer("620200000777").user, unit=Unit.objects.get(code="SQ1"), role=Role.STATION, starts_on=dt.date(2020, 1, 1)).user
    agree_correction(asked, by=second, at=start + 9 * HOUR)
    delivered(start + 10 * HOUR)
    assert Standing.objects.get(volunteer=vera).minutes == 98 * 60 + 40
    desk = keeper.get("/records/").content.decode()
    assert "data-broken" in desk and "data-short" in desk and Message.objects.filter(to=world.keeper, facts__form="broken").exists()
    assert "正在核对" in stranger.get(address[1]).content.decode()

    # The station decides: the star goes, the certificate is revoked; the paper printed again is still the same.
    assert keeper.post(f"/records/stars/{star.uuid}/moves/withdraw_star/", {"why": "更正后不足 100 小时"}).status_code == 302
    assert keeper.post(f"/records/certificates/{paper.uuid}/moves/revoke_certificate/", {"why": "时长有误，另行出具"}).status_code == 302
    assert 'data-verdict="revoked"' in stranger.get(address[1]).content.decode()
    assert me.get(f"/records/certificates/{paper.uuid}/certificate.pdf").content == printed
    assert "data-broken" not in keeper.get("/records/").content.decode()
    again = me.post(f"/records/volunteers/{vera.number}/certificate/", {"issuer": service.issuer.code})
    assert again.status_code == 302 and Certificate.objects.filter(state="asked").count() == 1
