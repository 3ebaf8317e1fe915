"""The phone pages as an inspector uses them, without scripts."""

import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case
from yipanqi.inspections import actions
from yipanqi.inspections.models import Campaign, Finding, Visit
from yipanqi.people.models import Appointment, Unit, UnitKind, User
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem, Edition, IssueClass, PlaceCategory

pytestmark = pytest.mark.django_db
NOW = dt.datetime.now(dt.UTC)


def user(role: str, unit: str = "CCB") -> User:
    home, _ = Unit.objects.get_or_create(code=unit, defaults={"name": f"单位{unit}", "kind": UnitKind.DEPARTMENT})
    person = User.objects.create_user(username=role, password="x", name=f"测试{role}")
    Appointment.objects.create(user=person, unit=home, role=role, starts_on=dt.date(2020, 1, 1))
    return person


def signed_in(person: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def plan() -> Campaign:
    """A running campaign over two markets, all given to the inspector."""
    edition = Edition.objects.create(code="E2026", name="测评体系2026", state="current")
    category = PlaceCategory.objects.create(
        key="market", code_prefix="MK", name="农贸市场", group="market", department_type="market"
    )
    rows = (("MK-01", "公示投诉电话", "boolean", "", None, 1), ("MK-02", "地面无垃圾", "count", "violations", None, 1),
            ("MK-03", "消防通道畅通", "boolean", "", None, 3), ("MK-04", "公益广告", "count", "provisions", 3, 1), ("MK-05", "分区合理", "grade", "", None, 1))  # fmt: skip
    for n, (code, text, kind, measure, target, severity) in enumerate(rows):
        cls = IssueClass.objects.create(
            standard="本地", kind="extension", code=f"9000{n}", key=f"local-{n}", group_code="90", group_name="测试",
            name=f"问题{n}", department_type="market", severity=severity,
        )  # fmt: skip
        CheckItem.objects.create(
            edition=edition,
            category=category,
            code=code,
            text=text,
            kind=kind,
            measure=measure,
            target=target,
            issue_class=cls,
            order=n,
        )
    places = [
        Place.objects.create(
            code=f"MK00{n}", name=f"第{n}市场", category=category, lon=98.28 + n / 1000, lat=39.77, cell="8940"
        )
        for n in (1, 2)
    ]
    desk, inspector = user("desk"), user("inspector")
    today = dt.date.today()
    made = actions.add_campaign(
        None,
        name="常态化检查",
        kind="routine",
        edition=edition,
        starts_on=today - dt.timedelta(2),
        ends_on=today + dt.timedelta(2),
        by=desk,
        at=NOW,
    )
    made = actions.assign_places(made, places=places, inspectors=[inspector], by=desk, at=NOW)
    return actions.open_campaign(made, by=desk, at=NOW)


def url(plan: Campaign, rest: str = "", place: str = "MK001") -> str:
    return f"/m/c/{plan.code}/{place}/{rest}"


def picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(file, "JPEG")
    file.seek(0)
    file.name = "photo.jpg"
    return file


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def test_today_lists_my_places_and_says_what_they_are(plan: Campaign) -> None:
    page = text(signed_in(User.objects.get(username="inspector")).get("/m/?lon=98.282&lat=39.77"))
    assert (
        "第1市场" in page and "农贸市场" in page and page.index("第2市场") < page.index("第1市场") and "90 米" in page
    )


@pytest.mark.parametrize("query", ["?lon=x&lat=1", "?lon=999&lat=1", "?q=没有这样的地方"])
def test_today_survives_strange_addresses(plan: Campaign, query: str) -> None:
    assert signed_in(User.objects.get(username="inspector")).get(f"/m/{query}").status_code == 200


@pytest.mark.parametrize("role", ["auditor", "liaison", "leader", "admin"])
def test_phone_pages_for_others_are_closed(plan: Campaign, role: str) -> None:
    client = signed_in(user(role))
    for path in ("/m/", "/m/verify/", "/m/map/points.geojson", url(plan)):
        assert client.get(path).status_code == 403
    assert client.post(url(plan, "pass-rest/")).status_code == 403 and not Visit.objects.exists()


def test_phone_pages_ask_visitors_to_sign_in(plan: Campaign) -> None:
    assert Client().get("/m/").status_code == 302


def test_passing_place_takes_three_taps(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    page = text(client.get("/m/"))
    address = re.search(r'href="(/m/c/[^"]+)"', page)
    assert address and address[1] == url(plan)
    page = text(client.get(address[1]))  # tap 1: the place
    assert "5 项全部合格" in page and not Visit.objects.exists()
    chosen = re.search(r'name="visit" value="([^"]+)"', page)
    assert chosen
    page = text(client.post(url(plan, "pass-rest/"), {"visit": chosen[1]}, follow=True))  # tap 2
    assert "完成检查" in page
    page = text(client.post(url(plan, "finish/"), {"visit": chosen[1]}, follow=True))  # tap 3
    assert "得分" in page and "100" in page and str(Visit.objects.get().uuid) == chosen[1]


def test_place_asks_the_same_number_of_queries_for_more_items(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    counts = []
    for more in (True, False):
        client.get(url(plan))
        with CaptureQueriesContext(connection) as asked:
            client.get(url(plan))
        counts.append(len(asked))
        first = CheckItem.objects.get(code="MK-01")
        for n in range(10 if more else 0):
            CheckItem.objects.create(
                edition=first.edition,
                category=first.category,
                code=f"MK-9{n}",
                text="另一项",
                kind="boolean",
                issue_class=first.issue_class,
                order=90,
            )
    assert counts[0] == counts[1]


def test_item_passes_with_one_tap(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    for code, sent in (
        ("MK-01", {"passed": "yes"}),
        ("MK-02", {"count": "0"}),
        ("MK-04", {"count": "3"}),
        ("MK-05", {"grade": "A"}),
        ("MK-03", {"na": "1"}),
    ):
        page = text(client.post(url(plan, f"items/{code}/"), sent, headers={"HX-Request": "true"}))
        assert 'id="visit-foot"' in page and "hx-swap-oob" in page
    assert dict(Finding.objects.values_list("item__code", "letter")) == {
        "MK-01": "A",
        "MK-02": "A",
        "MK-04": "A",
        "MK-05": "A",
        "MK-03": "NA",
    }


def test_items_are_neutral_until_judged_and_the_page_counts_them(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    page = text(client.get(url(plan)))
    assert "tone-done" not in page and "将记为" not in page and "data-judged" not in page
    assert '已判 <strong class="num">0/5</strong> 项' in page
    page = text(client.post(url(plan, "items/MK-02/"), {"count": "0"}, headers={"HX-Request": "true"}))
    assert 'class="judged tone-done' in page and '<strong class="num">1/5</strong>' in page and page.count("hx-swap-oob") == 2
    page = text(client.get(url(plan)))
    assert page.count("data-judged") == 1 and '<strong class="num">1/5</strong>' in page
    again = text(client.get(url(plan, "items/MK-02/"), headers={"HX-Request": "true"}))
    assert "tone-done" not in again and "将记为 A" in again


def test_item_count_shows_its_letter_at_once_and_records_nothing(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    shown = [
        text(client.get(url(plan, f"items/MK-02/?count={n}"), headers={"HX-Request": "true"})) for n in (0, 1, 2, 3)
    ]
    assert [re.findall(r"将记为 ([ABC]#?)<", page)[0] for page in shown] == ["A", "B", "C", "C#"]
    assert "不合格" not in shown[0].replace("处不合格", "") and "立整立改" in shown[1]
    assert not Finding.objects.exists()
    assert "field-error" in text(client.get(url(plan, "items/MK-02/?count=x"), headers={"HX-Request": "true"}))


def test_item_corrected_on_the_spot_with_words(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    client.post(url(plan, "items/MK-01/fail/"), {"passed": "no", "on_the_spot": "1", "note": "已补上"})
    client.post(url(plan, "items/MK-02/fail/"), {"count": "2", "on_the_spot": "1", "note": "已扫净"})
    found = list(Finding.objects.order_by("item__code").values_list("letter", "outcome"))
    assert found == [("D", "corrected"), ("C", "corrected")] and not Case.objects.exists()
    page = text(client.post(url(plan, "items/MK-03/fail/"), {"passed": "no", "on_the_spot": "1", "note": "已关好"}))
    assert "立整立改须附照片" in page and "已关好" in page


@pytest.mark.parametrize(
    ("code", "sent", "words"),
    [
        ("MK-01", {"passed": "no"}, "请拍一张照片，或写明问题"),
        ("MK-01", {"passed": "no", "on_the_spot": "1", "note": "  "}, "或写明怎样改好的"),
        ("MK-03", {"passed": "no", "note": "门锁着"}, "请拍照后再提交"),
    ],
)
def test_fail_that_says_nothing_is_refused(plan: Campaign, code: str, sent: dict[str, str], words: str) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    answer = client.post(url(plan, f"items/{code}/fail/"), sent)
    assert answer.status_code == 422 and words in text(answer) and sent.get("note", "").strip() in text(answer)
    assert not Finding.objects.exists() and not Case.objects.exists()


def test_fail_opens_a_case_with_words_and_photo(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    page = text(client.get(url(plan, "items/MK-02/fail/?count=2")))
    assert 'value="2"' in page and "记录并立案" in page and "capture" in page
    page = text(
        client.post(
            url(plan, "items/MK-02/fail/"), {"count": "2", "note": "东门有垃圾", "photo_files": picture()}, follow=True
        )
    )
    case = Case.objects.get()
    assert case.description == "东门有垃圾" and case.number in page and "已立案" in page
    assert client.get(f"/cases/{case.number}/").status_code == 200
    again = text(client.get(url(plan)))
    assert "这里还有 1 件未销号" in again


def test_fail_with_a_broken_photo_keeps_words_and_good_photos(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    broken = io.BytesIO(b"not a picture")
    broken.name = "x.jpg"
    answer = client.post(
        url(plan, "items/MK-01/fail/"), {"passed": "no", "note": "原话", "photo_files": [picture(), broken]}
    )
    page = text(answer)
    assert answer.status_code == 422 and "原话" in page and 'name="photos"' in page and not Case.objects.exists()
    kept = re.search(r'name="photos" value="([^"]+)"', page)
    assert kept
    client.post(url(plan, "items/MK-01/fail/"), {"passed": "no", "note": "原话", "photos": kept[1]})
    assert Case.objects.count() == 1


def test_severe_on_the_spot_with_a_photo(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    assert "严重，请拍照" in text(client.get(url(plan, "items/MK-03/fail/?on_the_spot=1")))
    client.post(url(plan, "items/MK-03/fail/"), {"passed": "no", "on_the_spot": "1", "photo_files": picture()})
    assert Finding.objects.get().outcome == "corrected"


def test_finish_with_items_left_says_how_many(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    client.post(url(plan, "items/MK-01/"), {"passed": "yes"})
    assert "还有 4 项没有结果" in text(client.post(url(plan, "finish/"), follow=True))


def test_place_unknown_or_foreign_is_not_there(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    for path in (url(plan, place="NONE"), "/m/c/NONE/MK001/", url(plan, "items/NONE/")):
        assert client.get(path).status_code == 404


def test_done_place_can_be_looked_at_again(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    client.post(url(plan, "pass-rest/"))
    client.post(url(plan, "finish/"))
    assert "再检查一次" in text(client.get(url(plan)))
    assert "5 项全部合格" in text(client.get(url(plan) + "?again=1"))
    assert text(client.get("/m/")).count("已检查") == 1
    assert client.get(f"/inspections/visits/{Visit.objects.get().uuid}/").status_code == 200


def test_door_sign_leads_to_the_place(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    place = Place.objects.get(code="MK002")
    assert client.get(f"/m/p/{place.qr}/").headers["Location"] == url(plan, place="MK002")
    actions.close_campaign(plan, by=User.objects.get(username="desk"), at=NOW)
    assert "登记问题" in text(client.get(f"/m/p/{place.qr}/"))


def resolved() -> Case:
    """A case at the first market, mended by the market's unit."""
    inspector, desk, liaison = (
        User.objects.get(username="inspector"),
        User.objects.get(username="desk"),
        user("liaison", "MARKET"),
    )
    item = CheckItem.objects.get(code="MK-02")
    case = cases.report_case(
        None,
        source="inspection",
        description="地面有垃圾",
        issue_class=item.issue_class,
        place=Place.objects.get(code="MK001"),
        by=inspector,
        at=NOW,
    )
    case = cases.accept(case, issue_class=item.issue_class, by=desk, at=NOW)
    case = cases.dispatch(case, unit=liaison.main_unit, by=desk, at=NOW)
    case = cases.sign(case, by=liaison, at=NOW)
    return cases.resolve(case, what_was_done="已清扫", by=liaison, at=NOW)


def test_verify_passes_with_one_tap(plan: Campaign) -> None:
    case, client = resolved(), signed_in(User.objects.get(username="inspector"))
    assert case.number in text(client.get("/m/verify/")) and "待核查 1 件" in text(client.get("/m/"))
    assert "已清扫" in text(client.get(f"/m/verify/{case.number}/"))
    page = text(client.post(f"/m/verify/{case.number}/", {"result": "pass"}, follow=True))
    case.refresh_from_db()
    assert case.state == "closed" and "核查通过" in page
    assert client.post(f"/m/verify/{case.number}/", {"result": "pass"}).status_code == 422


def test_verify_fails_with_words(plan: Campaign) -> None:
    case, client = resolved(), signed_in(User.objects.get(username="inspector"))
    answer = client.post(f"/m/verify/{case.number}/", {"result": "fail"})
    assert answer.status_code == 422 and "原因" in text(answer)
    client.post(f"/m/verify/{case.number}/", {"result": "fail", "note": "还有垃圾", "false_reply": "on", "photo_files": picture()})
    case.refresh_from_db()
    assert (case.state, case.rework) == ("handling", 1)
    assert case.moves.get(verb="verify_fail").data["false_reply"]
    assert "反馈与现场不符（虚假整改）。" in text(client.get(f"/cases/{case.number}/"))


@pytest.mark.parametrize("result", [{}, {"result": ""}, {"result": "Pass"}, {"result": "nonsense"}])
def test_verify_with_an_unknown_result_is_refused(plan: Campaign, result: dict[str, str]) -> None:
    case, client = resolved(), signed_in(User.objects.get(username="inspector"))
    answer = client.post(f"/m/verify/{case.number}/", {**result, "note": "还有垃圾", "photo_files": picture()})
    page = text(answer)
    assert answer.status_code == 422 and "请选择“核查通过”或“不通过”" in page and "还有垃圾" in page and 'name="photos"' in page
    case.refresh_from_db()
    assert (case.state, case.rework) == ("resolved", 0)


def test_verify_of_what_moved_since_the_page_was_opened_is_refused(plan: Campaign) -> None:
    """Returned, mended again, and only then sent: the inspector has not seen the second mending."""
    case, client = resolved(), signed_in(User.objects.get(username="inspector"))
    sent = re.search(r'name="version" value="(\d+)"', text(client.get(f"/m/verify/{case.number}/")))
    assert sent and int(sent[1]) == case.version
    desk, liaison = User.objects.get(username="desk"), User.objects.get(username="liaison")
    case = cases.verify_fail(case, note="还有垃圾", by=desk, at=NOW)
    case = cases.resolve(case, what_was_done="再次清扫", by=liaison, at=NOW)
    for result in ("pass", "fail"):
        answer = client.post(f"/m/verify/{case.number}/", {"result": result, "note": "看过", "version": sent[1]})
        assert answer.status_code == 422 and "您打开页面之后，测试liaison" in text(answer) and "看过" in text(answer)
    again = re.search(r'name="version" value="(\d+)"', text(answer))
    assert again and client.post(f"/m/verify/{case.number}/", {"result": "pass", "version": again[1]}).status_code == 302
    case.refresh_from_db()
    assert case.state == "closed"


def test_map_points_are_my_places(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    assert len(client.get("/m/map/points.geojson").json()["features"]) == 2
    assert client.get("/m/map/").status_code == 200
