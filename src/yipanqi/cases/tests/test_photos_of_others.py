"""A photo is used by whoever sent it, and once: over the API, in every operation that takes photos."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from yipanqi.cases import actions
from yipanqi.cases.forms import MOVE_FORMS
from yipanqi.cases.models import Case, Report
from yipanqi.cases.tests.town import MONDAY, Town
from yipanqi.files.actions import attach
from yipanqi.files.models import Photo
from yipanqi.kernel.actors import Actor, Visitor
from yipanqi.people.models import User

API = "/api/v1"
#: Every move that takes photos: from which state, by whom, and what else it needs.
MOVES: dict[str, tuple[str, str, dict[str, str]]] = {
    "fix_on_the_spot": ("report", "inspector", {"note": "已清走"}), "finish_step": ("handling", "liaison", {"what_was_done": "已围护"}),
    "resolve": ("handling", "liaison", {"what_was_done": "已清理"}), "verify_pass": ("resolved", "inspector", {}),
    "verify_fail": ("resolved", "inspector", {"note": "还有"}), "recheck_pass": ("closed", "inspector", {}),
    "rebound": ("closed", "inspector", {"note": "又有"}), "confirm": ("report", "desk", {}), "comment": ("handling", "liaison", {"note": "看过"}),
}  # fmt: skip


def photo(by: Actor, **more: Any) -> Photo:
    return Photo.objects.create(
        kind="other", sha256=uuid4().hex, size_bytes=1, width=1, height=1, uploaded_at=MONDAY,
        uploaded_by=by if isinstance(by, User) else None, uploader_key=by.actor_key, **more,
    )  # fmt: skip


def post(user: User | None, path: str, body: dict[str, Any]) -> Any:
    client = Client()
    if user:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.post(API + path, json.dumps(body), content_type="application/json")


def staged(case: Case) -> Case:
    """The same case with a step to finish."""
    Case.objects.filter(pk=case.pk).update(steps=[{"title": "围护", "amount": 2, "clock": "hour", "due_at": None, "left": None, "done_at": None}])
    return Case.objects.get(pk=case.pk)


def refused(town: Town, who: str, path: str, body: dict[str, Any]) -> None:
    """Neither a stranger's photo nor one that is used already goes with it; one's own does."""
    user = town.people[who]
    used = attach(photo(user), subject_kind="cases.case", subject_ref=town.report().number, by=user, at=MONDAY)
    count = Case.objects.count()
    for wrong, status, words in ((photo(town.auditor), 403, "只能使用自己上传的文件"), (photo(Visitor("v")), 403, "只能使用自己上传的文件"), (used, 409, "已经用在别处")):
        answer = post(user, path, {**body, "photos": [str(wrong.uuid)]})
        assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.content
        wrong.refresh_from_db()
        assert Case.objects.count() == count and (wrong == used or not wrong.is_attached)
    mine = photo(user)
    assert post(user, path, {**body, "photos": [str(mine.uuid)]}).status_code in (200, 201)
    mine.refresh_from_db()
    assert mine.is_attached


def test_every_move_that_takes_photos_is_tried_here() -> None:
    assert {verb for verb, form in MOVE_FORMS.items() if "photos" in form.base_fields} == set(MOVES)


@pytest.mark.parametrize("verb", MOVES)
def test_move_with_a_photo_of_others_or_used_already_is_refused(town: Town, verb: str) -> None:
    state, who, body = MOVES[verb]
    case = getattr(town, state)()
    case = staged(case) if verb == "finish_step" else case
    refused(town, who, f"/cases/{case.number}/moves/{verb}", body)


@pytest.mark.parametrize("who", ["desk", "head", "inspector", "grid"])
def test_case_with_a_photo_of_others_or_used_already_is_refused(town: Town, who: str) -> None:
    sources = {"inspector": "inspection", "grid": "grid"}
    refused(town, who, "/cases", {"source": sources.get(who, "media"), "description": "井盖破损"})


def test_report_with_a_photo_of_others_or_used_already_is_refused(town: Town) -> None:
    used = actions.report_by_resident(None, text="垃圾", photos=[photo(Visitor("v"))], by=Visitor("v"), at=MONDAY)
    taken = Photo.objects.get(subject_ref=used.case.number)
    for wrong in (photo(town.desk), photo(Visitor("w")), photo(Visitor()), taken):
        answer = post(None, "/reports", {"text": "垃圾", "photos": [str(wrong.uuid)]})
        assert answer.status_code == 403 and "只能使用自己上传的文件" in answer.json()["detail"]
    assert Report.objects.count() == 1
