"""Looking: visits, findings and what they lead to."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest

from yipanqi.cases.models import Case
from yipanqi.files.models import Photo
from yipanqi.inspections import actions, selectors
from yipanqi.inspections.catalogue import may_see_visit
from yipanqi.inspections.models import Finding, Visit
from yipanqi.inspections.tests.world import NOW, World, campaign, user, visit, world
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.machine import WrongState
from yipanqi.kernel.policy import keep_policy
from yipanqi.people.models import User
from yipanqi.standards.letters import WrongObservation

pytestmark = pytest.mark.django_db


def photo(by: User) -> Photo:
    return Photo.objects.create(
        kind="finding", original="o", large="l", thumb="t", sha256=uuid4().hex, size_bytes=1, width=1, height=1,
        uploaded_at=NOW, uploaded_by=by, uploader_key=by.actor_key,
    )  # fmt: skip


def record(w: World, seen: Visit, item: str, observed: dict, **more: object) -> Finding:
    """Record with some words; tests about words and photos give their own."""
    more.setdefault("note", "东侧")
    return actions.record_finding(seen, item=w.items[item], observed=observed, by=more.pop("by", w.inspector), at=NOW, **more)


def test_start_visit_again_with_the_same_uuid_is_the_same_visit() -> None:
    w = world()
    plan, uuid = campaign(w), uuid4()
    first = actions.start_visit(plan, place=w.places[0], uuid=uuid, lon=98.2, lat=39.7, by=w.inspector, at=NOW)
    again = actions.start_visit(plan, place=w.places[0], uuid=uuid, by=w.inspector, at=NOW)
    assert first.pk == again.pk and first.lon == 98.2
    with pytest.raises(actions.VisitTaken):
        actions.start_visit(plan, place=w.places[1], uuid=uuid, by=w.inspector, at=NOW)
    with pytest.raises(actions.VisitTaken):
        actions.start_visit(plan, place=w.places[0], uuid=uuid4(), by=w.inspector, at=NOW)


def test_start_visit_outside_campaign_days_or_places_is_refused() -> None:
    w = world()
    plan = campaign(w)
    with pytest.raises(actions.NotRunning):
        actions.start_visit(plan, place=w.places[0], uuid=uuid4(), by=w.inspector, at=NOW + dt.timedelta(days=30))
    actions.remove_places(plan, places=[w.places[0]], by=w.desk, at=NOW)
    with pytest.raises(actions.NotInCampaign):
        actions.start_visit(plan, place=w.places[0], uuid=uuid4(), by=w.inspector, at=NOW)


def test_start_visit_of_a_draft_is_refused() -> None:
    w = world()
    with pytest.raises(WrongState):
        visit(w, campaign(w, opened=False))


@pytest.mark.parametrize("role", ["desk", "auditor", "head", "liaison", "grid", "admin"])
def test_start_visit_by_the_wrong_person_is_refused(role: str) -> None:
    w = world()
    plan = campaign(w)
    person = w.desk if role == "desk" else user(role)
    with pytest.raises(NotAllowed):
        visit(w, plan, by=person)


def test_start_visit_by_another_inspector_needs_a_share() -> None:
    w = world()
    second = user("inspector", "second")
    with pytest.raises(NotAllowed):
        visit(w, campaign(w), by=second)
    assert visit(w, campaign(w, inspectors=()), by=second).inspector == second


def test_record_finding_computes_letters_of_every_kind() -> None:
    w = world()
    seen = visit(w, campaign(w))
    assert record(w, seen, "MK-01", {"passed": True}).letter == "A"
    assert record(w, seen, "MK-02", {"count": 2}).letter == "C"
    assert record(w, seen, "MK-03", {"count": "2"}).letter == "B"
    assert record(w, seen, "MK-05", {"grade": "C#"}).letter == "D"
    na = record(w, seen, "MK-04", {"na": True})
    assert (na.letter, na.value, na.outcome) == ("NA", None, "")


@pytest.mark.parametrize("observed", [{}, {"passed": "yes"}, {"count": 1}, {"grade": "A"}])
def test_record_finding_of_the_wrong_shape_is_refused(observed: dict) -> None:
    w = world()
    with pytest.raises(WrongObservation):
        record(w, visit(w, campaign(w)), "MK-01", observed)


@pytest.mark.parametrize("count", [-1, 1.5, "x", True, 10**9, "NaN", None, ""])
def test_record_finding_of_a_strange_count_is_refused(count: object) -> None:
    w = world()
    with pytest.raises(WrongObservation):
        record(w, visit(w, campaign(w)), "MK-02", {"count": count})


def test_record_finding_that_fails_opens_an_accepted_case() -> None:
    w = world()
    picture = photo(w.inspector)
    finding = record(w, visit(w, campaign(w)), "MK-02", {"count": 1}, note="东门有垃圾", photos=[picture])
    case = Case.objects.get()
    assert finding.outcome == "opened" and finding.case == case
    assert (case.source, case.state, case.found_by) == ("inspection", "filed", w.inspector)
    assert (case.issue_class, case.check_item, case.place) == (w.items["MK-02"].issue_class, w.items["MK-02"], w.places[0])
    assert case.description == "东门有垃圾" and case.found_at == NOW
    picture.refresh_from_db()
    assert (picture.subject_kind, picture.subject_ref) == ("cases.case", case.number)


def test_record_finding_without_words_uses_the_item() -> None:
    w = world()
    record(w, visit(w, campaign(w)), "MK-01", {"passed": False}, note=" ", photos=[photo(w.inspector)])
    assert Case.objects.get().description == "公示投诉电话"


@pytest.mark.parametrize(
    ("item", "observed", "on_the_spot", "note", "sentence", "field"),
    [
        ("MK-01", {"passed": False}, False, "", "请拍一张照片，或写明问题", "note"),
        ("MK-01", {"passed": False}, True, "  ", "或写明怎样改好的", "note"),
        ("MK-02", {"count": 1}, False, "\u3000", "请拍一张照片，或写明问题", "note"),
        ("MK-04", {"passed": False}, False, "门锁着", "请拍照后再提交", "photos"),
        ("MK-04", {"passed": False}, True, "已打开", "立整立改须附照片", "photos"),
    ],
)
def test_record_finding_that_fails_and_says_nothing_is_refused(item: str, observed: dict, on_the_spot: bool, note: str, sentence: str, field: str) -> None:
    w = world()
    seen = visit(w, campaign(w))
    with pytest.raises(Refused, match=sentence) as refusal:
        record(w, seen, item, observed, on_the_spot=on_the_spot, note=note)
    assert refusal.value.field == field and not Finding.objects.exists() and not Case.objects.exists()
    assert record(w, seen, item, observed, on_the_spot=on_the_spot, note="", photos=[photo(w.inspector)]).outcome in ("opened", "corrected")


def test_record_finding_mended_at_once_of_a_class_that_asks_for_a_photo_needs_one() -> None:
    w = world()
    kind = w.items["MK-01"].issue_class
    assert kind is not None
    kind.photo_required = True
    kind.save()
    seen = visit(w, campaign(w))
    with pytest.raises(actions.PhotoMissing, match="整改须附照片"):
        record(w, seen, "MK-01", {"passed": False}, on_the_spot=True)
    assert record(w, seen, "MK-01", {"passed": False}).outcome == "opened"


def test_record_finding_again_of_what_a_case_tells_needs_no_words() -> None:
    w = world()
    seen = visit(w, campaign(w))
    record(w, seen, "MK-02", {"count": 1}, note="东门有垃圾")
    assert record(w, seen, "MK-02", {"count": 2}, note="").letter == "C"


def test_record_finding_again_confirms_instead_of_doubling() -> None:
    w = world()
    plan = campaign(w)
    seen = visit(w, plan)
    record(w, seen, "MK-02", {"count": 1})
    assert record(w, seen, "MK-02", {"count": 3}).letter == "D"
    assert Case.objects.get().confirmations == 0
    actions.finish_visit(actions.pass_rest(seen, by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    second = record(w, visit(w, plan), "MK-02", {"count": 1}, note="还在")
    assert second.outcome == "confirmed" and Case.objects.get().confirmations == 1
    record(w, visit(w, plan, 1), "MK-02", {"count": 1})
    assert Case.objects.count() == 2


def test_record_finding_again_with_a_photo_adds_it_to_the_case() -> None:
    w = world()
    seen = visit(w, campaign(w))
    record(w, seen, "MK-01", {"passed": False})
    picture = photo(w.inspector)
    record(w, seen, "MK-01", {"passed": False}, photos=[picture])
    picture.refresh_from_db()
    assert picture.subject_kind == "cases.case"


def test_record_finding_corrected_on_the_spot_opens_nothing() -> None:
    w = world()
    finding = record(w, visit(w, campaign(w)), "MK-01", {"passed": False}, on_the_spot=True)
    assert (finding.outcome, finding.letter, finding.case) == ("corrected", "D", None)
    assert not Case.objects.exists()


def test_record_finding_corrected_and_severe_needs_a_photo() -> None:
    w = world()
    seen = visit(w, campaign(w))
    with pytest.raises(actions.PhotoMissing):
        record(w, seen, "MK-04", {"passed": False}, on_the_spot=True)
    picture = photo(w.inspector)
    record(w, seen, "MK-04", {"passed": False}, on_the_spot=True, photos=[picture])
    picture.refresh_from_db()
    assert picture.subject_kind == "inspections.visit" and may_see_visit(w.desk, picture.subject_ref)
    assert not may_see_visit(user("liaison"), picture.subject_ref) and not may_see_visit(w.desk, "?")


def test_record_finding_by_policy_opens_only_for_some_letters() -> None:
    w = world()
    keep_policy("inspections.failing_letters", "D", by="t", at=NOW)
    seen = visit(w, campaign(w))
    assert record(w, seen, "MK-02", {"count": 1}).outcome == ""
    assert record(w, seen, "MK-02", {"count": 3}).outcome == "opened"


def test_record_finding_of_a_foreign_item_is_refused() -> None:
    w = world()
    other = type(w.category).objects.create(key="park", code_prefix="PK", name="公园", group="g", department_type="d")
    w.items["MK-01"].category = other
    w.items["MK-01"].save()
    with pytest.raises(actions.OtherItem):
        record(w, visit(w, campaign(w)), "MK-01", {"passed": True})


def test_record_finding_by_the_wrong_person_is_refused() -> None:
    w = world()
    seen = visit(w, campaign(w))
    for person in (w.desk, user("auditor"), user("inspector", "stranger")):
        with pytest.raises(NotAllowed):
            record(w, seen, "MK-01", {"passed": True}, by=person)
        with pytest.raises(NotAllowed):
            actions.pass_rest(seen, by=person, at=NOW)
        with pytest.raises(NotAllowed):
            actions.finish_visit(seen, by=person, at=NOW)


def test_pass_rest_leaves_what_was_recorded() -> None:
    w = world()
    seen = visit(w, campaign(w))
    record(w, seen, "MK-02", {"count": 1})
    actions.pass_rest(seen, by=w.inspector, at=NOW)
    letters = dict(seen.findings.values_list("item__code", "letter"))
    assert letters == {"MK-01": "A", "MK-02": "B", "MK-03": "A", "MK-04": "A", "MK-05": "A"}
    assert seen.findings.get(item__code="MK-03").observed == {"count": 3}


def test_finish_visit_scores_the_place() -> None:
    w = world()
    seen = visit(w, campaign(w))
    record(w, seen, "MK-01", {"passed": False}, on_the_spot=True)
    record(w, seen, "MK-05", {"na": True})
    with pytest.raises(actions.ItemsLeft, match="还有 3 项"):
        actions.finish_visit(seen, by=w.inspector, at=NOW)
    done = actions.finish_visit(actions.pass_rest(seen, by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    assert (done.score, done.n_items) == (Decimal("66.67"), 4)


def test_finish_visit_ends_recording() -> None:
    w = world()
    seen = actions.pass_rest(visit(w, campaign(w)), by=w.inspector, at=NOW)
    actions.finish_visit(seen, by=w.inspector, at=NOW)
    for act in (actions.finish_visit, actions.pass_rest):
        with pytest.raises(WrongState):
            act(seen, by=w.inspector, at=NOW)
    with pytest.raises(WrongState):
        record(w, seen, "MK-01", {"passed": True})


def test_visits_visible_to_the_operating_unit_once_finished() -> None:
    w = world()
    liaison = user("liaison", unit="MARKET")
    w.places[0].operator = liaison.main_unit
    w.places[0].save()
    seen = visit(w, campaign(w))
    assert not selectors.visits_visible_to(liaison).exists()
    actions.finish_visit(actions.pass_rest(seen, by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    assert selectors.visits_visible_to(liaison).count() == 1
    assert not selectors.visits_visible_to(user("admin")).exists()


def test_stops_of_puts_what_is_left_and_near_first() -> None:
    w = world()
    plan = campaign(w)
    actions.finish_visit(actions.pass_rest(visit(w, plan, 2), by=w.inspector, at=NOW), by=w.inspector, at=NOW)
    day = dt.date(2026, 11, 18)
    assert [s.place.code for s in selectors.stops_of(w.inspector, day)] == ["MK001", "MK002", "MK003"]
    near = selectors.stops_of(w.inspector, day, (98.282, 39.77))
    assert [s.place.code for s in near] == ["MK002", "MK001", "MK003"]
    assert near[0].distance_m == pytest.approx(0, abs=1) and near[1].distance_m == pytest.approx(85.6, abs=1)
    assert not selectors.stops_of(w.inspector, dt.date(2026, 12, 1))
