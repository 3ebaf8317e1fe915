"""The case page: photos in the thread, publishing them, clocks by the unit's own calendar, moves for one of several units."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from yipanqi.calendar.actions import set_hours
from yipanqi.cases import actions
from yipanqi.cases.models import Assignment, Case
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk import showing
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.desk.tests.test_moves import photo
from yipanqi.files.models import Photo
from yipanqi.people.models import Appointment, Role


def mended(town: Town, as_: SignIn) -> Case:
    """A closed case with one photo before and two after."""
    as_("desk").post(
        "/cases/new/",
        {"source": "hotline", "description": "路口垃圾成堆", "address": "东门", "photo_files": photo("red")},
    )
    case = actions.accept(Case.objects.get(), issue_class=town.class_, by=town.desk, at=timezone.now())
    case = actions.dispatch(case, unit=town.city, by=town.desk, at=timezone.now())
    actions.sign(case, by=town.liaison, at=timezone.now())
    files = {"what_was_done": "已清理", "outcome": "mended", "photo_files": [photo("green"), photo("blue")]}
    as_("liaison").post(f"/cases/{case.number}/moves/resolve/", files)
    case.refresh_from_db()
    return actions.verify_pass(case, by=town.inspector, at=timezone.now())


def publish(client: Client, case: Case, **chosen: str) -> int:
    before = Photo.objects.get(kind=Photo.Kind.BEFORE)
    after = Photo.objects.filter(kind=Photo.Kind.AFTER).order_by("id").first()
    assert after is not None
    data = {"before": str(before.uuid), "after": str(after.uuid), "looked": "1", **chosen}
    return client.post(f"/cases/{case.number}/photos/publish/", data).status_code


def test_publish_pair_and_take_it_back(town: Town, as_: SignIn) -> None:
    case, client = mended(town, as_), as_("desk")
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "data-publish" in page and "车牌" in page
    assert publish(client, case) == 302
    assert Photo.objects.filter(is_public=True).count() == 2
    home = Client().get("/").content.decode()
    shown = Photo.objects.get(kind=Photo.Kind.AFTER, is_public=True)
    assert str(shown.uuid) in home
    assert "已在首页公开" in client.get(f"/cases/{case.number}/").content.decode()
    assert client.post(f"/cases/{case.number}/photos/publish/", {"withdraw": "1"}).status_code == 302
    assert (
        not Photo.objects.filter(is_public=True).exists() and str(shown.uuid) not in Client().get("/").content.decode()
    )


def test_publish_pair_without_having_looked_is_refused(town: Town, as_: SignIn) -> None:
    case = mended(town, as_)
    assert publish(as_("desk"), case, looked="") >= 400
    assert not Photo.objects.filter(is_public=True).exists()


@pytest.mark.parametrize("name", ["liaison", "inspector", "leader", "auditor"])
def test_publish_pair_is_for_the_office(town: Town, as_: SignIn, name: str) -> None:
    case = mended(town, as_)
    assert "data-publish" not in as_(name).get(f"/cases/{case.number}/").content.decode()
    assert publish(as_(name), case) == 403
    assert not Photo.objects.filter(is_public=True).exists()


def test_publish_pair_of_an_open_case_is_refused(town: Town, as_: SignIn) -> None:
    case = town.handling()
    assert as_("desk").post(f"/cases/{case.number}/photos/publish/", {"looked": "1", "after": "x"}).status_code >= 400


def test_show_photos_beside_the_entry_they_came_with(town: Town, as_: SignIn) -> None:
    case = mended(town, as_)
    page = as_("desk").get(f"/cases/{case.number}/").content.decode()
    thread = page[page.index("timeline-plain") :]
    assert "entry-pair" in thread
    for one in Photo.objects.all():
        assert str(one.uuid) in thread


def test_show_time_left_by_the_unit_s_own_calendar(town: Town) -> None:
    now = timezone.make_aware(dt.datetime(2026, 3, 2, 9, 0))
    case = Case.objects.select_related("unit").get(pk=town.handling(now).pk)
    case.stage_due_at = now.replace(hour=20)
    city = showing.deadline(case, now)
    set_hours(None, unit="CGJ", spans=[["08:00", "22:00"]], season_from="", season_to="", by=town.head, at=now)
    unit = showing.deadline(case, now)
    assert city and unit and city["text"] != unit["text"]
    assert "11" in unit["text"]


@pytest.fixture
def of_two_units(town: Town) -> Case:
    """A case with two units; the liaison serves both."""
    Appointment.objects.create(user=town.liaison, unit=town.clean, role=Role.LIAISON, starts_on=dt.date(2020, 1, 1))
    return town.dispatched(co_units=(town.clean,))


def test_sign_for_one_of_several_units(town: Town, as_: SignIn, of_two_units: Case) -> None:
    root, client = f"/cases/{of_two_units.number}/moves/", as_("liaison")
    form = client.get(f"{root}sign/").content.decode()
    assert "城管局" in form and "环卫站" in form and "水务局" not in form
    assert client.post(f"{root}sign/", {}).status_code == 422
    assert client.post(f"{root}sign/", {"unit": "HW"}).status_code == 302
    assert Assignment.objects.get(unit=town.clean).signed_at and not Assignment.objects.get(unit=town.city).signed_at
    assert 'name="unit"' not in client.get(f"{root}sign/").content.decode()
    assert client.post(f"{root}sign/", {}).status_code == 302
    form = client.get(f"{root}dispute/").content.decode()
    assert 'name="unit"' in form


def test_sign_for_one_of_several_units_over_the_api(town: Town, as_: SignIn, of_two_units: Case) -> None:
    address = f"/api/v1/cases/{of_two_units.number}/moves/sign"
    unsaid = as_("liaison").post(address, {}, content_type="application/json")
    assert unsaid.status_code == 422 and unsaid.json()["errors"][0]["field"] == "unit"
    assert "城管局（CGJ）" in unsaid.json()["detail"] and "环卫站（HW）" in unsaid.json()["detail"]
    answer = as_("liaison").post(address, {"unit": "HW"}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert Assignment.objects.get(unit=town.clean).signed_at and not Assignment.objects.get(unit=town.city).signed_at


def test_sign_for_the_only_unit_asks_nothing(town: Town, as_: SignIn) -> None:
    case = town.dispatched()
    page = as_("liaison").get(f"/cases/{case.number}/").content.decode()
    assert 'data-move="sign"' in page and f'action="/cases/{case.number}/moves/sign/"' in page


def test_stages_of_a_case_stand_on_its_page_with_what_became_of_them(town: Town, as_: SignIn) -> None:
    case = town.handling()
    page = as_("liaison").get(f"/cases/{case.number}/")
    stages = page.context["stages"]
    assert [s["title"] for s in stages] == ["受理", "交办", "签收", "整改"]
    assert (
        [s["words"] for s in stages[:3]] == ["按时完成", "已完成", "已完成"]
        and stages[3]["running"]
        and stages[3]["tone"] == "late"
    )
    assert "各环节时限" in page.content.decode()


def test_a_disputed_case_shows_the_dispute_and_no_step_as_overdue(town: Town, as_: SignIn) -> None:
    town.class_.clocks = {
        "handle": {"amount": 5, "clock": "work_day", "stages": [
            {"title": "先行围护", "amount": 2, "clock": "work_hour"}, {"title": "修复", "amount": 5, "clock": "work_day"},
        ]},
    }  # fmt: skip
    town.class_.save()
    case = actions.dispute(town.dispatched(), reason="不属于本单位", by=town.liaison, at=moment(0, 10))
    page = as_("desk").get(f"/cases/{case.number}/")
    lines = {line["title"]: (line["words"], line["tone"]) for line in page.context["stages"]}
    assert lines["签收"] == ("退单", "wait") and lines["先行围护"] == lines["整改"] == ("等待裁定，暂不计超期", "wait")
    late = actions.dispute(town.dispatched(), reason="不属于本单位", by=town.liaison, at=moment(1, 10))
    assert ("退单（已超期）", "late") in [(s["words"], s["tone"]) for s in as_("desk").get(f"/cases/{late.number}/").context["stages"]]
