"""Moves from the case page: done, refused beside the form, overtaken by somebody else, many at once."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from yipanqi.cases import actions
from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.kernel.actors import Visitor


def photo(colour: str = "green") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(data, "JPEG")
    return SimpleUploadedFile(f"{colour}.jpg", data.getvalue(), "image/jpeg")


def test_move_case_through_the_whole_loop(town: Town, as_: SignIn) -> None:
    case = town.report()
    root = f"/cases/{case.number}/moves/"
    steps = [
        ("desk", "accept", {"issue_class": town.class_.key}, "filed"),
        ("desk", "dispatch", {"unit": "CGJ", "requirements": "当日清理"}, "dispatched"),
        ("liaison", "sign", {}, "handling"),
        ("liaison", "resolve", {"what_was_done": "已清理", "outcome": "mended", "photo_files": photo()}, "resolved"),
        ("desk", "verify_pass", {"note": "现场已看"}, "closed"),
    ]
    for name, verb, data, state in steps:
        response = as_(name).post(f"{root}{verb}/", {**data, "version": Case.objects.get(pk=case.pk).version})
        assert response.status_code == 302, response.content.decode()
        case.refresh_from_db()
        assert case.state == state
    page = as_("desk").get(f"/cases/{case.number}/").content.decode()
    assert "已清理" in page and "/thumb.jpg" in page and "当日清理" in page


@pytest.mark.parametrize("verb", ["accept", "reject", "merge", "fix_on_the_spot", "comment"])
def test_open_form_of_each_move(town: Town, as_: SignIn, verb: str) -> None:
    case = town.report()
    client = as_("desk")
    assert client.get(f"/cases/{case.number}/moves/{verb}/").status_code == 200
    part = client.get(f"/cases/{case.number}/moves/{verb}/", headers={"HX-Request": "true"}).content.decode()
    assert f'data-move-form="{verb}"' in part and "<html" not in part


def test_refuse_move_keeps_what_was_typed(town: Town, as_: SignIn) -> None:
    case = town.handling()
    client = as_("liaison")
    response = client.post(
        f"/cases/{case.number}/moves/resolve/",
        {"what_was_done": "", "subject_name": "某某餐馆", "photo_files": photo(), "version": case.version},
    )
    page = response.content.decode()
    assert response.status_code == 422 and "某某餐馆" in page and 'name="photos"' in page
    part = client.post(
        f"/cases/{case.number}/moves/resolve/",
        {"what_was_done": "", "version": case.version},
        headers={"HX-Request": "true"},
    )
    assert part.status_code == 200 and "field-error" in part.content.decode()


def test_refuse_broken_photo_and_keep_the_good_one(town: Town, as_: SignIn) -> None:
    case = town.handling()
    files = [photo(), SimpleUploadedFile("坏.jpg", b"not a photo", "image/jpeg")]
    response = as_("liaison").post(
        f"/cases/{case.number}/moves/resolve/",
        {"what_was_done": "已清理", "photo_files": files, "version": case.version},
    )
    page = response.content.decode()
    assert response.status_code == 422 and "坏.jpg" in page and 'name="photos"' in page and "已清理" in page


def test_say_who_moved_the_case_meanwhile(town: Town, as_: SignIn) -> None:
    case = town.report()
    seen = case.version
    actions.accept(case, issue_class=town.class_, by=town.head, at=moment(hour=10))
    response = as_("desk").post(f"/cases/{case.number}/moves/reject/", {"reason": "不属实", "version": seen})
    page = response.content.decode()
    assert response.status_code == 422 and "head" in page and "受理" in page and "不属实" in page
    case.refresh_from_db()
    assert case.state == "filed"


def test_refuse_move_of_wrong_state_or_person(town: Town, as_: SignIn) -> None:
    case = town.handling()
    assert "没有“受理”这一步" in as_("desk").get(f"/cases/{case.number}/moves/accept/").content.decode()
    response = as_("auditor").post(f"/cases/{case.number}/moves/comment/", {"note": "看看", "version": case.version})
    assert response.status_code == 422
    assert as_("desk").get(f"/cases/{case.number}/moves/nonsense/").status_code == 404


def test_suggest_unit_beside_dispatch(town: Town, as_: SignIn) -> None:
    town.city.department_type = town.class_.department_type
    town.city.save()
    case = town.filed()
    page = as_("desk").get(f"/cases/{case.number}/moves/dispatch/").content.decode()
    assert "data-duty" in page and '<option value="CGJ" selected' in page


def test_redirect_htmx_when_moved(town: Town, as_: SignIn) -> None:
    case = town.dispatched()
    response = as_("liaison").post(
        f"/cases/{case.number}/moves/sign/", {"version": case.version}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 204 and response["HX-Redirect"] == f"/cases/{case.number}/"


def test_accept_many_each_by_itself(town: Town, as_: SignIn) -> None:
    good, bare, done = town.report(issue_class=town.class_), town.report(), town.closed()
    numbers = [good.number, bare.number, done.number, "nonsense"]
    page = (
        as_("desk")
        .post("/cases/bulk/", {"move": "accept", "number": numbers, "back": "/cases/?state=reported"}, follow=True)
        .content.decode()
    )
    good.refresh_from_db()
    assert good.state == "filed" and "成功 1 条，3 条未办" in page and "/cases/?state=reported" in page


def test_dispatch_many_by_duty(town: Town, as_: SignIn) -> None:
    town.city.department_type = town.class_.department_type
    town.city.save()
    case = town.filed()
    page = as_("desk").post("/cases/bulk/", {"move": "dispatch", "number": [case.number]}, follow=True).content.decode()
    case.refresh_from_db()
    assert case.state == "dispatched" and case.unit == town.city, page


def test_refuse_many_without_choice_or_right(town: Town, as_: SignIn) -> None:
    case = town.resolved()
    assert as_("desk").post("/cases/bulk/", {"move": "verify_pass"}).status_code == 422
    assert as_("desk").post("/cases/bulk/", {"move": "reject", "number": [case.number], "asked": "1"}).status_code == 422
    assert as_("liaison").post("/cases/bulk/", {"move": "verify_pass", "number": [case.number]}).status_code == 403


@pytest.mark.parametrize("name", ["desk", "inspector", "grid"])
def test_enter_new_case(town: Town, as_: SignIn, name: str) -> None:
    data = {
        "source": {"inspector": "inspection"}.get(name, "grid"),
        "description": "井盖破损",
        "issue_class": "06010 暴露垃圾",
        "lon": "98.28",
        "lat": "39.77",
        "photo_files": photo(),
    }
    response = as_(name).post("/cases/new/", data)
    case = Case.objects.get()
    assert response["Location"] == f"/cases/{case.number}/" and case.issue_class == town.class_
    points = json.loads(as_(name).get(f"/cases/{case.number}/point.geojson").content)
    assert points["features"][0]["geometry"]["coordinates"] == [98.28, 39.77]


def test_refuse_new_case_and_keep_input(town: Town, as_: SignIn) -> None:
    response = as_("desk").post(
        "/cases/new/", {"source": "hotline", "description": "有话", "issue_class": "没有这一类", "place": "X-0"}
    )
    page = response.content.decode()
    assert response.status_code == 422 and "有话" in page and "没有叫“没有这一类”的问题类别" in page and "X-0" in page


def test_answer_resident_from_case_page(town: Town, as_: SignIn) -> None:
    report = actions.report_by_resident(
        None, text="垃圾没人管", contact_phone="13900000000", by=Visitor("t"), at=moment()
    )
    address = f"/cases/{report.case.number}/"
    assert "139****0000" in as_("desk").get(address).content.decode()
    assert "139****0000" not in as_("auditor").get(address).content.decode()
    as_("desk").post(f"{address}reports/{report.code}/answer/", {"text": "已安排清理"})
    assert Report.objects.get().answer == "已安排清理"
    assert as_("liaison").post(f"{address}reports/{report.code}/answer/", {"text": "x"}).status_code == 404
