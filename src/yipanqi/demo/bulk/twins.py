"""Twins of looking at places; and all twins together, with what is written at the end."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from yipanqi.cases.models import Case, Source
from yipanqi.cases.states import OPEN, State
from yipanqi.cases.words import WORDS, keep_words
from yipanqi.demo.bulk.again import Looks
from yipanqi.demo.bulk.cases import Photos
from yipanqi.demo.bulk.ledger import twin
from yipanqi.demo.bulk.units import UnitTwins
from yipanqi.inspections.catalogue import FAILING_LETTERS, VISIT_PHOTOS
from yipanqi.inspections.events import CampaignClosed, CampaignOpened, VisitFinished
from yipanqi.inspections.judging import judge, passing
from yipanqi.inspections.models import Campaign, CampaignPlace, Finding, Visit
from yipanqi.inspections.scores import place_score
from yipanqi.inspections.states import CAMPAIGN
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import User
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem, Edition

OPEN_STATES = frozenset(state.value for state in OPEN)


class Twins(UnitTwins):
    """All of them; `write` ends their use."""

    def __init__(self) -> None:
        super().__init__()
        self.failing = policy_value(FAILING_LETTERS.key)
        self.findings: dict[int, list[Finding]] = defaultdict(list)
        self.of_item: dict[tuple[int, str], list[Case]] = defaultdict(list)
        self.items: dict[int, dict[int, list[CheckItem]]] = {}
        self.looks = Looks()

    def write(self, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Put everything into the database; `progress` hears (rows written, rows in all)."""
        cases = [cast(Case, row) for row in self.ledger.rows[Case]]
        self.ledger.write(progress)
        keep_words(cases)
        WORDS.settle()

    # ----- campaigns -----

    @twin("inspections.add_campaign")
    def add_campaign(
        self, _nothing: None, *, name: str, kind: str, edition: Edition, starts_on: dt.date, ends_on: dt.date, by: Actor,
        at: dt.datetime,
    ) -> Campaign:  # fmt: skip
        number = self.ledger.next_number(f"inspections.campaign.{starts_on.year}")
        return self.ledger.add(
            Campaign(
                code=f"J{starts_on.year}-{number:03d}", name=name, kind=Campaign.Kind(kind), edition=edition,
                starts_on=starts_on, ends_on=ends_on, created_at=at,
            )  # fmt: skip
        )

    @twin("inspections.assign_places")
    def assign_places(
        self, campaign: Campaign, *, places: Sequence[Place], inspectors: Sequence[User], again: str = "", why_again: str = "",
        by: Actor, at: dt.datetime,
    ) -> Campaign:  # fmt: skip
        CAMPAIGN.move(campaign, "assign_places")
        ordered = sorted(set(places), key=lambda place: (place.area_id or 0, place.code))
        for n, place in enumerate(ordered):
            inspector = inspectors[n * len(inspectors) // len(ordered)] if inspectors else None
            twice = self.looks.joins(campaign, place.pk, at)
            self.ledger.add(CampaignPlace(campaign=campaign, place=place, inspector=inspector, why_again=why_again if twice else ""))
        return campaign

    @twin("inspections.open_campaign")
    def open_campaign(self, campaign: Campaign, *, by: Actor, at: dt.datetime) -> Campaign:
        CAMPAIGN.move(campaign, "open_campaign")
        self._use_edition(campaign.edition, by=SYSTEM, at=at)
        self.ledger.publish(CampaignOpened(campaign=campaign.code, at=at))
        return campaign

    @twin("inspections.close_campaign")
    def close_campaign(self, campaign: Campaign, *, by: Actor, at: dt.datetime) -> Campaign:
        CAMPAIGN.move(campaign, "close_campaign")
        self.ledger.publish(CampaignClosed(campaign=campaign.code, at=at))
        return campaign

    @twin("standards.use_edition")
    def _use_edition(self, edition: Edition, *, by: Actor, at: dt.datetime) -> Edition:
        if not edition.used:
            Edition.objects.filter(pk=edition.pk).update(used=True)
            edition.used = True
        return edition

    # ----- visits -----

    @twin("inspections.start_visit")
    def start_visit(
        self, campaign: Campaign, *, place: Place, uuid: UUID, why_again: str = "", by: User, at: dt.datetime
    ) -> Visit:
        CAMPAIGN.check(campaign, "start_visit")
        earlier = self.looks.lately(campaign, place.pk, at)
        why = why_again if earlier else ""
        return self.ledger.add(Visit(uuid=uuid, campaign=campaign, place=place, inspector=by, started_at=at, again_after=earlier, why_again=why))

    @twin("inspections.record_finding")
    def record_finding(
        self, visit: Visit, *, item: CheckItem, observed: Mapping[str, Any], note: str = "", photos: Photos = (),
        on_the_spot: bool = False, by: User, at: dt.datetime,
    ) -> Finding:  # fmt: skip
        finding = self._judged(visit, item, observed, at)
        finding.note = note.strip()
        if finding.letter != "NA" and finding.letter in self.failing:
            self._follow_up(finding, on_the_spot, photos, by, at)
        if finding.case is None:
            for photo in photos:
                self.attach(photo, subject_kind=VISIT_PHOTOS, subject_ref=str(visit.uuid), by=by, at=at)
        return finding

    @twin("inspections.pass_rest")
    def pass_rest(self, visit: Visit, *, by: User, at: dt.datetime) -> Visit:
        done = {finding.item_id for finding in self.findings[visit.pk]}
        for item in self._items_of(visit):
            if item.pk not in done:
                self._judged(visit, item, passing(item), at)
        return visit

    @twin("inspections.finish_visit")
    def finish_visit(self, visit: Visit, *, by: User, at: dt.datetime) -> Visit:
        findings = self.findings.pop(visit.pk)
        score = place_score((finding.item.weight, finding.value) for finding in findings)
        visit.finished_at, visit.score, visit.n_items = max(at, visit.started_at), score.value, score.n
        self.looks.note_visit(visit, findings)
        value = None if score.value is None else str(score.value)
        self.ledger.publish(
            VisitFinished(visit=str(visit.uuid), place=visit.place.code, score=value, n_items=score.n, at=at)
        )
        return visit

    def _items_of(self, visit: Visit) -> list[CheckItem]:
        edition = visit.campaign.edition_id
        if edition not in self.items:
            self.items[edition] = defaultdict(list)
            for item in CheckItem.objects.filter(edition=edition).select_related("issue_class").order_by("order", "code"):
                self.items[edition][item.category_id].append(item)
        return self.items[edition][visit.place.category_id]

    def _judged(self, visit: Visit, item: CheckItem, observed: Mapping[str, Any], at: dt.datetime) -> Finding:
        judged = judge(item, observed)
        finding = Finding(
            visit=visit, item=item, observed=judged.observed, letter=judged.letter, value=judged.value, recorded_at=at
        )
        self.findings[visit.pk].append(self.ledger.add(finding))
        return finding

    def _follow_up(self, finding: Finding, on_the_spot: bool, photos: Photos, by: User, at: dt.datetime) -> None:
        """Corrected, confirmed or opened, as the action decides it."""
        place, item = finding.visit.place, finding.item
        known = self.of_item[place.pk, item.code]
        if on_the_spot:
            finding.outcome = Finding.Outcome.CORRECTED
            return
        case = min((c for c in known if c.state in OPEN_STATES), key=lambda c: (c.found_at, c.pk), default=None)
        if case is not None:
            finding.case = self.confirm(case, note=finding.note, photos=photos, by=by, at=at)
            finding.outcome = Finding.Outcome.CONFIRMED
            return
        name = item.issue_class.name if item.issue_class else item.text
        case = self.report_case(
            None, source=Source.INSPECTION, title=f"{place.name}：{name}"[:120], description=finding.note or item.text,
            issue_class=item.issue_class, place=place, check_item=item, found_at=at, photos=photos, by=by, at=at,
        )  # fmt: skip
        if item.issue_class and item.issue_class.active and case.state == State.REPORTED:
            case = self.accept(case, issue_class=item.issue_class, severity=case.severity, by=SYSTEM, at=at)
        finding.case, finding.outcome = case, Finding.Outcome.OPENED
        known.append(case)

    def rebound(self, case: Case, **kwargs: Any) -> Case:
        """The case that came back may be confirmed by later visits."""
        again: Case = super().rebound(case, **kwargs)
        if again.place_id and again.check_item:
            self.of_item[again.place_id, again.check_item.code].append(again)
        return again
