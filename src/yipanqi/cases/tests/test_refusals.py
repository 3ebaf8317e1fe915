"""What is refused, each with a sentence that says what to do; and lists of people who see little."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import pytest

from yipanqi.cases import actions, selectors
from yipanqi.cases.forms import CommentForm
from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.test_moves import photo
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.kernel.actions import Refused
from yipanqi.people.models import Appointment, Role
from yipanqi.places.models import Area
from yipanqi.sheets import SHEETS, run_import


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [({"description": "长" * 5_001}, "最多 5000 字"), ({"severity": 5}, "1 到 4"), ({"lon": 98.0}, "同时填写"), ({"source": "rumour"}, "没有“rumour”这种来源")],
)  # fmt: skip
def test_report_case_with_impossible_facts_is_refused(town: Town, facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        town.report(**facts)
    assert not Case.objects.exists()


def test_accept_with_an_impossible_severity_is_refused(town: Town) -> None:
    with pytest.raises(Refused, match="1 到 4"):
        actions.accept(town.report(), issue_class=town.class_, severity=7, by=town.desk, at=MONDAY)


def test_merge_into_a_rejected_case_is_refused(town: Town) -> None:
    rejected = actions.reject(town.report(), reason="不属实", by=town.desk, at=MONDAY)
    with pytest.raises(Refused, match="已不予受理"):
        actions.merge(town.report(), primary=rejected, by=town.desk, at=MONDAY)


def test_dispute_that_proposes_ones_own_unit_is_refused(town: Town) -> None:
    with pytest.raises(Refused, match="不能是本单位"):
        actions.dispute(town.dispatched(), reason="不归我管", proposed_unit=town.city, by=town.liaison, at=MONDAY)


def test_comment_with_ten_photos_is_refused(town: Town) -> None:
    photos = [photo(town.desk) for _n in range(10)]
    with pytest.raises(actions.TooManyPhotos):
        actions.comment(town.report(), note="看图", photos=photos, by=town.desk, at=MONDAY)
    form = CommentForm({"note": "看图", "photos": [p.uuid for p in photos]})
    assert "最多附九张" in str(form.errors["photos"])


@pytest.mark.parametrize(("wanted", "sentence"), [(str(uuid.UUID(int=0)), "找不到照片"), ("x", "照片编号有误")])
def test_photos_that_do_not_exist_are_refused(town: Town, wanted: str, sentence: str) -> None:
    assert sentence in str(CommentForm({"note": "看图", "photos": [wanted]}).errors["photos"])


def test_import_case_cannot_change_the_source_nor_the_class_of_one_handed_over(town: Town) -> None:
    case = town.dispatched()
    for facts, sentence in (({"source": "grid"}, "来源不能更改"), ({"source": "inspection", "severity": 3}, "案件已交办")):
        with pytest.raises(Refused, match=sentence):
            actions.import_case(case, number=case.number, facts=facts, by=town.desk, at=MONDAY)


def test_import_messages_takes_mended_words_and_refuses_a_reply_time_without_reply(town: Town) -> None:
    def load(*row: str) -> Any:
        text = io.StringIO()
        csv.writer(text).writerows([["留言编号", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"], row])
        return run_import(SHEETS["messages"], io.BytesIO(text.getvalue().encode()), partial=True, dry_run=False, by=town.desk, at=MONDAY)

    load("1", "题", "2019-04-25 09:32:09", "内容", "", "")
    assert load("1", "新题", "2019-04-25 09:32:09", "改过的内容", "", "").updated == 1
    assert (Case.objects.get().title, Report.objects.get().text) == ("新题", "改过的内容")
    refused = load("2", "题", "2019-04-25 09:32:09", "内容", "", "2019-05-01 10:00:00")
    assert "有答复时间而没有答复内容" in refused.rejected[0].errors[0][1]


def test_inboxes_of_leader_head_and_grid_hold_what_waits_for_them(town: Town) -> None:
    asked = actions.ask_suspension(town.handling(), reason="冬季", by=town.liaison, at=MONDAY)
    hung = actions.ask_suspension(town.handling(), reason="冬季", by=town.liaison, at=MONDAY)
    hung = actions.suspend(hung, review_on=moment(1).date(), by=town.leader, at=MONDAY)
    found = actions.report_case(None, source="grid", description="井盖破损", by=town.grid, at=MONDAY)
    for person in (town.leader, town.head):
        groups = {str(title): list(cases) for title, cases, _tone in selectors.inbox(person)}
        assert (groups["挂账审批"], groups["挂账到期复核"]) == ([asked], [hung])
    assert [(str(title), list(cases)) for title, cases, _tone in selectors.inbox(town.grid)] == [("我上报的", [found])]


def test_filters_take_things_as_well_as_codes(town: Town) -> None:
    area = Area.objects.create(code="C1", name="雄关", level=Area.Level.STREET, path="C1/")
    case = town.filed()
    Case.objects.filter(pk=case.pk).update(area=area)
    town.report()
    for params in ({"area": area}, {"area": "C1"}, {"class": town.class_}, {"class": "06010"}):
        assert list(selectors.filtered(Case.objects.all(), params)) == [case], params
    assert str(case) == case.number


def test_sign_by_someone_of_two_units_asks_which(town: Town) -> None:
    Appointment.objects.create(user=town.helper, unit=town.water, role=Role.LIAISON, starts_on=moment(-9).date())
    case = actions.dispatch(town.filed(), unit=town.city, co_units=[town.clean, town.water], by=town.desk, at=MONDAY)
    with pytest.raises(Refused, match="环卫站（HW）"):
        actions.sign(case, by=town.helper, at=MONDAY)
    actions.sign(case, unit=town.water, by=town.helper, at=MONDAY)
    assert {a.unit.code: a.state for a in case.assignments.all()}["SW"] == "handling"
