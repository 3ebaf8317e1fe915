"""A place that cannot be inspected, on the phone."""

import pytest

from yipanqi.inspections.models import Visit
from yipanqi.inspections.tests.test_pages import now_running, signed_in
from yipanqi.inspections.tests.world import world

pytestmark = pytest.mark.django_db


def test_give_up_says_why_and_leads_to_the_next_place() -> None:
    w = world()
    plan, phone = now_running(w), signed_in(w.inspector)
    page = f"/m/c/{plan.code}/MK001/"
    assert "停业、进不去等无法检查" in phone.get(page).content.decode()
    assert "停业或未开门" in phone.get(f"{page}give-up/").content.decode()
    wrong = phone.post(f"{page}give-up/", {"why": ""})
    assert wrong.status_code == 422 and "请选择无法检查的原因" in wrong.content.decode()
    done = phone.post(f"{page}give-up/", {"why": "closed", "note": "停业通知"}, follow=True).content.decode()
    assert "“第1市场”无法检查" in done
    visit = Visit.objects.get()
    assert (visit.state, visit.missed_note) == ("missed", "停业通知")
    assert "停业、进不去等无法检查" in phone.get(page).content.decode()
