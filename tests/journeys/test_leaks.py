"""What each role is shown: never more than it may see, on whatever way it comes."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from openpyxl import load_workbook

from tests.journeys.board import Board
from tests.journeys.city import everything
from tests.journeys.written_rights import HANDED, HAS_PAGES, SEES_ALL, STATES, sees
from yipanqi.cases import actions
from yipanqi.cases.models import Case, Report
from yipanqi.cases.words import keep_words
from yipanqi.files.models import Photo
from yipanqi.files.tests.photos import jpeg
from yipanqi.kernel.actors import Visitor
from yipanqi.people.models import User

pytestmark = pytest.mark.django_db
MARK = "独角兽"  # every case's description ends with it and its state, so that a leak is a word in an answer
NAME, PHONE, SUBJECT = "赵秘密", "13987654321", "钱当事餐馆"
PEOPLE = (
    "desk",
    "head",
    "double",
    "inspector",
    "own_inspector",
    "leader",
    "liaison",
    "chief",
    "helper",
    "stranger",
    "other_chief",
    "grid",
    "other_grid",
    "auditor",
    "admin",
    "client",
    "former",
    "former_desk",
    "future",
)
CONTACTS = {"desk", "head", "double"}
SPAN = "from=2020-01-01&to=2099-12-31"


class Told(Board):
    """The board with one marked case in every state, a resident's among them, and photos on them."""

    def __post_init__(self) -> None:
        super().__post_init__()
        actions.reject(Case.objects.get(number=self.told["number"]), reason="测试", by=self.desk, at=self.began)
        self.by_state: dict[str, Case] = {}
        for state in STATES:
            case = self.case_in(state)
            Case.objects.filter(pk=case.pk).update(
                description=f"{MARK}{state}。", title=f"{MARK}{state}。", issue_class=self.class_, lon=98.29, lat=39.77
            )
            self.by_state[state] = case
        Case.objects.exclude(pk__in=[c.pk for c in self.by_state.values()]).update(
            description="另案", title="另案", lon=None, lat=None
        )
        keep_words(Case.objects.all())
        self.report = Report.objects.create(
            code="SECRET23",
            case=self.by_state["closed"],
            sent_at=self.began,
            text="路灯不亮",
            contact_name=NAME,
            contact_phone=PHONE,
        )
        self.by_state["closed"].assignments.filter(unit=self.city).update(subject_name=SUBJECT, outcome="warned")
        self.photo = self._photo("closed")
        self.hidden_photo = self._photo("filed")
        User.objects.filter(username="stranger").update(email="stranger@example.org")

    def _photo(self, state: str) -> Photo:
        sent = Client().post("/api/v1/photos", {"photo": io.BytesIO(jpeg())}, headers=self.of_a_program("grid"))
        assert sent.status_code == 201, sent.content
        photo: Photo = Photo.objects.get(uuid=sent.json()["id"])
        actions.comment(self.by_state[state], note="补照片", photos=(photo,), by=self.grid, at=self.began)
        return Photo.objects.get(pk=photo.pk)


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    media = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=media):
            made = Told()
        made.media = media
        made.let_everyone_in()
        yield made
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _same_files(settings: Any, city: Told, _clean_process: None) -> None:
    settings.MEDIA_ROOT = city.media


def states_in(text: str) -> set[str]:
    """The states of the marked cases that a text tells of, whether or not it shows what was searched for."""
    text = re.sub(r"</?mark[^>]*>", "", text)
    return {state for state in STATES if f"{MARK}{state}。" in text or f"{MARK}{state}。" in json.dumps(text)}


def visible(seat: str) -> set[str]:
    return {state for state in STATES if sees(seat, state)}


def api(city: Told, seat: str, path: str) -> Any:
    return Client().get(f"/api/v1/{path}", headers=city.of_a_program(seat))


@pytest.mark.parametrize("seat", PEOPLE)
def test_api_lists_count_and_find_only_what_is_seen(city: Told, seat: str) -> None:
    found = api(city, seat, f"cases?limit=500&count=true&q={MARK}").json()
    assert states_in(str(found)) == visible(seat) and found["count"] == len(found["items"]) == len(visible(seat))
    for query in (
        "bbox=98,39,99,40",
        "unit=CGJ",
        "overdue=false",
        "state=open,closed,rejected,merged",
        "class=gb:event:06010",
        "source=grid",
    ):
        assert states_in(api(city, seat, f"cases?limit=500&{query}").content.decode()) <= visible(seat), query
    for state, case in city.by_state.items():
        for part in ("", "/events", "/photos", "/similar"):
            answer = api(city, seat, f"cases/{case.number}{part}")
            assert answer.status_code == (200 if state in visible(seat) else 404), (state, part)
            assert states_in(answer.content.decode()) <= visible(seat), (state, part)


@pytest.mark.parametrize("seat", PEOPLE)
def test_pages_exports_search_and_map_show_only_what_is_seen(city: Told, seat: str) -> None:
    browser = city.page(seat)
    for path in (
        "/inbox/",
        "/cases/",
        f"/search/?q={MARK}",
        "/map/cases.geojson",
        "/m/",
        "/m/verify/",
        "/board/",
        "/people/users/stranger/",
    ):
        answer = browser.get(path)
        assert states_in(answer.content.decode()) <= visible(seat), path
    if seat not in HAS_PAGES:
        assert browser.get("/cases/").status_code == browser.get(f"/search/?q={MARK}").status_code == 403
        return
    assert states_in(browser.get(f"/cases/?q={MARK}").content.decode()) == visible(seat)
    text = b"".join(browser.get(f"/cases/export.csv?q={MARK}")).decode("utf-8-sig")
    book = load_workbook(io.BytesIO(b"".join(browser.get(f"/cases/export.xlsx?q={MARK}"))), read_only=True)
    assert states_in(text) == visible(seat) and len(list(csv.reader(io.StringIO(text)))) == 1 + len(visible(seat))
    assert states_in(str([[cell.value for cell in row] for row in book.worksheets[0].rows])) == visible(seat)
    for state, case in city.by_state.items():
        for part in ("", "point.geojson"):
            assert browser.get(f"/cases/{case.number}/{part}").status_code == (
                200 if state in visible(seat) else 404
            ), (state, part)
        journal = browser.get(f"/cases/{case.number}/journal/").status_code
        assert journal == (200 if seat in ("desk", "head", "double", "auditor") else 403), (state, journal)


@pytest.mark.parametrize("seat", PEOPLE)
def test_figures_count_and_list_no_case_beyond_those_seen(city: Told, seat: str) -> None:
    answer = api(city, seat, "figures?limit=500")
    if answer.status_code != 200:
        assert answer.status_code == 403 and seat not in HAS_PAGES
        return
    for key in [figure["key"] for figure in answer.json()["items"] if figure["key"].startswith("cases.")]:
        one = api(city, seat, f"figures/{key}?{SPAN}")
        if one.status_code != 200:
            continue
        page = city.page(seat).get(f"/figures/{key}/?{SPAN}").content.decode()
        assert states_in(page) <= visible(seat), key
        records = (
            Client().get(one.json()["records_url"], headers=city.of_a_program(seat))
            if one.json().get("records_url")
            else None
        )
        assert records is None or states_in(records.content.decode()) <= visible(seat), key


@pytest.mark.parametrize("seat", ("anonymous", *PEOPLE))
def test_contacts_of_residents_reach_the_office_alone(city: Told, seat: str) -> None:
    number, code = city.by_state["closed"].number, city.report.code
    browser = city.page(seat)
    pages = [
        f"/cases/{number}/",
        f"/cases/{number}/journal/",
        "/cases/",
        f"/track/{code}/",
        f"/search/?q={NAME}",
        f"/search/?q={PHONE}",
        "/inbox/",
        f"/open311/v2/requests/{number}.json",
        "/open311/v2/requests.json",
        "/nearby/points.geojson",
    ]
    calls = [f"cases/{number}", f"cases/{number}/events", f"reports/{code}", f"cases?q={NAME}"]
    told = [browser.get(path).content.decode() for path in pages] + [
        api(city, seat, path).content.decode() for path in calls
    ]
    found = [
        path
        for path, text in zip([*pages, *calls], told, strict=True)
        if PHONE in text or NAME in text.replace(f'value="{NAME}"', "").replace(f"“{NAME}”", "")
    ]
    assert all(path.startswith(("/cases/", "/search/")) for path in found), found
    assert f"/cases/{number}/" not in found or seat in CONTACTS, found
    subject = [path for path, text in zip([*pages, *calls], told, strict=True) if SUBJECT in text]
    assert not subject or (subject == [f"/cases/{number}/"] and sees(seat, "closed") and seat in HAS_PAGES), subject


@pytest.mark.parametrize("seat", ("anonymous", *PEOPLE))
def test_photos_are_seen_with_their_case_and_originals_by_the_office(city: Told, seat: str) -> None:
    browser = city.page(seat)
    for photo, state in ((city.photo, "closed"), (city.hidden_photo, "filed")):
        seen = seat != "anonymous" and sees(seat, state)
        for size in ("thumb", "large"):
            assert browser.get(f"/files/photos/{photo.uuid}/{size}.jpg").status_code == (200 if seen else 404), (
                state,
                size,
            )
        original = browser.get(f"/files/photos/{photo.uuid}/original").status_code
        assert original == (404 if not seen else 200 if seat in CONTACTS | {"auditor", "grid"} else 403), (
            state,
            original,
        )
        assert Client().get(f"/api/v1/photos/{photo.uuid}", headers=city.of_a_program(seat)).status_code == (
            200 if seen else 404
        )


def test_public_sees_neither_what_was_not_reported_nor_persons(city: Told) -> None:
    anyone = Client()
    for path in (
        "/",
        "/nearby/",
        "/nearby/points.geojson",
        "/open311/v2/requests.json",
        "/open311/v2/requests.xml",
        f"/track/{city.report.code}/",
        f"/api/v1/reports/{city.report.code}",
    ):
        text = anyone.get(path).content.decode()
        assert not any(
            word in text
            for word in (
                NAME,
                PHONE,
                SUBJECT,
                "补照片",
                *(person.username for person in city.people.values() if len(person.username) > 7),
            )
        ), path
    for path in (
        "cases",
        "places",
        "units",
        "areas",
        "segments",
        "zones",
        "duties",
        "figures",
        "campaigns",
        "visits",
        "me",
        "check-items",
        "editions",
        "issue-classes",
    ):
        assert anyone.get(f"/api/v1/{path}").status_code == 401, path


def test_administrator_and_those_without_a_post_see_no_business(city: Told) -> None:
    for seat in ("admin", "former", "former_desk", "future"):
        for path in ("campaigns", "visits", "cases"):
            answer = api(city, seat, path)
            assert answer.status_code in (403, 404) or answer.json()["items"] == [], (seat, path)
        for path in (
            "/cases/",
            "/map/",
            "/board/",
            "/figures/",
            "/cases/new/",
            "/inspections/",
            "/cases/export.csv",
            "/map/cases.geojson",
        ):
            answer = city.page(seat).get(path)
            assert answer.status_code in (302, 403), (seat, path, answer.status_code)
            assert (
                answer.status_code == 403
                or "/people/" in answer.headers["Location"]
                or "/system/" in answer.headers["Location"]
            ), (seat, path)


def test_auditor_reads_everything_and_leaves_nothing(city: Told) -> None:
    before = everything()
    browser = city.page("auditor")
    for path in (
        "/inbox/",
        "/cases/",
        "/board/",
        "/figures/",
        "/map/",
        "/settings/",
        "/settings/calendar/",
        "/system/",
        "/people/users/",
        "/inspections/",
        "/standards/editions/",
        "/places/duties/",
        f"/cases/{city.by_state['filed'].number}/journal/",
    ):
        assert browser.get(path).status_code == 200, path
    assert everything() == before


def test_people_are_listed_to_those_who_lead_them(city: Told) -> None:
    for seat, expected in (
        ("head", True),
        ("admin", True),
        ("auditor", True),
        ("other_chief", True),
        ("chief", False),
        ("desk", False),
        ("grid", False),
        ("client", False),
    ):
        page = city.page(seat).get("/people/users/stranger/")
        assert page.status_code == (200 if expected else 404), seat
        assert "13900001111" not in page.content.decode()
        listed = {person.username for person in city.page(seat).get("/people/users/?q=stranger").context["users"]}
        assert listed == ({"stranger"} if expected else set()), seat


def test_codes_of_reports_cannot_be_guessed_without_end(city: Told) -> None:
    anyone = Client(REMOTE_ADDR="10.9.8.7")
    answers = [anyone.get(f"/track/AAAA{n:04d}/").status_code for n in range(200)]
    assert answers[0] == 404 and 429 in answers
    assert set(HANDED) < set(STATES) and SEES_ALL and Visitor("x").key == "x"
