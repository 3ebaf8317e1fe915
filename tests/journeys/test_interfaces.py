"""The interfaces other people's programs rely on, row by row: the JSON API."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from yipanqi.config.api import api
from yipanqi.files.tests.photos import jpeg
from yipanqi.inspections import actions as inspections
from yipanqi.inspections.models import Campaign
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.actions import issue_token
from yipanqi.people.models import Appointment, Role, Unit, UnitKind, User
from yipanqi.places.models import Area, Place, Segment, Zone
from yipanqi.standards.models import CheckItem, Edition, IssueClass, PlaceCategory

pytestmark = pytest.mark.django_db
NOW = dt.datetime.now(dt.UTC)
LISTS = {
    "cases": "number", "places": "code", "areas": "code", "segments": "code", "zones": "code", "units": "code", "duties": "code",
    "editions": "code", "check-items": "code", "issue-classes": "key", "campaigns": "code", "visits": "id", "figures": "key",
}  # fmt: skip
WRITES = {"post", "put", "patch", "delete"}
ERRORS = {"400", "401", "403", "404", "409", "413", "422", "429", "503"}
SQUARE = {"type": "Polygon", "coordinates": [[[98.2, 39.7], [98.4, 39.7], [98.4, 39.9], [98.2, 39.9], [98.2, 39.7]]]}


class World:
    """A desk, a liaison, an inspector; one of each thing; clients that carry tokens."""

    def __init__(self) -> None:
        self.office = Unit.objects.create(code="CCB", name="创城办", kind=UnitKind.OFFICE)
        self.city = Unit.objects.create(
            code="CGJ", name="城管局", kind=UnitKind.DEPARTMENT, department_type="urban_mgmt"
        )
        self.kind = IssueClass.objects.create(
            standard="GB/T 47678.5-2026", kind="event", code="06010", key="gb:event:06010", group_code="06", group_name="市容", name="暴露垃圾",
            department_type="urban_mgmt", severity=2, clocks={"handle": {"amount": 8, "clock": "work_hour"}},
        )  # fmt: skip
        self.edition = Edition.objects.create(code="E2026", name="测评体系2026", state="current")
        category = PlaceCategory.objects.create(
            key="market", code_prefix="MK", name="农贸市场", group="market", department_type="market"
        )
        CheckItem.objects.create(
            edition=self.edition,
            category=category,
            code="MK-01",
            text="地面无垃圾",
            kind="boolean",
            weight=1,
            issue_class=self.kind,
        )
        area = Area.objects.create(
            code="620200001000", name="雄关街道", level="street", path="620200001000/", boundary=SQUARE
        )
        Segment.objects.create(
            code="LD1",
            name="新华路",
            street="新华路",
            kind="main",
            line={"type": "LineString", "coordinates": [[98.28, 39.77], [98.29, 39.77]]},
        )
        Zone.objects.create(code="YG1", name="严管区", purpose="strict", boundary=SQUARE)
        self.place = Place.objects.create(
            code="MK001",
            name="第一市场",
            category=category,
            lon=98.28,
            lat=39.77,
            cell="8940",
            area=area,
            operator=self.city,
        )
        self.desk = self.client("desk", Role.DESK, self.office)
        self.liaison = self.client("liaison", Role.LIAISON, self.city)
        self.inspector = self.client("inspector", Role.INSPECTOR, self.office)
        self.admin = self.client("admin", Role.ADMIN, self.office)

    def client(self, name: str, role: str, unit: Unit) -> Client:
        person = User.objects.create_user(username=name, password="x", name=name)
        Appointment.objects.create(user=person, unit=unit, role=role, starts_on=dt.date(2020, 1, 1))
        token = issue_token(person, name="test", by=SYSTEM, at=NOW)
        return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)

    def case(self) -> str:
        made = post(
            self.desk, "cases", {"source": "grid", "description": "垃圾成堆", "place": "MK001", "class": "06010"}
        )
        assert made.status_code == 201, made.content
        return str(made.json()["number"])

    def campaign(self) -> Campaign:
        today, desk = dt.date.today(), User.objects.get(username="desk")
        who: dict[str, Any] = {"by": desk, "at": NOW}
        plan = inspections.add_campaign(
            None,
            name="检查",
            kind="routine",
            edition=self.edition,
            starts_on=today - dt.timedelta(1),
            ends_on=today + dt.timedelta(1),
            **who,
        )
        inspections.assign_places(plan, places=[self.place], inspectors=[], **who)
        return inspections.open_campaign(plan, **who)


@pytest.fixture
def world(db: None) -> World:
    return World()


def post(who: Client, path: str, body: Any = None, **headers: str) -> Any:
    return who.post(
        f"/api/v1/{path}",
        json.dumps(body if body is not None else {}),
        content_type="application/json",
        headers=headers,
    )


def get(who: Client, path: str) -> Any:
    return who.get(f"/api/v1/{path}")


def is_problem(answer: Any, status: int) -> bool:
    """RFC 9457, with our fields and nothing that smells of a stack trace."""
    body = answer.json()
    fits = answer.status_code == body["status"] == status and answer["Content-Type"].startswith(
        "application/problem+json"
    )
    return bool(
        fits
        and body["type"]
        and body["title"]
        and isinstance(body["errors"], list)
        and "Traceback" not in answer.content.decode()
    )


# ----- the description -----


def test_openapi_is_3_1_and_public_and_has_a_human_page() -> None:
    described = Client().get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    page = Client().get("/api/v1/docs").content.decode()
    for path in described["paths"]:
        assert path in page
    assert "<script>" not in page and "https://" not in page.replace("https://127", "")


def test_openapi_declares_every_error_and_key_of_every_operation() -> None:
    lacking = []
    for path, operations in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        for method, operation in operations.items():
            answers = operation["responses"]
            missing = ERRORS - set(map(str, answers))
            wrong = [
                s
                for s in ERRORS & set(map(str, answers))
                if list(answers[int(s)] if int(s) in answers else answers[s])[:0]
            ]
            kinds = {kind for s, a in answers.items() if int(s) >= 400 for kind in a["content"]}
            names = {p["name"] for p in operation.get("parameters", ())}
            if (
                missing
                or wrong
                or kinds != {"application/problem+json"}
                or (method in WRITES and "Idempotency-Key" not in names)
            ):
                lacking.append((method, path, missing, kinds, names))
            if not operation.get("operationId") or not operation.get("summary") or not operation.get("description"):
                lacking.append((method, path, "words"))
    assert not lacking


@pytest.mark.parametrize("resource", [*LISTS, "reports", "visits/{uuid}", "cases/{number}/events", "cases/{number}/photos", "cases/{number}/similar",
                                      "duties/resolve", "zones/at", "figures/{key}", "reports/{code}/rating"])  # fmt: skip
def test_openapi_has_every_resource(resource: str) -> None:
    assert f"/api/v1/{resource}" in api.get_openapi_schema(path_prefix="/api/v1/")["paths"]


# ----- lists -----


@pytest.mark.parametrize("resource", LISTS)
def test_list_pages_by_cursor_counts_on_request_and_knows_its_parameters(world: World, resource: str) -> None:
    world.case(), world.case(), world.campaign()
    page = get(world.desk, f"{resource}?limit=1")
    assert page.status_code == 200 and set(page.json()) == {"items", "next"} and len(page.json()["items"]) <= 1
    counted = get(world.desk, f"{resource}?count=true&limit=500").json()
    assert counted["count"] == len(counted["items"]) and counted["next"] is None
    seen, cursor = [], ""
    while cursor is not None:
        part = get(world.desk, f"{resource}?limit=1" + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [row[LISTS[resource]] for row in part["items"]]
        cursor = part["next"]
    assert seen == [row[LISTS[resource]] for row in counted["items"]]
    for wrong in ("limit=0", "limit=501", "limit=x", "colour=red", "cursor=%21%21"):
        assert is_problem(get(world.desk, f"{resource}?{wrong}"), 400), wrong
    assert get(world.desk, f"{resource}?colour=red").json()["errors"][0]["field"] == "colour"
    assert is_problem(get(Client(), resource), 401)


def test_list_default_is_fifty(world: World) -> None:
    IssueClass.objects.bulk_create(
        IssueClass(standard="本地", kind="extension", code=f"9{n:04}", key=f"local:{n:04}", group_code="90", group_name="测", name=f"类{n}",
                   department_type="x", severity=1, clocks={}) for n in range(60)
    )  # fmt: skip
    assert len(get(world.desk, "issue-classes").json()["items"]) == 50


@pytest.mark.parametrize("query", ["state=reported", "class=06010", "unit=CGJ", "place=MK001", "area=620200001000", "source=grid", "found_from=2020-01-01",
                                   "found_to=2199-01-01", "due_before=2199-01-01", "overdue=false", "bbox=98,39,99,40", "q=垃圾"])  # fmt: skip
def test_cases_take_every_listed_filter(world: World, query: str) -> None:
    world.case()
    answer = get(world.desk, f"cases?{query}")
    assert answer.status_code == 200, answer.content
    assert len(answer.json()["items"]) == (0 if query.startswith(("unit", "due_before")) else 1)


# ----- errors -----


def test_errors_are_problem_details_of_the_right_status(world: World) -> None:
    number = world.case()
    assert is_problem(post(world.desk, "cases", {"source": "grid"}), 400)
    assert is_problem(world.desk.post("/api/v1/cases", "{bad", content_type="application/json"), 400)
    assert is_problem(post(Client(), "cases", {}), 401)
    refused = post(world.desk, f"cases/{number}/moves/sign")
    assert is_problem(refused, 403) or is_problem(refused, 409)
    forbidden = post(
        world.inspector,
        "campaigns",
        {"name": "x", "kind": "mock", "edition": "E2026", "starts_on": "2026-01-01", "ends_on": "2026-01-02"},
    )
    assert is_problem(forbidden, 403) and forbidden.json()["detail"]
    assert is_problem(get(world.liaison, f"cases/{number}"), 404) and is_problem(
        get(world.admin, f"cases/{number}"), 404
    )
    assert is_problem(get(world.desk, "nothing"), 404) and is_problem(get(world.desk, "cases/2026-000000"), 404)
    assert post(world.desk, f"cases/{number}/moves/accept", {"issue_class": "gb:event:06010"}).status_code == 200
    assert is_problem(post(world.desk, f"cases/{number}/moves/accept", {"issue_class": "gb:event:06010"}), 409)
    impossible = post(world.desk, "cases", {"source": "grid", "description": "x", "place": "NONE"})
    assert is_problem(impossible, 422) and impossible.json()["errors"][0]["field"] == "place"
    assert is_problem(world.desk.put("/api/v1/cases"), 405)
    bad = Client(headers={"Authorization": "Bearer nothing"})
    assert is_problem(get(bad, "cases"), 401) and get(bad, "cases")["WWW-Authenticate"] == "Bearer"


def test_errors_413_and_429_say_what_to_do(world: World, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yipanqi.allowance.policy_value", lambda key: 1)
    assert post(Client(), "reports", {"text": "一"}).status_code == 201
    slow = post(Client(), "reports", {"text": "二"})
    assert is_problem(slow, 429) and int(slow["Retry-After"]) > 0
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert is_problem(post(Client(raise_request_exception=False), "reports", {"text": "长" * 200}), 413)


# ----- writes -----


@pytest.mark.parametrize("kind", ["case", "report", "campaign", "rating"])
def test_write_with_a_key_is_done_once_and_other_content_is_refused(world: World, kind: str) -> None:
    plan = {"name": "x", "kind": "mock", "edition": "E2026", "starts_on": "2026-01-01", "ends_on": "2026-01-02"}
    who, path, body, changed = {
        "case": (world.desk, "cases", {"source": "grid", "description": "甲"}, {"source": "grid", "description": "乙"}),
        "report": (Client(), "reports", {"text": "甲"}, {"text": "乙"}),
        "campaign": (world.desk, "campaigns", plan, plan | {"name": "y"}),
        "rating": (Client(), "reports", {"text": "丙"}, {"text": "丁"}),
    }[kind]
    key = {"Idempotency-Key": str(uuid4())}
    first, again = post(who, path, body, **key), post(who, path, body, **key)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) and first.status_code == 201
    assert again["Idempotency-Replayed"] == "true"
    assert is_problem(post(who, path, changed, **key), 409)


def test_write_by_session_needs_the_csrf_token(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.get(username="desk"), backend="django.contrib.auth.backends.ModelBackend")
    assert get(browser, "me").json()["username"] == "desk"
    assert post(browser, "cases", {"source": "grid", "description": "x"}).status_code in (401, 403)


# ----- what may I do next -----


def moves_of(who: Client, path: str) -> dict[str, dict[str, Any]]:
    found = get(who, path).json()
    assert found["state"]
    for move in found["moves"]:
        assert set(move) == {"name", "title", "allowed", "why_not", "fields"} and (move["allowed"] or move["why_not"])
        assert all(set(f) == {"name", "title", "type", "required", "choices"} for f in move["fields"])
    return {move["name"]: move for move in found["moves"]}


def test_every_stateful_thing_tells_its_moves_and_each_has_its_operation(world: World) -> None:
    plan, number = world.campaign(), world.case()
    visit = post(world.inspector, "visits", {"campaign": plan.code, "place": "MK001"}).json()["id"]
    code = post(Client(), "reports", {"text": "路灯不亮"}).json()["code"]
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    for who, thing, pattern in [
        (world.desk, f"cases/{number}", "cases/{number}"), (world.desk, f"campaigns/{plan.code}", "campaigns/{code}"),
        (world.inspector, f"visits/{visit}", "visits/{uuid}"), (world.desk, "editions/E2026", "editions/{code}"), (Client(), f"reports/{code}", "reports/{code}"),
    ]:  # fmt: skip
        found = moves_of(who, thing)
        assert found, thing
        for name in found:
            assert f"/api/v1/{pattern}/moves/{name}" in paths, (thing, name)
    assert moves_of(world.inspector, f"campaigns/{plan.code}")["close_campaign"]["why_not"]


# ----- rows of the table -----


def test_report_answers_code_and_address_and_progress_without_personal_data(world: World) -> None:
    made = Client().post(
        "/api/v1/reports", {"text": "垃圾", "place": "MK001", "contact_phone": "13912345678", "photos": [photo()]}
    )
    assert made.status_code == 201 and set(made.json()) == {"code", "track_url"}
    assert Client().get(made.json()["track_url"]).status_code == 200
    progress = get(Client(), f"reports/{made.json()['code']}")
    assert progress.status_code == 200 and "139" not in progress.content.decode()
    assert is_problem(post(Client(), f"reports/{made.json()['code']}/rating", {"rating": 5}), 409)


def photo() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415  only here

    return SimpleUploadedFile("a.jpg", jpeg(), content_type="image/jpeg")


def test_duties_resolve_names_unit_and_reasons(world: World) -> None:
    answer = get(world.desk, "duties/resolve?lon=98.28&lat=39.77&place=MK001&class=gb:event:06010&on=2026-11-01").json()
    assert {"unit", "reasons"} <= set(answer) and all({"why", "unit", "step"} <= set(one) for one in answer["reasons"])
    assert is_problem(get(world.desk, "duties/resolve"), 422)
    assert [z["code"] for z in get(Client(), "zones/at?lon=98.3&lat=39.8").json()] == ["YG1"]


def test_figures_tell_everything_and_list_exactly_what_was_counted(world: World) -> None:
    world.case(), world.case()
    for row in get(world.desk, "figures?limit=500").json()["items"]:
        assert set(row) == {"key", "name", "unit", "definition"} and all(row.values())
        figure = get(world.desk, f"figures/{row['key']}").json()
        told = {
            "key",
            "name",
            "definition",
            "unit",
            "value",
            "numerator",
            "denominator",
            "excluded",
            "low",
            "high",
            "as_of",
            "records_url",
        }
        assert set(figure) == told
        records = world.desk.get(f"{figure['records_url']}&limit=500&count=true")
        assert records.status_code == 200, (row["key"], records.content)
        if figure["numerator"] is not None:
            assert records.json()["count"] == figure["numerator"] == len(records.json()["items"]), row["key"]
    found = get(world.desk, "figures/cases.found?from=2020-01-01&to=2199-12-31&unit=CGJ&area=620200001000").json()
    assert found["value"] == 0 and dt.datetime.fromisoformat(found["as_of"]).tzinfo
    assert get(world.desk, "figures/cases.found").json()["value"] == 2


def test_times_carry_an_offset_and_positions_are_lon_lat(world: World) -> None:
    case = get(world.desk, f"cases/{world.case()}").json()
    assert dt.datetime.fromisoformat(case["found_at"]).tzinfo is not None
    assert get(world.desk, "places/MK001").json()["position"] == [98.28, 39.77]
