"""Relives the invented history through the real actions, so that every row is what the loop itself leaves."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from django.db import transaction

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.demo import pictures
from yipanqi.demo.life import Step
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.stories import CaseStory
from yipanqi.files.actions import add_photo
from yipanqi.files.intake import PreparedPhoto, prepare
from yipanqi.files.models import Photo
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.people.models import User
from yipanqi.standards.models import CheckItem

PHOTOS_EACH = 700
BATCH = 100


class HistoryLoader:
    """Replays case stories in the order they were found; `cases` then maps a story's number to its Case."""

    def __init__(self, board: BoardLoader, progress: Callable[[int, int], None] | None = None) -> None:
        self.board, self.progress = board, progress or (lambda done, total: None)
        self.cases: dict[int, Case] = {}
        self.items = {i.code: i for i in CheckItem.objects.filter(edition__state="current")}
        self.rng = random.Random("photos")
        self.photos_left = PHOTOS_EACH
        for user in board.users.values():
            user.__dict__["current"] = list(user.appointments.select_related("unit"))

    def load(self, stories: list[CaseStory]) -> None:
        """Relive every story; a merged story comes after its primary."""
        ordered = sorted(stories, key=lambda s: s.found_at)
        with_photos = {s.number for s in ordered[-PHOTOS_EACH:]}
        for start in range(0, len(ordered), BATCH):
            with transaction.atomic():
                for story in ordered[start : start + BATCH]:
                    if story.rebound_of is None:
                        self._begin(story, story.number in with_photos)
            self.progress(min(start + BATCH, len(ordered)), 2 * len(ordered))
        moves = sorted(((step.at, s.number, n) for s in ordered for n, step in enumerate(s.steps)), key=lambda m: m)
        by_number = {s.number: s for s in ordered}
        for start in range(0, len(moves), BATCH):
            with transaction.atomic():
                for _at, number, n in moves[start : start + BATCH]:
                    story = by_number[number]
                    self._step(story, story.steps[n], number in with_photos)
            self.progress(len(ordered) + (start * len(ordered)) // max(len(moves), 1), 2 * len(ordered))

    def _actor(self, login: str) -> Actor:
        return self.board.users.get(login) or SYSTEM

    def _photo(self, name: str, kind: str, at: dt.datetime, by: Actor, wanted: bool) -> list[Photo]:
        if not name or not wanted:
            return []
        prepared: PreparedPhoto = prepare(pictures.draw(name))
        return [add_photo(None, prepared=prepared, kind=kind, by=by, at=at)]

    def _begin(self, s: CaseStory, with_photo: bool) -> None:
        by = self._actor(s.finder)
        place = self.board.places.get(s.place or "")
        common: dict[str, Any] = {
            "place": place, "lon": s.lon, "lat": s.lat, "address": s.address, "at": s.found_at,
            "photos": self._photo(s.photo, "before", s.found_at, by, with_photo),
        }  # fmt: skip
        if s.source == "resident":
            report = actions.report_by_resident(
                None, text=s.description, contact_name=s.reporter_name, contact_phone=s.reporter_phone, by=SYSTEM, **common
            )
            self.cases[s.number] = report.case
            return
        self.cases[s.number] = actions.report_case(
            None, source=s.source, description=s.description, issue_class=self.board.classes[s.issue_class],
            severity=s.severity, check_item=self.items.get(s.item or ""), found_at=s.found_at, by=by, **common,
        )  # fmt: skip

    def _step(self, s: CaseStory, step: Step, with_photo: bool) -> None:
        case, by, at = self.cases[s.number], self._actor(step.actor), step.at
        move = getattr(self, f"_{step.verb}", None)
        if move is not None:
            move(s, case, step, by, at, with_photo)
        else:
            verb = {"pass": "verify_pass", "fail": "verify_fail", "recheck": "recheck_pass"}.get(step.verb, step.verb)
            getattr(actions, verb)(case, **self._plain(step.args), by=by, at=at)

    def _plain(self, args: dict[str, Any]) -> dict[str, Any]:
        units = self.board.units
        known = {"proposed_unit": lambda v: units.get(v), "unit": lambda v: units[v], "review_on": dt.date.fromisoformat}
        return {k: known.get(k, lambda v: v)(v) for k, v in args.items()}

    def _accept(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime, photo: bool) -> None:
        actions.accept(case, issue_class=self.board.classes[s.issue_class], severity=s.severity, by=by, at=at)

    def _dispatch(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime, photo: bool) -> None:
        units, args = self.board.units, step.args
        actions.dispatch(
            case, unit=units[args["unit"]], co_units=[units[u] for u in args.get("co_units", ())],
            requirements=args.get("requirements", ""), by=by, at=at,
        )  # fmt: skip

    def _merge(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime, photo: bool) -> None:
        actions.merge(case, primary=self.cases[step.args["primary"]], by=by, at=at)

    def _decide_extension(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime, photo: bool) -> None:
        if step.args["granted"]:
            actions.grant_extension(case, days=step.args.get("days"), note=step.args.get("note", ""), by=by, at=at)
        else:
            actions.refuse_extension(case, note=step.args.get("note", ""), by=by, at=at)

    def _resolve(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime, photo: bool) -> None:
        args = step.args
        photos = self._photo(args.get("photo", ""), "after", at, by, photo)
        actions.resolve(
            case, what_was_done=args["what_was_done"], outcome=args.get("outcome", "mended"),
            subject_name=args.get("subject", "") or "", photos=photos, by=by, at=at,
        )  # fmt: skip

    def _rebound(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime, photo: bool) -> None:
        self.cases[step.args["case"]] = actions.rebound(case, note=step.args["note"], by=by, at=at)


