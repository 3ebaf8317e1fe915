"""The sample city's scorecards: what the real actions leave, and nothing that would be told to anybody."""

from __future__ import annotations

import datetime as dt

from yipanqi.demo.build import DemoCity
from yipanqi.demo.bulk import Twins
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.load_history import HistoryTeller
from yipanqi.demo.load_scores import load_scores
from yipanqi.kernel.models import Delivery
from yipanqi.rechecks.models import Recheck
from yipanqi.scoring.models import Objection, Scorecard, ScorePeriod


def test_months_and_quarters_are_published_and_two_units_objected(board: BoardLoader, small: DemoCity, now: dt.datetime) -> None:
    twins = Twins()
    HistoryTeller(board, twins).tell(small.history)
    twins.write()
    load_scores(now)
    states = dict(ScorePeriod.objects.values_list("code", "state"))
    assert states == {
        "2026-11": "open", "2026": "open", **dict.fromkeys(("2026-08", "2026-09", "2026-10", "2026-Q2", "2026-Q3"), "published"),
    }  # fmt: skip
    assert set(Objection.objects.values_list("state", flat=True)) == {"filed", "upheld"}
    assert Scorecard.objects.filter(revision=2, current=True).count() == 1 and Scorecard.objects.filter(tier__gt=0).exists()
    assert Objection.objects.get(state="filed").card.period.objections_until >= now.date()
    assert set(Recheck.objects.values_list("state", flat=True)) >= {"kept", "lapsed"}
    assert not Delivery.objects.filter(event__kind__startswith="scoring.").exclude(state="done").exists()
