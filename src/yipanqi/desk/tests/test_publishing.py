"""What photos of a case the office may show the public, whatever way it asks: the action's own conditions."""

from __future__ import annotations

from typing import Any

import pytest

from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, moment
from yipanqi.desk import actions
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.models import JournalEntry


def photo(case: Case, kind: str) -> Photo:
    return Photo.objects.create(
        kind=kind, sha256="0" * 64, size_bytes=1, uploaded_at=moment(), uploader_key="user:desk", width=4, height=3,
        subject_kind="cases.case", subject_ref=case.number, attached_at=moment(),
    )  # fmt: skip


@pytest.fixture
def pair(town: Town) -> dict[str, Any]:
    case = town.closed()
    return {"case": case, "before": photo(case, Photo.Kind.BEFORE), "after": photo(case, Photo.Kind.AFTER), "other": photo(town.closed(), Photo.Kind.AFTER)}


def public() -> set[int]:
    return set(Photo.objects.filter(is_public=True).values_list("pk", flat=True))


def publish(town: Town, pair: dict[str, Any], before: str = "before", after: str = "after", **more: Any) -> Case:
    chosen = {name: str(getattr(pair.get(said), "uuid", said)) for name, said in (("before", before), ("after", after))}
    made: Case = actions.publish_pair(more.pop("case", pair["case"]), **chosen, **{"looked": True, "by": town.desk, "at": moment(1), **more})
    return made


def test_publish_pair_replaces_the_one_before_and_is_withdrawn_with_a_trace(town: Town, pair: dict[str, Any]) -> None:
    newer = photo(pair["case"], Photo.Kind.AFTER)
    publish(town, pair)
    assert public() == {pair["before"].pk, pair["after"].pk}
    publish(town, {**pair, "after": newer}, before="")
    assert public() == {newer.pk}
    actions.withdraw_pair(pair["case"], by=town.head, at=moment(2))
    assert not public()
    said = JournalEntry.objects.filter(subject=pair["case"].number, action__startswith="desk.").order_by("id").values_list("action", flat=True)
    assert list(said) == ["desk.publish_pair", "desk.publish_pair", "desk.withdraw_pair"]


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"looked": False}, "没有人脸"), ({"after": "before"}, "整改后的照片"), ({"after": ""}, "整改后的照片"), ({"after": "other"}, "整改后的照片"),
        ({"before": "other"}, "整改前的照片"), ({"before": "after"}, "整改前的照片"), ({"before": "nonsense"}, "整改前的照片"),
    ],
)  # fmt: skip
def test_publish_pair_of_unfit_photos_is_refused(town: Town, pair: dict[str, Any], chosen: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        publish(town, pair, **chosen)
    assert not public()


def test_publish_pair_of_an_open_case_is_refused_by_the_action(town: Town) -> None:
    case = town.resolved()
    with pytest.raises(Refused, match="已销号"):
        publish(town, {"case": case, "before": photo(case, Photo.Kind.BEFORE), "after": photo(case, Photo.Kind.AFTER)})


@pytest.mark.parametrize("name", ["liaison", "inspector", "leader", "auditor", "admin"])
def test_publish_pair_by_others_than_the_office_is_refused(town: Town, pair: dict[str, Any], name: str) -> None:
    for attempt in (lambda by: publish(town, pair, by=by), lambda by: actions.withdraw_pair(pair["case"], by=by, at=moment(1))):
        with pytest.raises(NotAllowed, match="只有创城办"):
            attempt(town.people[name])
