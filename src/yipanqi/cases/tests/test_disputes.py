"""Who disputes, how it is ruled, and what the others do meanwhile: every combination."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from yipanqi.cases import actions, selectors
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, in_grid, moment
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.machine import WrongState
from yipanqi.places.actions import add_duty
from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.standards.models import PlaceCategory

#: (who disputes, the ruling, the unit that takes the share over)
RULINGS = [
    ("lead", "uphold", "water"), ("lead", "overrule", ""),
    ("assist", "uphold", "water"), ("assist", "uphold", ""), ("assist", "overrule", ""),
]  # fmt: skip


def shared(town: Town) -> Case:
    """Handed to the city's bureau, assisted by the cleaners; both have signed."""
    case = town.handling(co_units=(town.clean,))
    made: Case = actions.sign(case, by=town.helper, at=moment(0, 9, 5))
    return made


def rule(town: Town, case: Case, ruling: str, heir: str, at: Any) -> Case:
    if ruling == "overrule":
        return actions.overrule(case, note="就归你管", by=town.desk, at=at)
    return actions.uphold(case, unit=getattr(town, heir) if heir else None, by=town.desk, at=at)


def mend(town: Town, case: Case, who: str, at: Any) -> Case:
    person = getattr(town, who)
    part = next(a for a in selectors.live(case) if a.unit_id in person.unit_ids)
    if part.state == "dispatched":
        case = actions.sign(case, by=person, at=at)
    made: Case = actions.resolve(case, what_was_done="已整改", by=person, at=at)
    return made


@pytest.mark.parametrize("other_first", [True, False])
@pytest.mark.parametrize(("who", "ruling", "heir"), RULINGS)
def test_dispute_of_one_of_two_units_to_its_end(town: Town, who: str, ruling: str, heir: str, other_first: bool) -> None:
    case = shared(town)
    disputes, other = ("liaison", "helper") if who == "lead" else ("helper", "liaison")
    case = actions.dispute(case, reason="不归我管", by=getattr(town, disputes), at=moment(0, 10))
    assert (case.state, case.disputes) == ("disputed" if who == "lead" else "handling", 1)
    if other_first and who == "lead":
        with pytest.raises(WrongState, match="退单"):
            actions.resolve(case, what_was_done="已整改", by=getattr(town, other), at=moment(0, 11))
    elif other_first:
        case = mend(town, case, other, moment(0, 11))
        assert (case.state, case.resolved_at) == ("handling", None)
    case = rule(town, case, ruling, heir, moment(0, 12))
    with pytest.raises(Conflict):
        rule(town, case, ruling, heir or "water", moment(0, 12))
    lasts = {"water": "stranger", "": disputes if ruling == "overrule" else ""}[heir]
    for person in [p for p in (lasts, other if who == "lead" or not other_first else "") if p]:
        case = mend(town, case, person, moment(0, 15))
    last = moment(0, 15) if lasts or not other_first else moment(0, 11)
    assert (case.state, case.resolved_at) == ("resolved", last)
    assert selectors.standing(case).due_at == case.due_at
    assert actions.verify_pass(case, by=town.inspector, at=moment(0, 16)).state == "closed"


def test_dispute_before_signing_leaves_the_others_to_sign(town: Town) -> None:
    case = town.dispatched(co_units=(town.clean, town.water))
    case = actions.dispute(case, reason="不需我站", by=town.helper, at=moment(0, 10))
    assert case.state == "dispatched"
    case = actions.sign(case, by=town.liaison, at=moment(0, 10))
    case = actions.dispute(case, reason="不需我局", by=town.stranger, at=moment(0, 10))
    assert (case.state, case.disputes) == ("handling", 2)
    with pytest.raises(Refused):
        actions.sign(case, by=town.helper, at=moment(0, 10))
    case = actions.uphold(case, by=town.desk, at=moment(0, 11))
    case = actions.overrule(case, note="须配合", by=town.desk, at=moment(0, 11))
    assert [(a.unit, a.state) for a in selectors.live(case)] == [(town.city, "handling"), (town.water, "dispatched")]
    assert not town.helper.has_perm("cases.sign", case)


def test_ruling_takes_the_leading_unit_first(town: Town) -> None:
    case = actions.dispute(shared(town), reason="不需协办", by=town.helper, at=moment(0, 10))
    case = actions.dispute(case, reason="不归我管", by=town.liaison, at=moment(0, 10))
    assert case.state == "disputed"
    with pytest.raises(Refused, match="请选择改派单位"):
        actions.uphold(case, by=town.desk, at=moment(0, 11))
    case = actions.overrule(case, note="主办就是你", by=town.desk, at=moment(0, 11))
    assert (case.state, selectors.disputed_share(case).unit) == ("handling", town.clean)  # type: ignore[union-attr]
    case = actions.uphold(case, unit=town.water, by=town.desk, at=moment(0, 12))
    assert [(a.unit, a.role, a.state) for a in selectors.live(case)] == [(town.city, "lead", "handling"), (town.water, "support", "dispatched")]


def test_uphold_of_the_lead_may_hand_over_to_an_assisting_unit(town: Town) -> None:
    case = actions.dispute(in_grid(shared(town)), reason="不归我管", by=town.liaison, at=moment(0, 10))
    case = actions.uphold(case, unit=town.clean, make_rule=True, by=town.desk, at=moment(0, 11))
    assert (case.state, case.unit) == ("dispatched", town.clean)
    assert [(a.unit, a.role) for a in selectors.live(case)] == [(town.clean, "lead")]
    assert Duty.objects.get().unit == town.clean


@pytest.mark.parametrize(
    ("heir", "make_rule", "sentence"), [("clean", False, "提出退单的单位"), ("city", False, "已在本案"), ("water", False, "已撤销"), ("", True, "须选择改派单位")]
)
def test_uphold_of_an_assisting_unit_for_the_wrong_heir_is_refused(town: Town, heir: str, make_rule: bool, sentence: str) -> None:
    town.water.dissolved_on = moment().date()
    town.water.save()
    case = actions.dispute(shared(town), reason="不需协办", by=town.helper, at=moment(0, 10))
    with pytest.raises(Refused, match=sentence):
        actions.uphold(case, unit=getattr(town, heir) if heir else None, make_rule=make_rule, by=town.desk, at=moment(0, 11))


def test_uphold_for_the_unit_that_disputes_is_refused_in_action_and_api(town: Town, client: Client) -> None:
    case = actions.dispute(shared(town), reason="不需协办", by=town.helper, at=moment(0, 10))
    case = actions.dispute(case, reason="不归我管", by=town.liaison, at=moment(0, 10))
    client.force_login(town.desk, backend="django.contrib.auth.backends.ModelBackend")
    for heir, sentence in ((town.city, "提出退单的单位"), (town.clean, "自己的退单还没有裁定")):
        with pytest.raises(Refused, match=sentence):
            actions.uphold(case, unit=heir, by=town.desk, at=moment(0, 11))
        sent = client.post(f"/api/v1/cases/{case.number}/moves/uphold", {"unit": heir.code}, content_type="application/json")
        assert sent.status_code == 422 and sentence in sent.json()["detail"] and sent.json()["errors"][0]["field"] == "unit"
    assert [(a.unit, a.state) for a in selectors.live(Case.objects.get(pk=case.pk))] == [(town.city, "disputed"), (town.clean, "disputed")]


def test_ruling_where_nothing_is_disputed_is_refused_and_not_offered(town: Town) -> None:
    case = shared(town)
    for verb, values in (("uphold", {"unit": town.water}), ("overrule", {"note": "就归你管"})):
        with pytest.raises(Conflict, match="没有待裁定"):
            getattr(actions, verb)(case, **values, by=town.desk, at=moment(0, 10))
    assert not {"uphold", "overrule"} & {m.name for m in selectors.open_moves(case, town.desk)}
    case = actions.dispute(case, reason="不需协办", by=town.helper, at=moment(0, 10))
    assert {"uphold", "overrule"} <= {m.name for m in selectors.open_moves(case, town.desk) if m.allowed}
    with pytest.raises(NotAllowed):
        actions.overrule(case, note="就归你管", by=town.liaison, at=moment(0, 10))


def test_dispute_waits_in_the_inboxes_of_desk_and_unit(town: Town) -> None:
    lead = actions.dispute(town.dispatched(), reason="不归我管", by=town.liaison, at=moment(0, 10))
    assist = actions.dispute(shared(town), reason="不需协办", by=town.helper, at=moment(0, 10))
    waiting = {str(title): set(cases) for title, cases, _tone in selectors.inbox(town.desk)}
    assert waiting["待裁定"] == {lead, assist}
    assert {str(title): set(cases) for title, cases, _tone in selectors.inbox(town.helper)}["退单待裁定"] == {assist}
    assert {str(title): set(cases) for title, cases, _tone in selectors.inbox(town.liaison)}["退单待裁定"] == {lead}


def test_request_of_a_released_unit_lapses(town: Town) -> None:
    case = actions.ask_extension(shared(town), reason="下雨", days=2, by=town.helper, at=moment(0, 9, 30))
    case = actions.dispute(case, reason="不需协办", by=town.helper, at=moment(0, 10))
    case = actions.uphold(case, by=town.desk, at=moment(0, 11))
    assert not selectors.pending_requests(case).exists()


def test_leading_unit_that_has_not_signed_is_late_whatever_the_assisting_ones_did(town: Town) -> None:
    first = actions.sign(town.dispatched(co_units=(town.clean,)), by=town.helper, at=moment(0, 10))
    assert (first.state, first.stage_due_at) == ("handling", moment(0, 15, 30))  # four working hours from the hand-over
    second = actions.dispute(shared(town), reason="不归我管", by=town.liaison, at=moment(0, 10))
    second = actions.uphold(second, unit=town.water, by=town.desk, at=moment(0, 11))
    signs = second.stage_due_at
    assert second.state == "handling" and signs and moment(0, 11) < signs < (second.due_at or signs)
    late = {case.number for case in Case.objects.filter(selectors.overdue(signs + dt.timedelta(minutes=1)))}
    assert late == {first.number, second.number}
    second = actions.resolve(second, what_was_done="已清理", by=town.helper, at=moment(0, 12))
    assert second.stage_due_at == signs
    second = actions.sign(second, by=town.stranger, at=moment(0, 12))
    assert (second.state, second.stage_due_at) == ("handling", second.due_at)
    first = actions.release_unit(first, unit=town.clean, note="不需协办", by=town.desk, at=moment(0, 11))
    assert (first.state, first.stage_due_at) == ("dispatched", moment(0, 15, 30))


@pytest.mark.parametrize("where", ["place", "segment", "zone", "area"])
def test_uphold_writes_the_rule_where_it_takes_effect(town: Town, where: str) -> None:
    case = at_the_corner(town, where)
    reach = selectors.rule_reach(case, moment().date())
    assert reach is not None and (reach.kind, reach.now) == (where, town.city)
    case = actions.uphold(case, unit=town.water, make_rule=True, by=town.desk, at=moment(0, 11))
    duty = Duty.objects.get(unit=town.water)
    assert (duty.target, case.moves.get(verb="uphold").data["rule"]) == (reach.target, duty.code)
    assert selectors.answering(case, moment().date()).unit == town.water


def at_the_corner(town: Town, where: str) -> Case:
    """A disputed case at a position where the city's bureau answers by a rule for `where`."""
    ring = [[98.28, 39.77], [98.29, 39.77], [98.29, 39.78], [98.28, 39.78], [98.28, 39.77]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    area = Area.objects.create(code="620200001001002", name="第2网格", level="grid", path="620200001001002/", boundary=shape)
    segment = Segment.objects.create(code="S1", name="新华路", street="新华路", kind="main", line={"type": "LineString", "coordinates": [[98.281, 39.775], [98.289, 39.775]]})
    zone = Zone.objects.create(code="Z1", name="严管区", purpose="strict_control", boundary=shape)
    category = PlaceCategory.objects.create(key="market", name="市场")
    place = Place.objects.create(code="MK1", name="东门市场", category=category, lon=98.285, lat=39.775, cell="x", area=area)
    target = {"place": place, "segment": segment, "zone": zone, "area": area}[where]
    add_duty(None, unit=town.city, issue_class=town.class_, **{where: target}, by=SYSTEM, at=moment())
    case = town.filed(lon=98.285, lat=39.775, place=place if where == "place" else None)
    case = actions.dispatch(case, unit=town.city, by=town.desk, at=moment())
    return actions.dispute(case, reason="不归我管", by=town.liaison, at=moment(0, 10))


def test_uphold_of_an_assisting_unit_writes_who_assists(town: Town) -> None:
    case = actions.dispute(in_grid(shared(town)), reason="不需协办", by=town.helper, at=moment(0, 10))
    actions.uphold(case, unit=town.water, make_rule=True, by=town.desk, at=moment(0, 11))
    assert (Duty.objects.get().unit, Duty.objects.get().part) == (town.water, "support")


def test_uphold_never_writes_a_rule_for_the_whole_city(town: Town) -> None:
    case = actions.dispute(shared(town), reason="不归我管", by=town.liaison, at=moment(0, 10))
    with pytest.raises(Refused, match="管到全市") as refusal:
        actions.uphold(case, unit=town.water, make_rule=True, by=town.desk, at=moment(0, 11))
    case.refresh_from_db()
    assert (refusal.value.field, case.state, Duty.objects.count()) == ("make_rule", "disputed", 0)
