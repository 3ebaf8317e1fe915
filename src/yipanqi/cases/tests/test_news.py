"""Who is told of what happens to a case."""

from __future__ import annotations

import pytest
from django.utils import timezone

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, moment
from yipanqi.kernel import outbox
from yipanqi.kernel.models import Delivery
from yipanqi.messaging.models import Message


def told() -> list[tuple[str, str]]:
    """What was told since the last look, by whom and sentence, once the worker has had its turn."""
    outbox.deliver_due(timezone.now())
    assert not Delivery.objects.exclude(state="done").exists(), list(Delivery.objects.exclude(state="done").values_list("error", flat=True))
    news = [(m.to.username, m.words) for m in Message.objects.select_related("to").order_by("id") if m.to]
    Message.objects.all().delete()
    return news


@pytest.fixture
def case(town: Town) -> Case:
    return actions.dispatch(town.filed(), unit=town.city, co_units=[town.clean], by=town.desk, at=moment())


def test_dispatch_tells_the_liaisons_of_every_unit(town: Town, case: Case) -> None:
    news = told()
    assert [who for who, _words in news] == ["helper", "liaison"]
    assert news[0][1] == f"案件 {case.number}（暴露垃圾）已交办，主办单位：城管局，请及时签收，2026-03-03 10:00 前办结。"


def test_told_twice_is_told_once(town: Town, case: Case) -> None:
    outbox.deliver_due(timezone.now())
    Delivery.objects.update(state="waiting")
    assert len(told()) == 2


def test_dispute_tells_the_desk_and_the_ruling_the_unit(town: Town, case: Case) -> None:
    told()
    case = actions.dispute(case, reason="不归我局", proposed_unit=town.water, by=town.liaison, at=moment(0, 10))
    assert told() == [("desk", f"城管局 对案件 {case.number}（暴露垃圾）提出退单，待裁定。")]
    case = actions.uphold(case, unit=town.water, by=town.desk, at=moment(0, 11))
    news = told()
    assert news[0][0] == "stranger" and "经裁定由 水务局 办理" in news[0][1] and len(news) == 1


def test_answers_tell_who_asked(town: Town, case: Case) -> None:
    case = actions.sign(case, by=town.liaison, at=moment(0, 10))
    told()
    case = actions.ask_extension(case, days=2, reason="等待配件", by=town.liaison, at=moment(0, 10))
    assert told()[0][0] == "desk"
    case = actions.refuse_extension(case, note="可以先清理", by=town.desk, at=moment(0, 11))
    assert told() == [("liaison", f"案件 {case.number}（暴露垃圾）的延期申请未获同意。")]


def test_rework_and_taking_back_tell_the_units(town: Town) -> None:
    case = actions.dispatch(town.filed(), unit=town.city, by=town.desk, at=moment())
    case = actions.sign(case, by=town.liaison, at=moment(0, 10))
    case = actions.resolve(case, what_was_done="已清理", by=town.liaison, at=moment(0, 11))
    told()
    case = actions.verify_fail(case, note="还有垃圾", by=town.inspector, at=moment(0, 14))
    assert told() == [("liaison", f"案件 {case.number}（暴露垃圾）核查未通过，退回 城管局 重新整改。")]
    case = actions.withdraw(case, note="交错单位", by=town.desk, at=moment(0, 15))
    assert told() == [("liaison", f"案件 {case.number}（暴露垃圾）已由综合组收回，城管局 不必再办。")]


def test_news_name_no_person(town: Town) -> None:
    actions.dispatch(town.filed(description="张三 13912345678 堆放"), unit=town.city, by=town.desk, at=moment())
    assert all("张三" not in words and "139" not in words for _who, words in told())
