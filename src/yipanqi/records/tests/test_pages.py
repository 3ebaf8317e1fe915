"""Pages of records: a volunteer's own, those of whoever records, and the one that strangers see."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.policy import keep_policy
from yipanqi.records import actions
from yipanqi.records.models import Amendment, Certificate, Evaluation, Service, Star, StarRule, Training
from yipanqi.records.tests.world import DAY, NOW, Records

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Records:
    return Records()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_own_record_star_and_certificate_from_asking_to_printing(world: Records) -> None:
    world.served(world.vera, 101.5)
    me, keeper = signed_in(world.me), signed_in(world.keeper)
    page = me.get("/records/mine/", follow=True).content.decode()
    assert "101 小时 30 分" in page and "申请星级" in page and "逢6上街" in page
    assert me.post(f"/records/volunteers/{world.vera.number}/star/").status_code == 302
    star = Star.objects.get()
    assert "待认定的星级" in keeper.get("/records/").content.decode()
    assert keeper.get(f"/records/stars/{star.uuid}/").status_code == 200
    assert keeper.post(f"/records/stars/{star.uuid}/moves/refuse_star/", {"why": ""}).status_code == 422
    assert keeper.post(f"/records/stars/{star.uuid}/moves/confirm_star/").status_code == 302
    form = me.get(f"/records/volunteers/{world.vera.number}/certificate/")
    assert form.status_code == 200 and world.issuer.name in form.content.decode()
    assert me.post(f"/records/volunteers/{world.vera.number}/certificate/", {"issuer": world.issuer.code}).status_code == 302
    asked = Certificate.objects.get()
    assert "出具证明" in keeper.get(f"/records/certificates/{asked.uuid}/").content.decode()
    assert keeper.post(f"/records/certificates/{asked.uuid}/issue/", {"handler": ""}).status_code == 422
    assert keeper.post(f"/records/certificates/{asked.uuid}/issue/", {"handler": "李敏"}).status_code == 302
    paper = me.get(f"/records/certificates/{asked.uuid}/certificate.pdf")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF") and paper["Content-Type"] == "application/pdf"
    assert paper.content == keeper.get(f"/records/certificates/{asked.uuid}/certificate.pdf").content
    assert signed_in(world.other_leader).get(f"/records/certificates/{asked.uuid}/certificate.pdf").status_code == 404
    shown = me.get("/records/shown/").content.decode()
    assert world.vera.masked_name in shown and world.vera.name not in shown


def test_stranger_reads_only_what_must_be_shown(world: Records) -> None:
    world.vera.id_number = "620200199001011234"
    world.vera.save()
    service = world.served(world.vera, 3)
    made = world.certificate()
    stranger, address = Client(), f"/records/check/{made.number}/{made.code}/"
    page = stranger.get(address)
    text = page.content.decode()
    assert page.status_code == 200 and 'data-verdict="issued"' in text and "3 小时" in text and world.issuer.name in text
    for secret in (world.vera.name, world.vera.number, "620200199001011234", "逢6上街", "赵建国", "李敏"):
        assert secret not in text, secret
    assert page["Cache-Control"] == "private, no-store" and page["X-Robots-Tag"] == "noindex"
    assert stranger.get(f"/records/check/?number={str(made.number).lower()}&code={made.code.lower()}").headers["Location"].endswith(f"/{made.code}/")
    assert stranger.get(f"/records/check/{made.number}/WRONG234/").status_code == 404
    assert stranger.get(f"/records/check/NONE-2026-000009/{made.code}/").status_code == 404
    world.corrected(service, 60)
    assert "正在核对" in stranger.get(address).content.decode()
    actions.revoke_certificate(Certificate.objects.get(), why="时长有误", by=world.keeper, at=NOW)
    text = stranger.get(address).content.decode()
    assert 'data-verdict="revoked"' in text and "已撤销" in text and "时长有误" not in text
    actions.erase_record(world.vera, by=SYSTEM, at=NOW)
    assert stranger.get(address).status_code == 404


def test_checks_are_limited_by_the_hour_right_or_wrong(world: Records) -> None:
    world.served(world.vera, 3)
    made = world.certificate()
    keep_policy("records.checks_per_hour", 2, by="test", at=timezone.now())
    stranger, address = Client(REMOTE_ADDR="203.0.113.9"), f"/records/check/{made.number}/{made.code}/"
    assert [stranger.get(address).status_code for _n in range(3)] == [200, 200, 429]
    assert int(stranger.get(address)["Retry-After"]) > 0
    assert Client(REMOTE_ADDR="203.0.113.10").get(address).status_code == 200


def test_desk_lists_everything_and_strangers_read_why_not(world: Records) -> None:
    world.served(world.vera, 120)
    keeper = signed_in(world.keeper)
    paths = ("", "stars/", "stars/?state=short", "certificates/", "certificates/?state=broken", "amendments/", "rules/", "issuers/", "shown/", *(f"entries/{kind}/" for kind in ("service", "training", "commendation", "evaluation")))
    assert {path: keeper.get(f"/records/{path}").status_code for path in paths} == dict.fromkeys(paths, 200)
    assert keeper.get("/records/entries/other/").status_code == keeper.get("/records/entries/service/add/").status_code == 404
    assert signed_in(world.me).get("/records/").status_code == 403
    assert signed_in(world.centre).get("/records/mine/").status_code == 403
    assert signed_in(world.other_leader).get(f"/records/volunteers/{world.vera.number}/").status_code == 404
    assert Client().get("/records/").status_code == 302 and Client().get("/records/about/").status_code == 200


def test_training_commendation_and_evaluation_are_entered_on_pages(world: Records) -> None:
    leader = signed_in(world.leader)
    day = timezone.localdate().isoformat()
    assert leader.get("/records/entries/training/add/").status_code == 200
    training = {"issuer": world.issuer.code, "volunteers": f"{world.vera.number}，{world.old.number}", "name": "急救培训", "content": "心肺复苏", "minutes": "120", "trainer": "周老师", "on": day, "course": "first_aid"}
    assert leader.post("/records/entries/training/add/", {**training, "volunteers": "999"}).status_code == 422
    assert leader.post("/records/entries/training/add/", training).status_code == 302
    assert leader.post("/records/entries/training/add/", training).status_code == 422
    assert leader.post("/records/entries/commendation/add/", {"issuer": world.issuer.code, "volunteers": world.vera.number, "name": "优秀志愿者", "granted_by": "市文明办", "on": day}).status_code == 302
    judged = {"issuer": world.issuer.code, "volunteer": world.vera.number, "quality": "good", "evaluator": "居民", "on": day}
    assert leader.post("/records/entries/evaluation/add/", judged).status_code == 302
    assert leader.post("/records/entries/evaluation/add/", {**judged, "volunteer": "1"}).status_code == 422
    assert (Training.objects.count(), Evaluation.objects.count()) == (2, 1)
    page = signed_in(world.me).get("/records/mine/", follow=True).content.decode()
    assert "急救培训" in page and "优秀志愿者" in page and "良好" in page


def test_correction_from_asking_to_agreeing_on_pages(world: Records) -> None:
    actions.open_records(world.issuer, source="志愿云", rows=[{"volunteer": world.vera, "source_key": "A1", "on": NOW.date() - DAY, "title": "历史服务", "minutes": 600}], by=world.keeper, at=NOW)
    service = Service.objects.get()
    me, leader, keeper = signed_in(world.me), signed_in(world.leader), signed_in(world.keeper)
    ask = f"/records/entries/service/{service.uuid}/amend/"
    assert me.get(ask).status_code == 200 and signed_in(world.other_leader).get(ask).status_code == 404
    assert me.post(ask, {"reason": "应为十二小时"}).status_code == 302
    one = f"/records/amendments/{Amendment.objects.get().uuid}/"
    typed = {"title": "历史服务", "place": "", "content": "", "in_charge": "", "minutes": "600", "on": service.on.isoformat()}
    assert me.post(one, typed).status_code == 403
    assert leader.post(one, typed).status_code == 422
    assert leader.post(one, {**typed, "minutes": "720"}).status_code == 302
    assert "第二人复核" in leader.get(one).content.decode()
    assert leader.post(f"{one}moves/agree_amendment/").status_code == 403
    assert keeper.post(f"{one}moves/agree_amendment/").status_code == 302
    service.refresh_from_db()
    assert service.minutes == 720
    assert me.post(ask, {"reason": "还是不对"}).status_code == 302
    one = f"/records/amendments/{Amendment.objects.latest('id').uuid}/"
    assert keeper.post(f"{one}decline/", {"answer": ""}).status_code == 422
    assert keeper.post(f"{one}decline/", {"answer": "已核对"}).status_code == 302
    assert "已核对" in me.get(one).content.decode()


def test_rules_and_issuers_are_kept_on_pages(world: Records) -> None:
    centre, keeper = signed_in(world.centre), signed_in(world.keeper)
    typed = {"scheme": "standard", "name": "星级认定", "from_on": (timezone.localdate() + DAY).isoformat(), "hours": "50 100 200"}
    assert keeper.post("/records/rules/", typed).status_code == 403
    assert centre.post("/records/rules/", {**typed, "hours": "100 50"}).status_code == 422
    assert centre.post("/records/rules/", {**typed, "hours": "many"}).status_code == 422
    assert centre.post("/records/rules/", typed).status_code == 302 and StarRule.objects.count() == 3
    assert "尚未施行" in keeper.get("/records/rules/").content.decode()
    assert keeper.post(f"/records/issuers/{world.issuer.code}/", {"head": "新负责人", "contact": "0937-2"}).status_code == 302
    assert signed_in(world.leader).get(f"/records/issuers/{world.issuer.code}/").status_code == 404


def test_lists_ask_as_much_for_many_rows_as_for_one(world: Records, django_assert_max_num_queries: Any) -> None:
    world.served(world.vera, 1)
    keeper = signed_in(world.keeper)
    counts = {}
    for _n in range(2):
        for path in ("entries/service/", "", f"volunteers/{world.vera.number}/"):
            with django_assert_max_num_queries(200) as seen:
                keeper.get(f"/records/{path}")
            counts.setdefault(path, []).append(len(seen.captured_queries))
        for _more in range(3):
            world.served(world.vera, 1)
    assert all(abs(first - second) <= 1 for first, second in counts.values()), counts
