"""Tells the invented past in order of time, as calls of actions: of the real ones, or of their twins in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from yipanqi.cases.clocks import next_step
from yipanqi.cases.models import Case, Report
from yipanqi.demo import scenes
from yipanqi.demo.life import Step
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.load_visits import VisitTeller
from yipanqi.demo.shots import AFTER, BEFORE, Shot, Which, shots_of
from yipanqi.demo.stories import CaseStory, History
from yipanqi.files.models import Photo
from yipanqi.kernel.actors import SYSTEM, Actor, Visitor

Act = tuple[dt.datetime, int, Callable[[], None]]
VERBS = {"pass": "verify_pass", "fail": "verify_fail", "recheck": "recheck_pass"}
#: Closed cases whose pictures the office shows to everybody: every second of so many days back from now.
SHOWN_DAYS, SHOWN_EVERY, SHOWN_MOST = 75, 1, 60


class HistoryTeller:
    """Tells a history through `do`, which has the actions under their names, and `prepare` for a picture's name or a shot.

    Afterwards `cases` maps a story's number to its case. A story that was found in a visit begins with that visit; if
    the same problem was on record there already, it is confirmed instead and the story ends before it began.
    """

    def __init__(self, board: BoardLoader, do: Any) -> None:
        self.board, self.do = board, do
        self.cases: dict[int, Case] = {}
        self.reports: dict[int, Report] = {}
        self.before: dict[int, list[Photo]] = {}
        self.after: dict[int, list[Photo]] = {}
        self.helpers: dict[int, list[str]] = {}
        self.signed: set[tuple[int, str]] = set()
        self.shown: set[int] = set()
        self.shots: dict[Which, Shot] = {}
        for user in board.users.values():
            user.__dict__["current"] = list(user.appointments.select_related("unit").order_by("pk"))

    def tell(self, history: History, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Everything, oldest first; `progress` hears (acts done, acts in all)."""
        self.shown, self.shots = _shown(history.cases, self.board.now), shots_of(history)
        acts = sorted(self._acts(history), key=lambda act: act[:2])
        for done, (_at, _rank, act) in enumerate(acts, 1):
            act()
            if done % 500 == 0:
                progress(done, len(acts))

    def _acts(self, history: History) -> Iterator[Act]:
        visits = VisitTeller(self, history)
        yield from visits.acts()
        for story in history.cases:
            if story.rebound_of is None and story.number not in visits.opened:
                yield story.found_at, 2, partial(self._begin, story)
            for step in story.steps:
                yield step.at, 3, partial(self._step, story, step)

    def actor(self, login: str) -> Actor:
        """The user of that login."""
        return self.board.users[login]

    def picture(self, story: CaseStory) -> str | Shot:
        """What shows the story's problem: a shot of its own, or the name of a pool picture; empty where there is none."""
        return self.shots.get((story.number, BEFORE), story.photo)

    def photos(self, name: str | Shot, kind: str, by: Actor, at: dt.datetime) -> list[Photo]:
        """A photo of the picture called `name`; none for an empty name."""
        return [self.do.add_photo(None, prepared=self.do.prepare(name), kind=kind, by=by, at=at)] if name else []

    # ----- how stories begin -----

    def _reporter(self, story: CaseStory) -> Actor:
        return Visitor(f"demo-{story.number:05d}")

    def _begin(self, s: CaseStory) -> None:
        by = self.board.users.get(s.finder) or (self._reporter(s) if s.source == "resident" else SYSTEM)
        kind = Photo.Kind.REPORT if s.source == "resident" else Photo.Kind.BEFORE
        photos = self.before[s.number] = self.photos(self.picture(s), kind, by, s.found_at)
        common: dict[str, Any] = {
            "place": self.board.places.get(s.place or ""), "lon": s.lon, "lat": s.lat, "address": s.address,
            "photos": photos, "by": by, "at": s.found_at,
        }  # fmt: skip
        if s.source == "resident":
            names = {"contact_name": s.reporter_name, "contact_phone": s.reporter_phone}
            report = self.reports[s.number] = self.do.report_by_resident(None, text=s.description, **names, **common)
            self.cases[s.number] = report.case
            return
        self.cases[s.number] = self.do.report_case(
            None, source=s.source, description=s.description, issue_class=self.board.classes[s.issue_class],
            severity=s.severity, found_at=s.found_at, **common,
        )  # fmt: skip

    # ----- how they go on -----

    def _step(self, s: CaseStory, step: Step) -> None:
        case = self.cases.get(s.number)
        if case is None:
            return
        move = getattr(self, f"_{step.verb}", None)
        if move is not None:
            move(s, case, step)
        else:
            self._plain(s, VERBS.get(step.verb, step.verb), step, **step.args)

    def _plain(self, s: CaseStory, verb: str, step: Step, **args: Any) -> None:
        """A move whose words need no more than their codes looked up."""
        for key in ("unit", "proposed_unit"):
            if key in args:
                args[key] = self.board.units[args[key]]
        case = getattr(self.do, verb)(self.cases[s.number], **args, by=self.actor(step.actor), at=step.at)
        self.cases[s.number] = case

    def _accept(self, s: CaseStory, case: Case, step: Step) -> None:
        if s.source != "inspection":  # what an inspector opens comes accepted, and so does a rebound
            self._plain(s, "accept", step, issue_class=self.board.classes[s.issue_class], severity=s.severity)

    def _dispatch(self, s: CaseStory, case: Case, step: Step) -> None:
        helpers = self.helpers[s.number] = list(step.args["co_units"])
        co_units = [self.board.units[code] for code in helpers]
        self._plain(s, "dispatch", step, **{**step.args, "co_units": co_units})

    def _sign(self, s: CaseStory, case: Case, step: Step) -> None:
        """Where the class asks for steps on the way (fencing off), the first is done at once."""
        self._plain(s, "sign", step)
        if first := next_step(self.cases[s.number].steps):
            self._plain(s, "finish_step", step, what_was_done=f"人员已到场，已完成“{first['title']}”。")

    def _uphold(self, s: CaseStory, case: Case, step: Step) -> None:
        self.helpers[s.number] = [code for code in self.helpers[s.number] if code != step.args["unit"]]
        self._plain(s, "uphold", step, **step.args)

    def _merge(self, s: CaseStory, case: Case, step: Step) -> None:
        primary = self.cases.get(step.args["primary"])
        if primary is not None:
            self._plain(s, "merge", step, primary=primary)

    def _decide_extension(self, s: CaseStory, case: Case, step: Step) -> None:
        if step.args["granted"]:
            self._plain(s, "grant_extension", step, days=step.args["days"], note=step.args["note"])
        else:
            self._plain(s, "refuse_extension", step, note=step.args["note"])

    def _suspend(self, s: CaseStory, case: Case, step: Step) -> None:
        review_on = dt.date.fromisoformat(step.args["review_on"])
        self._plain(s, "suspend", step, note=step.args["note"], review_on=review_on)

    def _resolve(self, s: CaseStory, case: Case, step: Step) -> None:
        args, done = step.args, step.args["what_was_done"]
        picture = self.shots.get((s.number, AFTER), args["photo"])
        for code in self.helpers.get(s.number, ()):
            by, unit = self.actor(self.board.demo.board.liaison_of[code]), self.board.units[code]
            if (s.number, code) not in self.signed:
                self.signed.add((s.number, code))
                case = self.do.sign(case, unit=unit, by=by, at=step.at)
            photos = self._after(case, picture, by, step.at)
            case = self.do.resolve(case, what_was_done=done, photos=photos, unit=unit, by=by, at=step.at)
        by = self.actor(step.actor)
        photos = self._after(case, picture, by, step.at)
        subject = {"outcome": args["outcome"], "subject_name": args["subject"] or ""}
        self.cases[s.number] = self.do.resolve(case, what_was_done=done, photos=photos, **subject, by=by, at=step.at)
        self.after[s.number] = photos

    def _after(self, case: Case, name: str | Shot, by: Actor, at: dt.datetime) -> list[Photo]:
        """The photo after mending; where the class asks for one and the story has none, any."""
        wanted = case.issue_class is not None and case.issue_class.photo_required
        return self.photos(name or ("rubbish-0-after" if wanted else ""), Photo.Kind.AFTER, by, at)

    def _pass(self, s: CaseStory, case: Case, step: Step) -> None:
        """Struck off; some pictures are shown to everybody."""
        self._plain(s, "verify_pass", step, **step.args)
        if s.number in self.shown and s.number in self.before and s.number in self.after:
            for photo in (*self.before[s.number], *self.after[s.number]):
                self.do.publish_photo(photo, by=self.actor("office"), at=step.at)

    def _rebound(self, s: CaseStory, case: Case, step: Step) -> None:
        by = self.actor(step.actor)
        self.cases[step.args["case"]] = self.do.rebound(case, note=step.args["note"], by=by, at=step.at)

    def _answer(self, s: CaseStory, case: Case, step: Step) -> None:
        by = self.actor(step.actor)
        self.reports[s.number] = self.do.answer(self.reports[s.number], text=step.args["text"], by=by, at=step.at)

    def _rate(self, s: CaseStory, case: Case, step: Step) -> None:
        rating = step.args["rating"]
        self.do.rate(self.reports[s.number], rating=rating, by=self._reporter(s), at=step.at)


def _shown(stories: list[CaseStory], now: dt.datetime) -> set[int]:
    """Numbers of the stories whose pictures become public: lately closed ones of those whose picture shows the problem."""
    since = now - dt.timedelta(days=SHOWN_DAYS)
    closed = [s.number for s in stories if s.photo and scenes.fits(s.issue_class) and any(t.verb == "pass" and t.at >= since for t in s.steps)]
    return set(closed[::-SHOWN_EVERY][:SHOWN_MOST])
