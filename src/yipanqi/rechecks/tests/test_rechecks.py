"""Looking again: who is drawn, that the draw can be done again, and that the rate is not bent by it."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from statistics import mean

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from yipanqi.cases import actions as cases
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town, moment
from yipanqi.figures import Period, Scope, ask, sampling
from yipanqi.kernel import outbox
from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.policy import keep_policy
from yipanqi.places.tests.board import place as add_place
from yipanqi.rechecks import actions, drawing, jobs, selectors
from yipanqi.rechecks.figures import REBOUND, root_causes
from yipanqi.rechecks.models import Draw, Recheck


@pytest.fixture
def town(db: None) -> Town:
    return Town()


@given(st.lists(st.tuples(st.integers(1, 4), st.floats(0.001, 0.9)), max_size=60), st.floats(0, 1), st.floats(0, 1))
def test_chances_are_known_and_the_shares_are_kept(rows: list[tuple[int, float]], uniform: float, weighted: float) -> None:
    found = drawing.chances([s for s, _r in rows], [r for _s, r in rows], uniform, weighted)
    assert all(0 <= one.either <= 1 for one in found)
    assert all(one.either == 1 for one, (severity, _r) in zip(found, rows, strict=True) if severity >= 4)
    rest = [(one, risk) for one, (severity, risk) in zip(found, rows, strict=True) if severity < 4]
    assert all(one.uniform == uniform for one, _risk in rest)
    ordered = sorted(rest, key=lambda row: row[1])
    assert all(a[0].weighted <= b[0].weighted for a, b in zip(ordered, ordered[1:], strict=False))


@given(st.text(max_size=20), st.text(min_size=1, max_size=20))
def test_draw_hangs_on_seed_and_number_alone(seed: str, number: str) -> None:
    chance = drawing.Chance(0.3, 0.3)
    assert drawing.drawn(seed, number, chance) == drawing.drawn(seed, number, chance)
    assert drawing.drawn(seed, number, drawing.Chance(1.0, 0.0)) == "severe"
    assert drawing.drawn(seed, number, drawing.Chance(0.0, 0.0)) == ""
    lot = int.from_bytes(hashlib.sha256(f"{seed}|uniform|{number}".encode()).digest()[:8], "big") / 2**64
    assert (drawing.drawn(seed, number, drawing.Chance(0.3, 0.0)) == "uniform") == (lot < 0.3)


def test_rate_is_unbiased_although_risky_ones_are_looked_at_more() -> None:
    """A town of 3,000 closed problems of which 1 in 12 came back, the risky ones far more often; drawn 400 times."""
    chooser = random.Random(7)
    risks = [chooser.choice((0.02, 0.05, 0.3)) for _n in range(3000)]
    back = [chooser.random() < risk for risk in risks]
    truth = mean(back)
    found = drawing.chances([2] * len(risks), risks, 0.05, 0.15)
    rates, naive, covered = [], [], 0
    for n in range(400):
        seen = [(chance.either, came) for k, (chance, came) in enumerate(zip(found, back, strict=True)) if drawing.drawn(f"seed {n}", str(k), chance)]
        estimate = drawing.rebound_rate(seen)
        assert estimate is not None
        rates.append(estimate.rate)
        naive.append(mean(came for _chance, came in seen))
        covered += estimate.low <= truth <= estimate.high
    assert abs(mean(rates) - truth) < 0.004 < 0.05 < mean(naive) - truth
    assert 0.92 <= covered / 400 <= 0.98
    assert drawing.rebound_rate([]) is None


@pytest.mark.parametrize("n", [1, 2, 5, 29])
@pytest.mark.parametrize("chance", [1.0, 0.2])
def test_few_answers_that_agree_are_not_certain(n: int, chance: float) -> None:
    kept, back = (drawing.rebound_rate([(chance, came)] * n) for came in (False, True))
    assert kept is not None and back is not None
    assert (kept.rate, kept.low) == (0, 0) and kept.high == pytest.approx(sampling.Z**2 / (n + sampling.Z**2)) and kept.high > 0.1
    assert (back.rate, back.high) == (1, 1) and back.low == pytest.approx(1 - kept.high)
    uneven = drawing.rebound_rate([(0.05, False), *[(1.0, False)] * n])
    even = drawing.rebound_rate([(1.0, False)] * (n + 1))
    assert uneven is not None and even is not None and uneven.high > even.high  # one answer weighs most: all are worth fewer


def test_page_says_that_a_sample_is_too_small(town: Town, client: Client) -> None:
    client.force_login(town.head)
    today = timezone.localtime().replace(day=1, hour=9) - dt.timedelta(days=5)
    address = REBOUND.records_url(Period.this_month(today.date()), Scope())
    drawn = [closed(town, today) for _n in range(5)]
    draw = Draw.objects.create(day=today.date(), seed="x", uniform=1, weighted=0, drawn_at=today)
    rows = [Recheck.objects.create(draw=draw, case=case, closed_at=today, why="uniform", chance=0.5, due_on=today.date(), state="due") for case in drawn]
    for number, said in ((4, True), (5, False)):
        Recheck.objects.filter(pk__in=[row.pk for row in rows[:number]]).update(state="kept")
        page, figure = client.get("/rechecks/rate/").content.decode(), client.get(address).content.decode()
        assert ("样本太少</a>" in page) is said and ("样本太少（4 件）" in figure) is said
        assert ("0%—43%" in page) is not said


def closed(town: Town, at: dt.datetime, **facts: object) -> Case:
    case = cases.dispatch(town.filed(at, **facts), unit=town.city, by=town.desk, at=at)
    case = cases.sign(case, by=town.liaison, at=at)
    case = cases.resolve(case, what_was_done="已清理", by=town.liaison, at=at)
    done: Case = cases.verify_pass(case, by=town.inspector, at=at)
    return done


def everything(town: Town) -> None:
    keep_policy("rechecks.uniform_share", 1, by="system", at=MONDAY)


def test_draw_takes_a_day_once_and_keeps_how(town: Town) -> None:
    keep_policy("rechecks.uniform_share", 0.5, by="system", at=MONDAY)
    made = [closed(town, moment(0, 9, n)) for n in range(12)]
    Case.objects.filter(pk=made[0].pk).update(severity=4)
    cases.report_case(None, source="inspection", description="别的", by=town.inspector, at=MONDAY)
    jobs.draw_rechecks(moment(6))
    assert not Recheck.objects.exists()
    jobs.draw_rechecks(moment(7))
    jobs.draw_rechecks(moment(8))
    draw = Draw.objects.get(day=MONDAY.date())
    drawn = {r.case.number: r for r in Recheck.objects.select_related("case")}
    assert 1 < len(drawn) < 12 and drawn[made[0].number].why == "severe" and draw.rechecks.count() == len(drawn)
    assert all(r.due_on == MONDAY.date() + dt.timedelta(days=30) for r in drawn.values())
    numbers, severities, risks = zip(*draw.candidates, strict=True)
    again = {n for n, c in zip(numbers, drawing.chances(severities, risks, draw.uniform, draw.weighted), strict=True) if drawing.drawn(draw.seed, n, c)}
    assert list(numbers) == sorted(c.number for c in made) and again == set(drawn)
    assert all(abs(drawn[n].chance - c.either) < 1e-9 for n, c in zip(numbers, drawing.chances(severities, risks, draw.uniform, draw.weighted), strict=True) if n in drawn)
    with pytest.raises(NotAllowed):
        actions.draw(None, day=moment(1).date(), by=town.head, at=moment(9))


def test_draw_catches_up_on_days_without_a_worker(town: Town) -> None:
    everything(town)
    for n in range(3):
        closed(town, moment(n))
    jobs.draw_rechecks(moment(12))
    assert Recheck.objects.count() == 3


def test_what_inspectors_say_is_noted_and_counts(town: Town) -> None:
    everything(town)
    kept, back, missed = (closed(town, moment(0, 9, n)) for n in range(3))
    jobs.draw_rechecks(moment(7))
    cases.recheck_pass(kept, by=town.inspector, at=moment(8))
    cases.rebound(back, note="又有垃圾", by=town.inspector, at=moment(8))
    outbox.deliver_due(timezone.now())
    states = dict(Recheck.objects.values_list("case__number", "state"))
    assert states == {kept.number: "kept", back.number: "back", missed.number: "due"}
    assert [r.case for r in selectors.waiting(town.inspector)] == [missed]
    jobs.draw_rechecks(moment(31))
    day, scope = Period(MONDAY.date(), MONDAY.date()), Scope(user=town.head)
    value = REBOUND.value(day, scope, moment(31))
    assert (value.value, value.numerator, value.denominator, value.excluded) == (0.5, 1, 2, 1) and value.too_few
    assert value.interval is not None and [round(end, 3) for end in value.interval] == [0.095, 0.905]  # Wilson's, of 1 in 2
    cases.recheck_pass(missed, by=town.inspector, at=moment(32))  # late, but somebody looked
    outbox.deliver_due(timezone.now())
    value = REBOUND.value(day, scope, moment(32))
    assert (round(value.value or 0, 4), value.excluded) == (0.3333, 0)
    assert REBOUND.value(Period(moment(1).date(), moment(1).date()), scope, moment(32)).value is None


def test_rebound_rate_weighs_by_chance_and_opens_the_cases_drawn(town: Town) -> None:
    everything(town)
    rare, often, other = (closed(town, moment(0, 9, n)) for n in range(3))
    jobs.draw_rechecks(moment(7))
    Recheck.objects.filter(case=rare).update(chance=0.1, state="kept")
    Recheck.objects.filter(case=often).update(chance=0.5, state="back")
    month, scope = Period.this_month(MONDAY.date()), Scope(user=town.head)
    value, expected = REBOUND.value(month, scope, moment(8)), drawing.rebound_rate([(0.1, False), (0.5, True)])
    assert expected is not None and value.interval is not None
    assert [round(v, 9) for v in (value.value or 0, *value.interval)] == [round(v, 9) for v in (expected.rate, expected.low, expected.high)] and value.n == 2
    months = Period.months(MONDAY.date(), 3)
    assert [v.value for v in ask([REBOUND], months, scope, moment(8))[REBOUND.key]] == [None, None, value.value]
    (line,) = REBOUND.breakdown("unit", month, scope, moment(8))
    assert (line.key, line.value.value, line.value.excluded) == (town.city.code, value.value, 1)
    assert REBOUND.value(month, Scope(unit=town.clean.code, user=town.head), moment(8)).n == 0
    assert REBOUND.value(month, Scope(user=town.liaison), moment(8)).n == 0
    client = Client()
    client.force_login(town.head, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(REBOUND.records_url(month, Scope(), "denominator")).content.decode()
    assert f"/cases/{rare.number}/" in page and f"/cases/{often.number}/" in page and f"/cases/{other.number}/" not in page
    assert "95%区间" in page
    told = client.get("/api/v1/figures/rechecks.rebound_rate?from=2026-03-01&to=2026-03-31").json()
    assert told["low"] == pytest.approx(expected.low) and told["numerator"] == 1


def test_risk_follows_what_came_back(town: Town) -> None:
    for n in range(6):
        case = closed(town, moment(0, 9, n))
        if n % 2:
            cases.rebound(case, note="反弹", by=town.inspector, at=moment(1))
    other = closed(town, moment(2))
    Case.objects.filter(pk=other.pk).update(unit=town.clean)
    often, seldom = selectors.risks([Case.objects.order_by("id")[0], Case.objects.get(pk=other.pk)], moment(3))
    assert often > seldom > 0


def test_root_causes_are_what_keeps_coming_back(town: Town) -> None:
    for n in range(3):
        cases.rebound(closed(town, moment(n)), note="反弹", by=town.inspector, at=moment(n, 15))
    found = root_causes(Scope(user=town.head), moment(5))
    assert [(one.key, one.name, one.times) for one in found["class"]] == [(town.class_.key, town.class_.name, 3)] and not found["place"]
    assert root_causes(Scope(user=town.head), moment(500)) == {"class": [], "place": []}


def test_how_often_a_root_cause_came_back_opens_exactly_those_cases(town: Town, client: Client) -> None:
    client.force_login(town.inspector)
    now, back, place = timezone.now(), [], add_place("PK001")
    for n in range(4):
        before = closed(town, now - dt.timedelta(days=400 if n == 3 else 20 + n), place=place)
        back.append(cases.rebound(before, note="反弹", by=town.inspector, at=now - dt.timedelta(days=380 if n == 3 else n)).number)
    found = root_causes(Scope(user=town.inspector), now)
    assert [one.times for by in ("class", "place") for one in found[by]] == [3, 3], "what came back more than a year ago is past"
    page = client.get("/rechecks/rate/").content.decode()
    for one in (found["class"][0], found["place"][0]):
        assert one.url.replace("&", "&amp;") in page
        shown = client.get(one.url.partition("#")[0]).content.decode()
        assert [number in shown for number in back] == [True, True, True, False]


SEES = {"head", "desk", "inspector", "leader", "auditor"}


@pytest.mark.parametrize("name", ["head", "desk", "inspector", "leader", "auditor", "liaison", "chief", "admin", "grid"])
def test_pages_are_for_those_who_look_again_or_oversee(town: Town, name: str) -> None:
    everything(town)
    case = closed(town, MONDAY)
    actions.draw(None, day=MONDAY.date(), by=SYSTEM, at=moment(7))
    actions.draw(None, day=moment(1).date(), by=SYSTEM, at=moment(8))
    client = Client()
    client.force_login(town.people[name], backend="django.contrib.auth.backends.ModelBackend")
    for page in ("", "rate/", "draws/2026-03-02/", "draws/2026-03-03/"):
        answer = client.get(f"/rechecks/{page}")
        assert answer.status_code == (200 if name in SEES else 403), page
        assert (case.number in answer.content.decode()) == (name in SEES and page in ("", "draws/2026-03-02/"))
    if name in SEES:
        assert client.get("/rechecks/draws/2020-01-01/").status_code == client.get("/rechecks/draws/nonsense/").status_code == 404
