"""Tells the invented inspections: campaigns, visits item by item, and the round that is running now."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from yipanqi.cases.catalogue import SPOT_PHOTO_SEVERITY
from yipanqi.demo import scenes, texts
from yipanqi.demo.stories import CaseStory, History
from yipanqi.demo.visits import CampaignStory, InspectionStory, ItemResult
from yipanqi.demo.worktime import CST
from yipanqi.files.models import Photo
from yipanqi.inspections.judging import passing
from yipanqi.inspections.models import Campaign, Visit
from yipanqi.kernel.policy import policy_value
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem
from yipanqi.standards.selectors import current_edition

if TYPE_CHECKING:
    from yipanqi.demo.load_history import HistoryTeller

Act = tuple[dt.datetime, int, Callable[[], None]]
OPENS, CLOSES = dt.time(8, 10), dt.time(18, 30)
#: The running round: who is to look at how many places that nobody has looked at yet.
TO_DO, INSPECTORS = 24, ("inspector", "inspector02")
BEGUN_AGO, BEGUN_ITEMS = dt.timedelta(minutes=25), 3


def visit_uuid(key: str) -> UUID:
    """The same for the same visit, whenever the city is built."""
    return uuid5(NAMESPACE_URL, f"yipanqi-demo:{key}")


class VisitTeller:
    """Helps a `HistoryTeller` with inspections; `opened` are the numbers of the stories that begin in a visit."""

    def __init__(self, teller: HistoryTeller, history: History) -> None:
        self.teller, self.do, self.board = teller, teller.do, teller.board
        self.history, self.stories = history, {story.number: story for story in history.cases}
        self.opened = {r.case for v in history.visits for r in v.results if r.outcome == "opened"}
        self.edition: Any = current_edition()
        self.items = {i.code: i for i in CheckItem.objects.filter(edition=self.edition).select_related("issue_class")}
        self.photo_from = policy_value(SPOT_PHOTO_SEVERITY.key)
        self.campaigns: dict[str, Campaign] = {}
        self.visits: dict[str, Visit] = {}
        self.seen: dict[str, dict[str, Place]] = defaultdict(dict)
        for visit in history.visits:
            self.seen[visit.campaign][visit.place] = self.board.places[visit.place]

    def acts(self) -> Iterator[Act]:
        """(moment, rank among acts of the same moment, act) of all campaigns and visits."""
        today = self.board.now.astimezone(CST).date()
        for campaign in self.history.campaigns:
            ended = campaign.ends_on < today
            running = not ended and campaign.kind == "routine"
            if running or self.seen[campaign.key]:
                yield _on(campaign.starts_on, OPENS), 0, partial(self._open, campaign, running)
                if ended:
                    yield _on(campaign.ends_on, CLOSES), 4, partial(self._close, campaign)
            if running:
                yield self.board.now - BEGUN_AGO, 1, partial(self._begin_one, campaign)
        for visit in self.history.visits:
            yield from self._visit_acts(visit)

    def _open(self, c: CampaignStory, running: bool) -> None:
        by, at = self.teller.actor("office"), _on(c.starts_on, OPENS)
        campaign = self.do.add_campaign(
            None, name=c.name, kind=c.kind, edition=self.edition, starts_on=c.starts_on, ends_on=c.ends_on, by=by, at=at
        )
        campaign = self.do.assign_places(campaign, places=list(self.seen[c.key].values()), inspectors=[], again="keep", why_again=texts.LOOK_AGAIN, by=by, at=at)
        if running:
            inspectors = [self.board.users[login] for login in INSPECTORS]
            campaign = self.do.assign_places(campaign, places=self._to_do(c), inspectors=inspectors, again="keep", why_again=texts.LOOK_AGAIN, by=by, at=at)
        self.campaigns[c.key] = self.do.open_campaign(campaign, by=by, at=at)

    def _to_do(self, c: CampaignStory) -> list[Place]:
        """Places of the running round that nobody has looked at, one of each of many kinds, near each other."""
        free = [p for p in self.board.places.values() if p.status == "active" and p.code not in self.seen[c.key]]
        return sorted(free, key=lambda p: (p.area_id or 0, p.code))[:TO_DO]

    def _close(self, c: CampaignStory) -> None:
        by = self.teller.actor("office")
        self.do.close_campaign(self.campaigns[c.key], by=by, at=_on(c.ends_on, CLOSES))

    def _begin_one(self, c: CampaignStory) -> None:
        """The inspector of the demo is at a place right now."""
        by, at = self.teller.actor(INSPECTORS[0]), self.board.now - BEGUN_AGO
        place = self._to_do(c)[0]
        campaign = self.campaigns[c.key]
        visit = self.do.start_visit(campaign, place=place, uuid=visit_uuid(f"{c.key}-now"), why_again=texts.LOOK_AGAIN, by=by, at=at)
        items = [item for item in self.items.values() if item.category_id == place.category_id][:BEGUN_ITEMS]
        for n, item in enumerate(items, 1):
            moment = at + dt.timedelta(minutes=n)
            self.do.record_finding(visit, item=item, observed=passing(item), by=by, at=moment)

    # ----- visits -----

    def _visit_acts(self, visit: InspectionStory) -> Iterator[Act]:
        yield visit.started_at, 1, partial(self._start, visit)
        step = (visit.finished_at - visit.started_at) / (len(visit.results) + 1)
        for n, result in enumerate(visit.results, 1):
            if result.letter is None or result.outcome:
                story = self.stories[result.case] if result.case and result.outcome == "opened" else None
                at = story.found_at if story else visit.started_at + n * step
                yield at, 1, partial(self._record, visit, result, story, at)
        yield visit.finished_at, 2, partial(self._finish, visit)

    def _start(self, v: InspectionStory) -> None:
        self.visits[v.key] = self.do.start_visit(
            self.campaigns[v.campaign], place=self.board.places[v.place], uuid=visit_uuid(v.key),
            why_again=texts.LOOK_AGAIN, by=self.teller.actor(v.inspector), at=v.started_at,
        )  # fmt: skip

    def _record(self, v: InspectionStory, result: ItemResult, story: CaseStory | None, at: dt.datetime) -> None:
        item, by, corrected = self.items[result.item], self.teller.actor(v.inspector), result.outcome == "corrected"
        note, picture = (story.description, self.teller.picture(story)) if story else self._told(v, item, corrected) if result.outcome else ("", "")
        photos = self.teller.photos(picture, Photo.Kind.FINDING, by, at)
        finding = self.do.record_finding(
            self.visits[v.key], item=item, observed=_observed(item, result), note=note, photos=photos, on_the_spot=corrected, by=by, at=at,
        )  # fmt: skip
        if story and finding.outcome == "opened":
            self.teller.cases[story.number], self.teller.before[story.number] = finding.case, photos

    def _told(self, v: InspectionStory, item: CheckItem, corrected: bool) -> tuple[str, str]:
        """What the inspector writes of a failure that opens no case of its own, and the picture where one is asked for."""
        rng = random.Random(v.key + item.code)
        note = texts.corrected(rng) if corrected else texts.still_there(rng)
        kind = item.issue_class
        if kind is None or not (kind.severity >= self.photo_from or (corrected and kind.photo_required)):
            return note, ""
        before = scenes.before(rng, self.board.demo.standard.classes[kind.code])
        return note, scenes.after(before) if corrected else before

    def _finish(self, v: InspectionStory) -> None:
        by, visit = self.teller.actor(v.inspector), self.visits[v.key]
        visit = self.do.pass_rest(visit, by=by, at=v.finished_at)
        self.do.finish_visit(visit, by=by, at=v.finished_at)


def _on(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, CST)


def _observed(item: CheckItem, result: ItemResult) -> dict[str, Any]:
    """What the inspector enters, as `judging.judge` reads it."""
    if result.letter is None:
        return {"na": True}
    if item.kind == CheckItem.Kind.BOOLEAN:
        return {"passed": result.letter == "A"}
    return {"grade": result.letter} if item.kind == CheckItem.Kind.GRADE else {"count": result.count}
