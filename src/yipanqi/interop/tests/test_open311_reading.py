"""GeoReport v2, reading: the same answers as JSON and XML, filters, errors in its own form, and nothing personal."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from defusedxml import ElementTree
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from yipanqi.cases import actions
from yipanqi.cases.models import CaseMove, Report
from yipanqi.cases.tests.town import Town
from yipanqi.files import actions as file_actions
from yipanqi.files import intake
from yipanqi.files.models import Photo
from yipanqi.files.tests.photos import LAT, LON, jpeg
from yipanqi.kernel.actors import Visitor
from yipanqi.kernel.policy import keep_policy
from yipanqi.places.models import Area

pytestmark = pytest.mark.django_db
ROOT = "/open311/v2"
SECRET = "我是三单元的张三"


def answer(client: Client, path: str, expect: int = 200, /, **query: Any) -> list[dict[str, Any]]:
    """The rows of an answer, asked as JSON and as XML, which must say the same."""
    text = f"?{urlencode(query)}" if query else ""
    as_json, as_xml = client.get(f"{ROOT}/{path}.json{text}"), client.get(f"{ROOT}/{path}.xml{text}")
    assert (as_json.status_code, as_xml.status_code) == (expect, expect), as_json.content.decode()
    assert as_json["Content-Type"].startswith("application/json") and as_xml["Content-Type"].startswith("text/xml")
    rows = json.loads(as_json.content)
    elements = ElementTree.fromstring(as_xml.content)
    told = [{child.tag: child.text or "" for child in element} for element in elements]
    assert told == [{k: _plain(v) for k, v in row.items()} for row in rows]
    return rows


def _plain(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def refusal(client: Client, path: str, expect: int, /, **query: Any) -> str:
    (row,) = answer(client, path, expect, **query)
    assert row["code"] == expect
    return str(row["description"])


@pytest.fixture
def report(town: Town, community: Area) -> Report:
    made: Report = actions.report_by_resident(
        None, text=SECRET, lon=LON, lat=LAT, address="三单元门口", contact_name="张三", contact_phone="13800001234",
        issue_class=town.class_, by=Visitor("v"), at=timezone.now(),
    )  # fmt: skip
    return made


def test_services_list_every_class_in_use(client: Client, town: Town) -> None:
    first, other = answer(client, "services")
    assert (
        first["service_code"] == "event-06010" and first["service_name"] == "暴露垃圾" and first["group"] == "市容环境"
    )
    assert (first["metadata"], first["type"], other["service_code"]) == (False, "realtime", "other")
    town.class_.active = False
    town.class_.save()
    assert [row["service_code"] for row in answer(client, "services", jurisdiction_id="jyg.gov.cn")] == ["other"]


def test_services_speak_english_when_asked(client: Client, town: Town) -> None:
    town.class_.name_en = "Exposed rubbish"
    town.class_.save()
    rows = client.get(f"{ROOT}/services.json", headers={"Accept-Language": "en"}).json()
    assert rows[0]["service_name"] == "Exposed rubbish"


def test_service_definition(client: Client, town: Town) -> None:
    assert client.get(f"{ROOT}/services/event-06010.json").json() == {"service_code": "event-06010", "attributes": []}
    root = ElementTree.fromstring(client.get(f"{ROOT}/services/event-06010.xml").content)
    assert (
        root.tag == "service_definition"
        and root.findtext("service_code") == "event-06010"
        and root.find("attributes") is not None
    )
    assert "service_code" in refusal(client, "services/event-99999", 404)


def test_requests_show_only_what_is_public(client: Client, report: Report, town: Town) -> None:
    (row,) = answer(client, "requests")
    assert (row["service_request_id"], row["status"], row["status_notes"]) == (report.case.number, "open", "待受理")
    assert (row["service_code"], row["description"], row["address"]) == ("event-06010", "暴露垃圾", "雄关街道新华社区")
    assert (row["lat"], row["long"]) != (LAT, LON) and abs(row["lat"] - LAT) < 0.005 and abs(row["long"] - LON) < 0.005
    assert dt.datetime.fromisoformat(row["requested_datetime"]).tzinfo is not None
    whole = json.dumps(row, ensure_ascii=False)
    for hidden in (SECRET, "张三", "13800001234", "三单元", report.code):
        assert hidden not in whole


def test_requests_name_their_elements_as_the_specification(client: Client, report: Report) -> None:
    root = ElementTree.fromstring(client.get(f"{ROOT}/requests.xml").content)
    assert root.tag == "service_requests" and [child.tag for child in root] == ["request"]


def test_requests_leave_out_findings_of_inspections(client: Client, town: Town) -> None:
    case = town.filed(timezone.now())
    assert answer(client, "requests") == []
    refusal(client, f"requests/{case.number}", 404)


def test_request_follows_the_case(client: Client, report: Report, town: Town) -> None:
    at = timezone.now()
    case = actions.accept(report.case, issue_class=town.class_, by=town.desk, at=at)
    case = actions.dispatch(case, unit=town.city, by=town.desk, at=at)
    (row,) = answer(client, f"requests/{case.number}")
    assert row["agency_responsible"] == "城管局" and row["expected_datetime"] and row["status"] == "open"
    case = actions.sign(case, by=town.liaison, at=at)
    case = actions.resolve(case, what_was_done="清了", by=town.liaison, at=at)
    actions.verify_pass(case, by=town.inspector, at=at)
    (row,) = answer(client, f"requests/{case.number}")
    assert (row["status"], row["status_notes"]) == ("closed", "已销号")


def test_request_updated_never_goes_back(client: Client, report: Report, town: Town) -> None:
    start, case = timezone.now(), report.case
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("accept", "desk", {"issue_class": town.class_}), ("dispatch", "desk", {"unit": town.city}), ("sign", "liaison", {}),
        ("resolve", "liaison", {"what_was_done": "清了"}), ("verify_fail", "inspector", {"note": "还脏"}), ("withdraw", "desk", {"note": "交办有误"}),
    ]  # fmt: skip
    for hours, (verb, who, given) in enumerate(steps, 1):
        at = start + dt.timedelta(hours=hours)
        case = getattr(actions, verb)(case, **given, by=town.people[who], at=at)
        (row,) = answer(client, f"requests/{case.number}")
        assert dt.datetime.fromisoformat(row["updated_datetime"]) == at.replace(microsecond=0), verb
    (listed,) = answer(client, "requests")
    assert listed == row


def test_request_merged_is_updated_with_the_case_it_follows(client: Client, report: Report, town: Town) -> None:
    start = timezone.now()
    primary = town.report(start, source="hotline")
    merged = actions.merge(report.case, primary=primary, by=town.desk, at=start + dt.timedelta(hours=1))
    actions.accept(primary, issue_class=town.class_, by=town.desk, at=start + dt.timedelta(hours=2))
    told = {row["service_request_id"]: row["updated_datetime"] for row in answer(client, "requests")}
    assert told[merged.number] == told[primary.number]
    assert dt.datetime.fromisoformat(told[merged.number]) == (start + dt.timedelta(hours=2)).replace(microsecond=0)


def test_request_merged_names_the_other(client: Client, report: Report, town: Town) -> None:
    primary = town.filed(timezone.now(), source="hotline")
    actions.merge(report.case, primary=primary, by=town.desk, at=timezone.now())
    (row,) = answer(client, f"requests/{report.case.number}")
    assert row["status"] == "closed" and primary.number in row["status_notes"]


def test_request_not_classified_yet_is_other(client: Client, town: Town) -> None:
    actions.report_by_resident(None, text="不知道什么", address="东门", by=Visitor("v"), at=timezone.now())
    (row,) = answer(client, "requests", service_code="other")
    assert (row["service_code"], row["address"], row["lat"]) == ("other", "", None)


def test_request_shows_a_photo_once_it_is_public(client: Client, report: Report, town: Town) -> None:
    at = timezone.now()
    photo = file_actions.add_photo(
        None, prepared=intake.prepare(ContentFile(jpeg())), kind=Photo.Kind.BEFORE, by=town.desk, at=at
    )
    photo = file_actions.attach(photo, subject_kind="cases.case", subject_ref=report.case.number, by=town.desk, at=at)
    assert answer(client, "requests")[0]["media_url"] is None
    file_actions.publish_photo(photo, by=town.desk, at=at)
    address = answer(client, "requests")[0]["media_url"]
    assert address.startswith("http://testserver/files/photos/") and client.get(address).status_code == 200


def test_requests_are_filtered(client: Client, report: Report, town: Town) -> None:
    number, now = report.case.number, timezone.now()
    day = dt.timedelta(days=1)
    assert answer(
        client, "requests", service_request_id=f"{number},2020-000001", status="closed"
    )  # an id overrides the rest
    assert answer(client, "requests", service_code="event-06010,event-1") and not answer(
        client, "requests", service_code="event-1"
    )
    assert answer(client, "requests", status="open") and not answer(client, "requests", status="closed")
    assert answer(client, "requests", status="open,closed")
    assert answer(client, "requests", start_date=(now - day).isoformat(), end_date=(now + day).isoformat())
    assert not answer(client, "requests", start_date=(now + day).isoformat())
    assert not answer(client, "requests", end_date=(now - day).date().isoformat())
    assert not answer(client, "requests", page=2, page_size=1)


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"}, {"end_date": "2026-02-30"}, {"start_date": "2026-13-01T00:00:00Z"}, {"start_date": "0000-00-00"},
        {"start_date": "2026-03-01T00:00:00Z", "end_date": "2026-02-01T00:00:00Z"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"},
        {"start_date": "0001-01-01T00:00:00+14:00"}, {"end_date": "9999-12-31T23:59:59-12:00"},
        {"status": "lost"}, {"page": "0"}, {"page": "x"}, {"page_size": "1001"}, {"page": "99999999999999999999"},
        {"service_request_id": "a\0b"}, {"service_code": ",".join(str(n) for n in range(201))},
    ],
)  # fmt: skip
def test_requests_refuse_wrong_arguments(client: Client, town: Town, query: dict[str, str]) -> None:
    assert refusal(client, "requests", 400, **query)


@pytest.mark.parametrize(
    "query",
    [{"end_date": "0001-01-02T00:00:00Z"}, {"start_date": "9999-12-30"}, {"start_date": "2026-01-01T00:00:00 08:00"}],
)
def test_requests_survive_the_ends_of_time(client: Client, town: Town, query: dict[str, str]) -> None:
    assert answer(client, "requests", **query) == []


def test_requests_ask_the_same_number_of_queries(
    client: Client, town: Town, community: Area, django_assert_max_num_queries: Any
) -> None:
    for _n in range(4):
        actions.report_by_resident(
            None, text="垃圾", lon=LON, lat=LAT, issue_class=town.class_, by=Visitor("v"), at=timezone.now()
        )
    with django_assert_max_num_queries(3):
        assert len(client.get(f"{ROOT}/requests.json").json()) == 4


def test_token_leads_to_the_request(client: Client, report: Report) -> None:
    assert answer(client, f"tokens/{report.code}") == [{"service_request_id": report.case.number, "token": report.code}]
    refusal(client, "tokens/NOSUCH22", 404)


def test_updates_tell_moves_without_notes(client: Client, report: Report, town: Town) -> None:
    actions.accept(report.case, issue_class=town.class_, note="内部说明", by=town.desk, at=timezone.now())
    rows = answer(client, "servicerequestupdates")
    assert [row["description"] for row in rows] == ["登记", "受理"] and len({row["update_id"] for row in rows}) == 2
    assert {row["service_request_id"] for row in rows} == {report.case.number} and "内部说明" not in json.dumps(
        rows, ensure_ascii=False
    )
    root = ElementTree.fromstring(client.get(f"{ROOT}/servicerequestupdates.xml").content)
    assert root.tag == "service_requests_updates" and root[0].tag == "request_update"
    assert refusal(client, "servicerequestupdates", 400, start_date="soon")


def updates_page_by_page(client: Client, path: str) -> list[list[dict[str, Any]]]:
    """The pages of an answer, each found by the Link of the one before."""
    pages, address = [], f"{ROOT}/{path}"
    while address:
        found = client.get(address)
        pages.append(found.json())
        address = found.get("Link", "").removesuffix('>; rel="next"').removeprefix("<")
    return pages


def test_updates_are_paged_and_say_that_there_are_more(client: Client, report: Report, town: Town) -> None:
    at = timezone.now()
    CaseMove.objects.bulk_create(
        CaseMove(case=report.case, verb="sign", source="handling", target="handling", at=at, actor_key="x", public=True) for _n in range(1_500)
    )
    first, second = updates_page_by_page(client, "servicerequestupdates.json")
    assert (len(first), len(second)) == (1_000, 501)
    assert len({row["update_id"] for row in first + second}) == 1_501
    sizes = [len(page) for page in updates_page_by_page(client, "servicerequestupdates.json?page_size=400")]
    assert sizes == [400, 400, 400, 301]
    assert len(answer(client, "servicerequestupdates", page=4, page_size=500)) == 1
    assert answer(client, "servicerequestupdates", page=5, page_size=500) == []
    for wrong in ({"page": "0"}, {"page_size": "1001"}, {"page": "x"}):
        refusal(client, "servicerequestupdates", 400, **wrong)


def test_requests_say_that_there_are_more(client: Client, report: Report, town: Town) -> None:
    town.report(timezone.now(), source="hotline")
    pages = updates_page_by_page(client, "requests.json?page_size=1&status=open")
    assert [len(page) for page in pages] == [1, 1] and pages[0] != pages[1]
    assert "Link" not in client.get(f"{ROOT}/requests.json")
    long_ago = (timezone.now() - dt.timedelta(days=300)).isoformat()
    found = client.get(f"{ROOT}/requests.json", {"page_size": 1, "start_date": long_ago})
    assert found["Access-Control-Expose-Headers"] == "Link" and client.get(found["Link"].split(">")[0][1:]).status_code == 200


def test_updates_end_with_what_holds(client: Client, report: Report, town: Town) -> None:
    at = timezone.now()
    case = actions.accept(report.case, issue_class=town.class_, by=town.desk, at=at)
    case = actions.dispatch(case, unit=town.city, by=town.desk, at=at)
    case = actions.sign(case, by=town.liaison, at=at)
    case = actions.resolve(case, what_was_done="清了", by=town.liaison, at=at)
    case = actions.verify_fail(case, note="内部意见", by=town.inspector, at=at)
    case = actions.withdraw(case, note="内部意见", by=town.desk, at=at)
    rows = answer(client, "servicerequestupdates", end_date=(at + dt.timedelta(hours=1)).isoformat())
    assert [(row["description"], row["status"]) for row in rows[-2:]] == [("核查未通过，继续整改", "open"), ("重新确定办理单位", "open")]
    steps = client.get(f"/api/v1/reports/{report.code}").json()["steps"]
    assert [step["title"] for step in steps] == [row["description"] for row in rows]
    for told in (rows, steps):
        assert "内部意见" not in json.dumps(told, ensure_ascii=False)
    assert client.get(f"{ROOT}/servicerequestupdates.json", headers={"Accept-Language": "en"}).json()[-1]["description"] != rows[-1]["description"]


def test_discovery_names_the_endpoint(client: Client, town: Town) -> None:
    (endpoint,) = client.get(f"{ROOT}/discovery.json").json()["endpoints"]
    assert endpoint["url"] == "http://testserver/open311/v2" and endpoint["formats"] == ["application/json", "text/xml"]
    root = ElementTree.fromstring(client.get(f"{ROOT}/discovery.xml").content)
    assert root.findtext("endpoints/endpoint/url") == endpoint["url"]
    assert [f.text for f in root.iterfind("endpoints/endpoint/formats/format")] == endpoint["formats"]


@pytest.mark.parametrize("path", ["", "requests", "requests.yaml", "nothing.json"])
def test_unknown_addresses_answer_in_the_form_of_errors(client: Client, db: None, path: str) -> None:
    found = client.get(f"{ROOT}/{path}")
    assert found.status_code == 404 and found.json()[0]["code"] == 404


def test_methods_and_other_origins(client: Client, town: Town) -> None:
    assert client.post(f"{ROOT}/services.json").status_code == 405
    assert client.delete(f"{ROOT}/requests.xml").status_code == 405
    asked = client.options(f"{ROOT}/requests.json")
    assert (
        asked.status_code == 204
        and asked["Access-Control-Allow-Origin"] == "*"
        and "POST" in asked["Access-Control-Allow-Methods"]
    )
    assert client.head(f"{ROOT}/requests.json").status_code == 200


@pytest.mark.parametrize(
    "start", ["2026-01-31", "2026-01-31T08:00:00Z", "2026-01-31T08:00:00 08:00", "2026-01-31 08:00:00"]
)
def test_search_reads_dates_as_clients_write_them(client: Client, town: Town, start: str) -> None:
    assert client.get("/open311/v2/requests.json", {"start_date": start}).status_code == 200


def test_unknown_address_answers_in_its_own_form(client: Client, town: Town) -> None:
    answer = client.get("/open311/v2/nothing.xml")
    assert answer.status_code == 404 and answer["Content-Type"].startswith("text/xml")
    assert client.get("/open311/v2/nothing").json()[0]["code"] == 404


def test_token_is_throttled_after_many_wrong_ones(client: Client, town: Town) -> None:
    keep_policy("cases.wrong_codes_per_hour", 2, by="test", at=timezone.now())
    codes = [client.get("/open311/v2/tokens/NOSUCH22.json").status_code for _n in range(3)]
    assert codes == [404, 404, 429]
