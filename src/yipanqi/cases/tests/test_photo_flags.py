"""Photos that were used before, or taken at another time or place, are pointed out to those who verify, and to nobody else."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from yipanqi.cases import actions, selectors
from yipanqi.cases.catalogue import PHOTO_ALIKE_BITS, PHOTO_FAR_METRES
from yipanqi.cases.models import Case
from yipanqi.cases.tests.test_queries import statements
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.files.actions import compare_photos
from yipanqi.files.models import Photo
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.policy import keep_policy
from yipanqi.people.models import User

LOOK = 0x4A797ACA1164A012
HERE = (98.29, 39.77)


def photo(by: User, kind: str, look: int | None = None, **facts: Any) -> Photo:
    """A photo that was compared with the others."""
    made = Photo.objects.create(
        kind=kind, size_bytes=1, width=1, height=1, uploaded_at=MONDAY, uploaded_by=by, uploader_key=by.actor_key, **{"sha256": uuid4().hex, **facts}
    )
    compare_photos(None, fingerprints={made.pk: look}, by=SYSTEM, at=MONDAY)
    return made


def mended(town: Town, before: Photo | None = None, after: Photo | None = None, **facts: Any) -> Case:
    """A case that waits to be verified: reported and handed over on Monday at nine."""
    case = town.filed(photos=[before] if before else [], **facts)
    actions.dispatch(case, unit=town.city, by=town.desk, at=MONDAY)
    actions.sign(case, by=town.liaison, at=MONDAY)
    made: Case = actions.resolve(case, what_was_done="已清理", photos=[after] if after else [], by=town.liaison, at=moment(0, 12))
    return made


def told(case: Case, user: User) -> list[tuple[str, str]] | None:
    """Kinds and sentences of what a user is told, by the API and the selector alike."""
    flags = selectors.photo_flags(Case.objects.get(pk=case.pk), user)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answered = client.get(f"/api/v1/cases/{case.number}").json()["photo_flags"]
    assert answered == (None if flags is None else [f._asdict() for f in flags])
    return None if flags is None else [(f.kind, f.text) for f in flags]


def test_after_photo_that_is_the_one_before_is_told(town: Town) -> None:
    case = mended(town, photo(town.inspector, "before", LOOK), photo(town.liaison, "after", LOOK ^ 0b101))
    assert told(case, town.inspector) == [("same_as_before", "与本案件的整改前照片几乎相同（差异 2/64）")]


def test_after_photo_that_is_the_very_file_of_before_is_told_as_such(town: Town) -> None:
    case = mended(town, photo(town.inspector, "finding", LOOK, sha256="aa"), photo(town.liaison, "after", LOOK, sha256="aa"))
    assert told(case, town.desk) == [("same_as_before", "与本案件的检查发现照片是同一文件")]


def test_photo_of_another_case_is_told_at_the_later_case_alone(town: Town) -> None:
    first = mended(town, after=photo(town.liaison, "after", LOOK))
    again = mended(town, after=photo(town.liaison, "after", LOOK ^ 1))
    assert told(first, town.inspector) == []
    assert told(again, town.inspector) == [("used_elsewhere", f"与 {first.number} 的整改后照片几乎相同（差异 1/64）")]
    assert [flag.case for flag in selectors.photo_flags(again, town.inspector) or ()] == [first.number]


def test_case_that_may_not_be_seen_is_not_named(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mended(town, after=photo(town.liaison, "after", LOOK))
    again = mended(town, after=photo(town.liaison, "after", LOOK))
    monkeypatch.setattr("yipanqi.cases.selectors.flagging.visible_to", lambda user, few: Case.objects.none())
    assert told(again, town.inspector) == [("used_elsewhere", "与另一案件的整改后照片几乎相同（差异 0/64）")]
    assert [flag.case for flag in selectors.photo_flags(again, town.inspector) or ()] == [None]


def test_photo_used_many_times_names_the_three_nearest_cases(town: Town) -> None:
    used = [mended(town, after=photo(town.liaison, "after", LOOK ^ ((1 << n) - 1))) for n in range(5)]
    found = told(mended(town, after=photo(town.liaison, "after", LOOK)), town.desk) or []
    assert [text[2:13] for _kind, text in found] == [case.number for case in used[:3]]


def test_photos_of_a_merged_case_are_no_foreign_ones(town: Town) -> None:
    first = town.filed(photos=[photo(town.inspector, "before", LOOK)])
    second = town.filed(photos=[photo(town.inspector, "before", LOOK)])
    third = town.filed(photos=[photo(town.inspector, "before", LOOK)])
    for case in (second, third):
        actions.merge(case, primary=first, by=town.desk, at=MONDAY)
    assert [told(case, town.desk) for case in (first, second, third)] == [[], [], []]


def test_photo_that_was_never_attached_or_belongs_to_no_case_is_not_told(town: Town) -> None:
    photo(town.liaison, "other", LOOK)
    photo(town.liaison, "other", LOOK, subject_kind="inspections.visit", subject_ref="x", attached_at=MONDAY)
    assert told(mended(town, after=photo(town.liaison, "after", LOOK)), town.desk) == []


def test_unlike_photos_are_not_told_and_the_office_sets_the_limit(town: Town) -> None:
    case = mended(town, photo(town.inspector, "before", LOOK), photo(town.liaison, "after", LOOK ^ 0b1111111))
    assert told(case, town.desk) == []
    keep_policy(PHOTO_ALIKE_BITS.key, 7, by="x", at=MONDAY)
    assert told(case, town.desk) == [("same_as_before", "与本案件的整改前照片几乎相同（差异 7/64）")]


@pytest.mark.parametrize(("minutes", "wrong"), [(11, True), (10, False), (-30, False)])
def test_after_photo_taken_before_the_hand_over_is_told(town: Town, minutes: int, wrong: bool) -> None:
    """A camera's clock may be ten minutes wrong."""
    taken = MONDAY - dt.timedelta(minutes=minutes)
    found = told(mended(town, after=photo(town.liaison, "after", taken_at=taken)), town.desk)
    assert found == ([("taken_before_hand_over", "照片记录的拍摄时间 2026-03-02 08:49 早于交办时间 2026-03-02 09:00")] if wrong else [])


@pytest.mark.parametrize(("days", "wrong"), [(7, True), (6, False), (-1, False)])
@pytest.mark.parametrize("kind", ["before", "finding", "report"])
def test_before_photo_taken_long_before_the_report_is_told(town: Town, kind: str, days: int, wrong: bool) -> None:
    found = told(mended(town, photo(town.inspector, kind, taken_at=MONDAY - dt.timedelta(days=days))), town.desk)
    assert found == ([("taken_long_before", "照片记录的拍摄时间 2026-02-23 09:00 比登记早 7 天")] if wrong else [])


def test_photo_taken_far_away_is_told(town: Town) -> None:
    near, far = {"lon": HERE[0], "lat": HERE[1] + 0.0085}, {"lon": HERE[0], "lat": HERE[1] + 0.03}
    case = mended(town, photo(town.inspector, "before", **near), photo(town.liaison, "after", **far), lon=HERE[0], lat=HERE[1])
    assert told(case, town.desk) == [("far_away", "照片记录的拍摄位置距案件位置约 3.3 公里")]
    keep_policy(PHOTO_FAR_METRES.key, 5000, by="x", at=MONDAY)
    assert told(case, town.desk) == []


def test_photo_or_case_without_time_and_place_is_not_told(town: Town) -> None:
    nowhere = mended(town, photo(town.inspector, "before"), photo(town.liaison, "after", lon=1.0, lat=1.0))
    assert told(nowhere, town.desk) == []
    assert told(mended(town, photo(town.inspector, "before"), photo(town.liaison, "after"), lon=HERE[0], lat=HERE[1]), town.desk) == []


def test_mending_on_the_spot_was_handed_to_nobody(town: Town) -> None:
    case = town.filed()
    shot = photo(town.inspector, "after", taken_at=MONDAY - dt.timedelta(days=1))
    actions.fix_on_the_spot(case, note="已清走", photos=[shot], by=town.inspector, at=MONDAY)
    assert told(case, town.desk) == []


# ----- to whom, and that it decides nothing -----


def conspicuous(town: Town) -> Case:
    return mended(town, photo(town.inspector, "before", LOOK), photo(town.liaison, "after", LOOK))


def page(client: Client, user: User, path: str) -> str:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(path).content.decode()


@pytest.mark.parametrize("who", ["desk", "head", "inspector"])
def test_those_who_verify_see_it_on_the_case_page(town: Town, client: Client, who: str) -> None:
    case = conspicuous(town)
    found = page(client, town.people[who], f"/cases/{case.number}/")
    assert found.count("几乎相同（差异 0/64）") == 1 and "data-photo-flags" in found


@pytest.mark.parametrize("who", ["liaison", "chief", "own_inspector", "leader", "auditor", "client"])
def test_nobody_else_is_told_the_unit_above_all(town: Town, client: Client, who: str) -> None:
    case = conspicuous(town)
    assert told(case, town.people[who]) is None
    assert "几乎相同" not in page(client, town.people[who], f"/cases/{case.number}/")


def test_case_page_without_flags_says_nothing_of_them(town: Town, client: Client) -> None:
    case = mended(town, photo(town.inspector, "before", LOOK), photo(town.liaison, "after", ~LOOK & 0xFFFF_FFFF_FFFF_FFFF))
    assert "data-photo-flags" not in page(client, town.desk, f"/cases/{case.number}/")


def test_inspector_sees_it_on_the_phone(town: Town, client: Client) -> None:
    found = page(client, town.inspector, f"/m/verify/{conspicuous(town).number}/")
    assert found.count("几乎相同（差异 0/64）") == 1


def test_flags_block_no_move(town: Town) -> None:
    case = actions.verify_pass(conspicuous(town), by=town.inspector, at=moment(0, 13))
    assert case.state == "closed"


def test_answers_of_moves_do_not_look_at_photos(town: Town, client: Client) -> None:
    client.force_login(town.inspector)
    answer = client.post(f"/api/v1/cases/{conspicuous(town).number}/moves/verify_pass", {}, content_type="application/json")
    assert answer.status_code == 200 and answer.json()["photo_flags"] is None


def test_case_page_takes_as_many_statements_for_many_like_photos_as_for_few(town: Town, client: Client) -> None:
    """One for the like photos and, where some are in other cases, two for these cases."""
    client.force_login(town.desk)
    looks = [LOOK ^ 0xFF << 8 * n for n in range(6)]
    for look in looks:
        mended(town, photo(town.inspector, "before", look))
    few = mended(town, photo(town.inspector, "before", looks[0]), photo(town.liaison, "after"))
    many = mended(town, photo(town.inspector, "before", looks[0]), photo(town.liaison, "after", looks[1]))
    for case, more in ((few, []), (many, looks[2:])):
        for n in range(4):
            sent = [photo(town.liaison, "other", look) for look in more[n : n + 1]]
            actions.comment(case, note="再看", photos=sent, by=town.liaison, at=moment(0, 13, n))
    counted = []
    for case in (few, many):
        client.get(f"/cases/{case.number}/")
        counted.append(statements(lambda c=case: client.get(f"/cases/{c.number}/")))  # type: ignore[misc]
    assert len(counted[0]) == len(counted[1])
    assert [sum("files_photolikeness" in one for one in sent) for sent in counted] == [1, 1]
    assert len(told(many, town.desk) or []) == 7
