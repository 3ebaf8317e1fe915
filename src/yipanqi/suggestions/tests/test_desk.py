"""What the desk is shown, what it keeps, who else sees nothing, and how the figures count it."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from yipanqi.cases import actions as cases
from yipanqi.cases.tests.town import MONDAY, moment
from yipanqi.desk.actions import change_policy
from yipanqi.figures import DENOMINATOR, FIGURES, Period, Scope
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.models import JournalEntry
from yipanqi.kernel.stamps import bump
from yipanqi.suggestions import actions, selectors
from yipanqi.suggestions.calibration import FIRST_DAY
from yipanqi.suggestions.jobs import learn_from_cases
from yipanqi.suggestions.models import HeldOut, Learnt
from yipanqi.suggestions.tests.conftest import KEYS, TEXTS, SignIn, Streets

pytestmark = pytest.mark.django_db
NIGHT = moment(40, 3)
NOISE = KEYS["06028"]


def switch(town: Streets, key: str, value: object) -> None:
    change_policy(None, key=f"suggestions.{key}", value=value, by=town.head, at=MONDAY)


def test_on_the_first_day_names_suggest_and_it_is_said_that_nothing_was_tried(town: Streets, as_: SignIn) -> None:
    case = town.report(description="酒吧噪声扰民")
    told = as_("desk").get(f"/api/v1/cases/{case.number}/suggestions").json()
    assert told["shown"] and told["learnt"] is None and told["units"] == []
    assert told["classes"][0]["key"] == NOISE and "噪声扰民" in told["classes"][0]["words"]
    page = as_("desk").get(f"/cases/{case.number}/moves/accept/").content.decode()
    assert "未检验" in page and "只按类别名称和常用说法推测" in page
    assert "尚未" in page and f'data-value="{NOISE}"' in page


def test_the_learnt_suggest_with_confidences_that_sum_to_no_more_than_one(town: Streets, as_: SignIn) -> None:
    town.decide_many(240)
    learn_from_cases(NIGHT)
    case = town.report(NIGHT, description="隔壁音响吵得睡不着，没有人管")
    told = as_("desk").get(f"/api/v1/cases/{case.number}/suggestions").json()
    assert told["learnt"]["tried"] and told["learnt"]["cases"] == 240
    shares = [one["confidence"] for one in told["classes"]]
    assert told["classes"][0]["key"] == NOISE and shares == sorted(shares, reverse=True) and sum(shares) <= 1.0001
    page = as_("desk").get(f"/cases/{case.number}/").content.decode()
    assert "data-suggestions" in page and "把握较大" in page and "未检验" not in page


def test_units_are_suggested_by_what_the_desk_decided_before(town: Streets, as_: SignIn) -> None:
    town.decide_many(30)
    learn_from_cases(NIGHT)
    case = cases.accept(town.report(NIGHT, description=TEXTS["01037"]), issue_class=town.classes["01037"], by=town.desk, at=NIGHT)
    told = as_("desk").get(f"/api/v1/cases/{case.number}/suggestions").json()
    assert told["classes"] == []
    decided = [one for one in told["units"] if one["source"] == "decided"]
    assert (decided[0]["code"], decided[0]["had"], decided[0]["of"]) == ("SW", 10, 10)
    page = as_("desk").get(f"/cases/{case.number}/moves/dispatch/").content.decode()
    assert "以往同类案件 10 件中有 10 件由它主办" in page
    filled = as_("desk").get(f"/cases/{case.number}/moves/dispatch/?unit=SW").content.decode()
    assert '<option value="SW" selected' in filled or 'value="SW" selected' in filled
    town.water.dissolved_on = dt.date(2026, 3, 3)
    town.water.save()
    case = selectors.visible_case(town.desk, case.number)
    assert case and "SW" not in [one.unit.code for one in selectors.suggested_units(case, NIGHT.date())]


def test_the_triage_desk_tells_to_whom_such_cases_went_before_they_are_accepted(town: Streets, as_: SignIn) -> None:
    town.decide_many(30)
    learn_from_cases(NIGHT)
    case = town.report(NIGHT, description=TEXTS["01037"])
    desk, said = as_("desk"), "以往同类案件 10 件中有 10 件由它主办"
    shown = desk.get(f"/triage/{case.number}/")
    lamps = next(one for one in shown.context["classes"] if one["value"] == KEYS["01037"])
    assert lamps["decided"]["choices"][0]["value"] == "SW" and said in shown.content.decode()
    assert said in desk.get(f"/triage/{case.number}/duty/", {"other_class": KEYS["01037"]}).content.decode(), "also of a class that was looked up"
    assert "以往交给谁" not in desk.get(f"/triage/{case.number}/duty/", {"other_class": "nothing"}).content.decode()
    switch(town, "shown", False)
    assert "以往交给谁" not in desk.get(f"/triage/{case.number}/duty/", {"other_class": KEYS["01037"]}).content.decode()
    assert "以往交给谁" not in desk.get(f"/triage/{case.number}/").content.decode()


def test_a_tap_fills_the_class_and_nothing_is_preselected_before(town: Streets, as_: SignIn) -> None:
    case = town.report(description="酒吧噪声扰民")
    form = as_("desk").get(f"/cases/{case.number}/moves/accept/").context["form"]
    assert form["issue_class"].value() is None
    form = as_("desk").get(f"/cases/{case.number}/moves/accept/", {"issue_class": NOISE}).context["form"]
    assert form["issue_class"].value() == NOISE
    stray = as_("desk").get(f"/cases/{case.number}/moves/accept/", {"issue_class": "nothing"}).context["form"]
    assert stray["issue_class"].value() is None


def test_a_class_is_preselected_only_where_the_office_says_so_and_it_was_tried(town: Streets, as_: SignIn) -> None:
    switch(town, "preselect_percent", 60.0)
    case = town.report(description=TEXTS["06028"])
    assert as_("desk").get(f"/cases/{case.number}/moves/accept/").context["form"]["issue_class"].value() is None
    town.decide_many(240)
    learn_from_cases(NIGHT)
    begun = as_("desk").get(f"/cases/{case.number}/moves/accept/").context["form"].initial["issue_class"]
    assert begun.key == NOISE
    switch(town, "preselect_percent", 101.0)
    assert as_("desk").get(f"/cases/{case.number}/moves/accept/").context["form"]["issue_class"].value() is None


def test_what_was_suggested_is_kept_with_the_acceptance_and_counted(town: Streets, as_: SignIn) -> None:
    shown = ",".join((NOISE, KEYS["06010"]))
    for n, (code, suggested) in enumerate([("06028", shown), ("06010", shown), ("01037", shown), ("01037", "")]):
        case = town.report(moment(0, 10, n), description=TEXTS[code])
        cases.accept(case, issue_class=town.classes[code], suggested=suggested, by=town.desk, at=moment(0, 10, n))
    period, at = Period(MONDAY.date(), MONDAY.date()), moment(1)
    first = FIGURES["suggestions.first_right"].value(period, Scope(), at)
    three = FIGURES["suggestions.of_three_right"].value(period, Scope(), at)
    assert (first.numerator, first.denominator, first.excluded) == (1, 3, 1)
    assert (three.numerator, three.denominator) == (2, 3)
    counted = FIGURES["suggestions.first_right"].records(period, Scope(), as_of=at)
    assert [row.issue_class.code for row in counted] == ["06028"]
    listed = as_("desk").get("/figures/suggestions.first_right/?from=2026-03-02&to=2026-03-02")
    assert listed.status_code == 200 and counted[0].number in listed.content.decode()


def test_a_corrected_class_is_what_is_learnt_and_counted(town: Streets) -> None:
    case = town.report(MONDAY, description="酒吧噪声扰民")
    case = cases.accept(case, issue_class=town.classes["06010"], suggested=f"{NOISE},{KEYS['06010']}", by=town.desk, at=MONDAY)
    period, at = Period(MONDAY.date(), MONDAY.date()), moment(1)
    first = FIGURES["suggestions.first_right"]
    assert (first.value(period, Scope(), at).numerator, [key for _grams, key in selectors.lesson().documents]) == (0, [KEYS["06010"]])
    cases.correct_class(case, issue_class=town.classes["06028"], note="看错了", by=town.desk, at=moment(0, 10))
    assert (first.value(period, Scope(), at).numerator, [key for _grams, key in selectors.lesson().documents]) == (1, [NOISE])


def test_what_was_suggested_is_kept_whatever_the_browser_says_of_it(town: Streets, as_: SignIn) -> None:
    case = town.report(description="酒吧噪声扰民")
    sent = {"issue_class": KEYS["06010"], "suggested": KEYS["06010"], "version": case.version}
    assert as_("desk").post(f"/cases/{case.number}/moves/accept/", sent).status_code == 302
    kept = case.moves.get(verb="accept").data["suggested"]
    assert kept["classes"][0] == NOISE and kept["rank"] == kept["classes"].index(KEYS["06010"]) + 1
    for who in ("desk", "liaison"):
        told = as_(who).get(f"/api/v1/cases/{case.number}/events")
        assert "suggested" not in told.content.decode()


def test_switched_off_nothing_is_shown_and_nothing_learnt(town: Streets, as_: SignIn) -> None:
    switch(town, "shown", False)
    case = town.report(description="酒吧噪声扰民")
    told = as_("desk").get(f"/api/v1/cases/{case.number}/suggestions").json()
    assert (told["shown"], told["classes"], told["units"]) == (False, [], [])
    for path in (f"/cases/{case.number}/", f"/cases/{case.number}/moves/accept/"):
        assert "data-suggestions" not in as_("desk").get(path).content.decode()
    learn_from_cases(NIGHT)
    assert not Learnt.objects.exists()
    assert "data-switched-off" in as_("auditor").get("/suggestions/").content.decode()


@pytest.mark.parametrize("name", ["liaison", "chief", "inspector", "leader", "auditor", "grid", "client"])
def test_nobody_but_the_desk_is_shown_suggestions(town: Streets, as_: SignIn, name: str) -> None:
    case = town.decide("06028", 1)
    assert as_(name).get(f"/api/v1/cases/{case.number}/suggestions").status_code == 403
    waiting = town.report(description="酒吧噪声扰民")
    assert "data-suggestions" not in as_(name).get(f"/cases/{waiting.number}/").content.decode()


def test_a_case_of_nobody_is_not_found(town: Streets, as_: SignIn) -> None:
    assert as_("desk").get("/api/v1/cases/2026-999999/suggestions").status_code == 404


def test_a_training_kept_before_there_were_curves_still_suggests(town: Streets) -> None:
    town.decide_many(30)
    learn_from_cases(NIGHT)
    kept = Learnt.objects.get()
    for part in (kept.classes, kept.units):
        del part["curve"]
    kept.digest = "of another procedure"
    kept.save()
    bump(selectors.TOPIC)
    assert selectors.suggested_classes(town.report(NIGHT, description=TEXTS["06028"]))[0].issue_class.key == NOISE
    learn_from_cases(NIGHT + dt.timedelta(days=1))
    assert Learnt.objects.count() == 2 and "curve" in Learnt.objects.latest("pk").units


def test_what_is_told_of_three_is_what_the_curve_believes(town: Streets) -> None:
    """On the first day the names' confidences are told as real messages proved them; the three make at most one."""
    found = selectors.suggested_classes(town.report(description="酒吧噪声扰民"))
    assert sum(one.confidence for one in found) <= 1 + 1e-9
    assert found[0].confidence <= FIRST_DAY.believed(1.0) < 1


def test_few_suggestions_below_the_least_confidence(town: Streets) -> None:
    case = town.report(description="酒吧噪声扰民")
    switch(town, "least_percent", 99.9)
    assert selectors.suggested_classes(case) == []
    switch(town, "least_percent", 0.0)
    assert len(selectors.suggested_classes(case)) == 3


def test_learning_twice_from_the_same_changes_nothing_more(town: Streets) -> None:
    town.decide_many(12)
    learn_from_cases(NIGHT)
    journal, first = JournalEntry.objects.count(), Learnt.objects.get()
    learn_from_cases(NIGHT + dt.timedelta(days=1))
    assert Learnt.objects.get().trained_at == first.trained_at and JournalEntry.objects.count() == journal
    facts = {name: getattr(first, name) for name in ("digest", "classes", "units", "weights")}
    assert actions.keep_learnt(None, **facts, by=SYSTEM, at=NIGHT).pk == first.pk


def test_a_correction_is_learnt_and_older_trainings_keep_only_their_numbers(town: Streets) -> None:
    town.decide_many(12)
    learn_from_cases(NIGHT)
    case = town.decide("06010", 50)
    case.issue_class = town.classes["06028"]
    case.save(update_fields=["issue_class"])
    learn_from_cases(NIGHT + dt.timedelta(days=1))
    old, new = Learnt.objects.order_by("pk")
    assert old.weights == {} and old.classes["cases"] == 12
    assert new.weights["classes"]["decided"][NOISE] == 5 and selectors.in_force() == new


def test_only_the_platform_keeps_what_was_learnt(town: Streets) -> None:
    with pytest.raises(NotAllowed):
        actions.keep_learnt(None, digest="x", classes={}, units={}, weights={}, by=town.head, at=NIGHT)


def test_texts_of_cases_are_not_in_the_journal(town: Streets) -> None:
    town.decide_many(12)
    learn_from_cases(NIGHT)
    entry = JournalEntry.objects.get(action="suggestions.keep_learnt")
    assert "路灯" not in json.dumps(entry.data, ensure_ascii=False)


@pytest.mark.parametrize(("name", "status"), [("desk", 200), ("head", 200), ("auditor", 200), ("liaison", 403), ("leader", 403), ("admin", 403)])
def test_office_and_auditors_see_how_good_they_are(town: Streets, as_: SignIn, name: str, status: int) -> None:
    assert as_(name).get("/suggestions/").status_code == status


def test_the_page_tells_what_was_measured(town: Streets, as_: SignIn) -> None:
    assert "data-cold" in as_("auditor").get("/suggestions/").content.decode()
    town.decide_many(30)
    learn_from_cases(NIGHT)
    assert "data-untried" in as_("auditor").get("/suggestions/").content.decode()
    town.decide_many(240)
    learn_from_cases(NIGHT + dt.timedelta(days=1))
    page = as_("auditor").get("/suggestions/").content.decode()
    assert "data-untried" not in page and "54 / 54" in page and "历次学习" in page


def test_tried_cases_stand_behind_the_numbers_of_the_page(town: Streets, as_: SignIn) -> None:
    town.decide_many(270)
    learn_from_cases(NIGHT)
    told = selectors.in_force()
    assert told is not None
    period, scope = Period(NIGHT.date(), NIGHT.date()), Scope(user=town.head)
    for what, kept in (("class", told.classes), ("unit", told.units)):
        first, three, said = (FIGURES[f"suggestions.tried_{what}_{name}"] for name in ("first", "three", "said"))
        value = first.value(period, scope, NIGHT)
        assert (value.denominator, value.numerator) == (kept["tested"], kept["first"]) and kept["tested"]
        assert three.value(period, scope, NIGHT).numerator == kept["of_three"]
        assert first.records(period, scope, DENOMINATOR).count() == kept["tested"]
        by_band = {line.key: line.value for line in first.breakdown("band", period, scope, NIGHT)}
        sure = {line.key: line.value.value for line in said.breakdown("band", period, scope, NIGHT)}
        for row in kept["bins"]:
            band = f"{row['from'] * 100:.0f}-{row['to'] * 100:.0f}"
            assert (by_band[band].denominator, by_band[band].numerator) == (row["n"], row["right"])
            assert sure[band] == pytest.approx(row["said"] * 100, abs=0.1)
    page = as_("head").get("/suggestions/").content.decode()
    assert "/figures/suggestions.tried_class_first/" in page and "by=band" in page
    assert HeldOut.objects.count() >= 54
    town.decide_many(1)
    learn_from_cases(NIGHT + dt.timedelta(days=1))
    newest = selectors.in_force()
    assert newest is not None and HeldOut.objects.filter(class_rank__isnull=False).count() == newest.classes["tested"]
