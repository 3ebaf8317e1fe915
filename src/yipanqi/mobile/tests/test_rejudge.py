"""改判 on the phone, without scripts: what is asked before a case is withdrawn, and when it cannot be."""

import pytest
from django.test import Client

from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case
from yipanqi.inspections.models import Campaign, Finding
from yipanqi.mobile.tests.test_pages import NOW, plan, signed_in, text, url, user
from yipanqi.people.models import User

__all__ = ["plan"]  # the fixture
pytestmark = pytest.mark.django_db


def filed(client: Client, plan: Campaign, code: str = "MK-01", **sent: str) -> Case:
    """A case that the inspector opened by tapping 不合格 on an item."""
    client.post(url(plan, f"items/{code}/fail/"), {"passed": "no", "note": "没有公示", **sent})
    return Case.objects.latest("pk")


def test_judged_item_offers_to_be_judged_again_and_asks_before_a_case_is_withdrawn(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    case = filed(client, plan)
    again = url(plan, "items/MK-01/again/")
    page = text(client.get(url(plan)))
    assert page.count('data-tap="rejudge"') == 1 and f'href="{again}"' in page
    asked = text(client.get(again))
    assert f"改判后撤回案件 {case.number}" in asked and "改判为合格" in asked and asked.split("<main")[1].split("</main>")[0].count("btn-primary") == 1
    answer = client.post(again, {"passed": "yes", "why": " "})
    assert answer.status_code == 422 and "写明原因" in text(answer) and Finding.objects.get().letter == "D"
    page = text(client.post(again, {"passed": "yes", "why": "点错了项目"}, follow=True))
    case.refresh_from_db()
    assert case.state == "rejected" and f"案件 {case.number} 已撤回" in page and "这里还有" not in page
    assert (Finding.objects.get().letter, Finding.objects.get().case) == ("A", None)


def test_tap_on_an_old_page_does_not_withdraw_a_case(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    case = filed(client, plan)
    page = text(client.post(url(plan, "items/MK-01/"), {"passed": "yes"}, headers={"HX-Request": "true"}))
    assert "请点“改判”" in page and 'data-tap="rejudge"' in page and case.number in page
    assert "请点“改判”" in text(client.post(url(plan, "items/MK-01/"), {"na": "1"}, follow=True))
    case.refresh_from_db()
    assert case.state == "filed"


def test_case_that_the_desk_has_is_told_before_anything_is_judged_again(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    case = filed(client, plan)
    cases.dispatch(case, unit=user("liaison", "MARKET").main_unit, by=User.objects.get(username="desk"), at=NOW)
    page = text(client.get(url(plan, "items/MK-01/again/")))
    assert "已交“单位MARKET”办理" in page and "请联系综合组" in page and "改判为合格" not in page and "仍不合格" in page
    answer = client.post(url(plan, "items/MK-01/again/"), {"passed": "yes", "why": "点错了"})
    assert answer.status_code == 422 and text(answer).count("请联系综合组") == 1
    answer = client.post(url(plan, "items/MK-01/fail/"), {"passed": "no", "on_the_spot": "1", "note": "已补上", "why": "当场补上"})
    assert answer.status_code == 422 and case.number in text(answer) and Finding.objects.get().outcome == "opened"


def test_failing_item_with_other_counts_keeps_its_case(plan: Campaign) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    case = filed(client, plan, "MK-02", count="1")
    page = text(client.get(url(plan, "items/MK-02/fail/")))
    assert f"这一项已有案件 {case.number}" in page and "没有公示</textarea>" in page and 'value="1"' in page
    client.post(url(plan, "items/MK-02/fail/"), {"count": "3", "note": "没有公示"})
    assert (Finding.objects.get().letter, Finding.objects.get().case, Case.objects.count()) == ("D", case, 1)
    answer = client.post(url(plan, "items/MK-02/fail/"), {"count": "0", "note": "没有公示"})
    assert answer.status_code == 422 and "写明原因" in text(answer)
    client.post(url(plan, "items/MK-02/fail/"), {"count": "2", "on_the_spot": "1", "note": "已扫净", "why": "业主当场扫净"})
    case.refresh_from_db()
    assert (Finding.objects.get().outcome, case.state) == ("corrected", "rejected")


@pytest.mark.parametrize(("code", "first", "then"), [("MK-01", {"na": "1"}, "改判为不合格"), ("MK-05", {"grade": "A"}, "改为 C#"), ("MK-04", {"count": "3"}, "改判为不适用")])
def test_item_without_a_case_is_judged_again_without_script(plan: Campaign, code: str, first: dict[str, str], then: str) -> None:
    client = signed_in(User.objects.get(username="inspector"))
    assert client.get(url(plan, f"items/{code}/again/")).status_code == 302
    client.post(url(plan, f"items/{code}/"), first)
    page = text(client.get(url(plan, f"items/{code}/again/")))
    assert then in page and "改判原因" not in page
    assert 'name="na"' not in text(client.get(url(plan, f"items/{code}/fail/")))
    assert f"{code} 已改判" in text(client.post(url(plan, f"items/{code}/again/"), {"na": "1"}, follow=True))
