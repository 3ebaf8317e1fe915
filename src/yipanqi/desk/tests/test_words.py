"""What pages say of a case's history: the journal in words, hand-overs with all units; long choices with words to look them up by."""

import re

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.desk.forms import CaseFilter
from yipanqi.desk.tests.conftest import SignIn
from yipanqi.people.models import Unit


def words_of(page: str) -> str:
    """The page without what stands in its raw records and addresses."""
    return re.sub(r"<pre.*?</pre>|<[^>]*>", "", page[page.index("<main") :], flags=re.DOTALL)


def test_journal_names_people_units_classes_and_arguments(town: Town, as_: SignIn) -> None:
    town.people["desk"].name = "王值班"
    town.people["desk"].save()
    case = town.dispatched(co_units=(town.clean,), requirements="两天内清完")
    page = as_("auditor").get(f"/cases/{case.number}/journal/").content.decode()
    words = words_of(page)
    for said in ("交办", "王值班", "主办单位：城管局", "协办单位：环卫站", "整改要求：两天内清完", "问题类别：暴露垃圾", "来源：检查发现", "问题描述：路口垃圾成堆", "创城办"):
        assert said in words, said
    for raw in ("user:", "people.unit", "CGJ", "co_units", "issue_class", "cases.", "06010"):
        assert raw not in words, raw
    assert "people.unit:CGJ" in page and "cases.dispatch" in page  # on demand


def test_journal_says_times_choices_and_photos_as_people_do(town: Town, as_: SignIn) -> None:
    case = actions.ask_extension(town.handling(), reason="连日降雨", days=3, by=town.liaison, at=moment(0, 10))
    case = actions.grant_extension(case, days=2, note="同意", by=town.desk, at=moment(0, 11))
    case = actions.resolve(case, what_was_done="已清理", outcome="mended", by=town.liaison, at=moment(0, 12))
    again = actions.dispatch(town.filed(), unit=town.city, due_at=moment(3, 18), by=town.desk, at=MONDAY)
    words = words_of(as_("auditor").get(f"/cases/{case.number}/journal/").content.decode())
    assert "处理结果：已整改" in words and "延长工作日：3" in words and "同意天数：2" in words
    assert "整改期限：2026-03-05 18:00" in words_of(as_("auditor").get(f"/cases/{again.number}/journal/").content.decode())


def test_journal_does_not_speak_of_the_version_a_page_showed(town: Town, as_: SignIn) -> None:
    case = town.dispatched()
    as_("liaison").post(f"/cases/{case.number}/moves/sign/", {"version": str(case.version)})
    page = as_("auditor").get(f"/cases/{case.number}/journal/")
    assert any("version" in line["row"].data for line in page.context["rows"])
    assert not any("version" in label for line in page.context["rows"] for label, _words in line["said"])


def test_journal_asks_as_often_for_many_lines_as_for_few(town: Town, as_: SignIn, django_assert_max_num_queries: object) -> None:
    few, many = town.dispatched(), town.closed()
    client = as_("auditor")
    client.get(f"/cases/{few.number}/journal/")
    for case in (few, many):
        with django_assert_max_num_queries(17):  # type: ignore[operator]
            client.get(f"/cases/{case.number}/journal/")


def thread(as_: SignIn, number: str) -> str:
    page = as_("desk").get(f"/cases/{number}/").content.decode()
    return page[page.index("timeline-plain") :]


def test_dispatch_names_the_assisting_units_too(town: Town, as_: SignIn) -> None:
    assert "交办给 城管局，协办 环卫站、水务局" in thread(as_, town.dispatched(co_units=(town.clean, town.water)).number)
    alone = thread(as_, town.dispatched().number)
    assert "交办给 城管局<" in alone and "协办" not in alone


def test_uphold_overrule_withdraw_and_release_say_who_has_it_now(town: Town, as_: SignIn) -> None:
    case = actions.dispute(town.dispatched(), reason="不归我管", by=town.liaison, at=MONDAY)
    case = actions.uphold(case, unit=town.water, by=town.desk, at=MONDAY)
    case = actions.withdraw(case, note="再看", by=town.desk, at=MONDAY)
    said = thread(as_, case.number)
    assert "由 城管局 改派 水务局" in said and "从 水务局 收回" in said
    other = actions.dispute(town.dispatched(co_units=(town.clean,)), reason="不归我管", by=town.liaison, at=MONDAY)
    other = actions.overrule(other, note="归你管", by=town.desk, at=MONDAY)
    other = actions.release_unit(other, unit=town.clean, note="不必了", by=town.desk, at=MONDAY)
    said = thread(as_, other.number)
    assert "仍由 城管局 办理" in said and "环卫站不再协办" in said


def test_choices_of_units_carry_the_words_to_find_them_by(town: Town, as_: SignIn) -> None:
    Unit.objects.filter(code="CGJ").update(short_name="市城管", sort_key="cheng guan ju")
    case = town.filed()
    page = as_("desk").get(f"/cases/{case.number}/moves/dispatch/").content.decode()
    for name in ("unit", "co_units"):
        select = page[page.index(f'<select name="{name}"') :]
        select = select[: select.index("</select>")]
        assert "data-look-up" in select[: select.index(">")]
        assert 'data-words="市城管 CGJ"' in select and 'data-pinyin="cheng guan ju"' in select
    accept = as_("desk").get(f"/cases/{town.report().number}/moves/accept/").content.decode()
    assert "data-look-up" in accept and "06010 暴露垃圾" in accept


def test_filters_of_the_list_are_looked_up_the_same_way(town: Town) -> None:
    Unit.objects.filter(code="HW").update(sort_key="huan wei zhan")
    shown = str(CaseFilter({})["unit"])
    assert "data-look-up" in shown and 'data-pinyin="huan wei zhan"' in shown and 'data-words="HW"' in shown
    assert "data-look-up" in str(CaseFilter({})["class"]) and "data-look-up" in str(CaseFilter({})["area"])


def test_report_case_by_a_grid_worker_starts_with_the_camera(town: Town, as_: SignIn) -> None:
    page = as_("grid").get("/cases/new/").content.decode()
    order = [page.index(sign) for sign in ('capture="environment"', "data-locate", 'name="place"', 'name="issue_class"', 'name="description"')]
    assert order == sorted(order) and page.count('id="id_lon"') == 1
    office = as_("desk").get("/cases/new/").content.decode()
    assert "capture=" not in office and office.index('name="description"') < office.index('name="photo_files"')


def test_report_case_with_a_position_from_the_phone(town: Town, as_: SignIn) -> None:
    sent = {"source": "grid", "description": "井盖缺失", "lon": "98.289120", "lat": "39.772540"}
    assert as_("grid").post("/cases/new/", sent).status_code == 302
    case = Case.objects.get()
    assert (case.lon, case.lat, case.source) == (98.28912, 39.77254, "grid")
    again = as_("grid").post("/cases/new/", {**sent, "description": "", "lat": ""})
    assert again.status_code == 422 and "要么都填" in again.content.decode() and 'value="98.28912' in again.content.decode()
