"""Relives the invented history through the real actions, so that every row is what the loop itself leaves."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.db import transaction

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.demo import pictures
from yipanqi.demo.life import Step
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.stories import CaseStory
from yipanqi.files.actions import add_photo
from yipanqi.files.intake import prepare
from yipanqi.files.models import Photo
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.people.models import User
from yipanqi.standards.models import CheckItem

BATCH = 100


class HistoryLoader:
    """Replays case stories in the order they were found; `cases` then maps a story's number to its Case."""

    def __init__(self, board: BoardLoader, progress: Callable[[int, int], None] | None = None) -> None:
        self.board, self.progress = board, progress or (lambda done, total: None)
        self.cases: dict[int, Case] = {}
        self.items = {i.code: i for i in CheckItem.objects.filter(edition__state="current")}
        self.drawn: dict[tuple[str, str], Photo] = {}
        for user in board.users.values():
            user.__dict__["current"] = list(user.appointments.select_related("unit"))

    def load(self, stories: list[CaseStory]) -> None:
        """Relive every story; a merged story comes after its primary."""
        ordered = sorted(stories, key=lambda s: s.found_at)
        for start in range(0, len(ordered), BATCH):
            with transaction.atomic():
                for story in ordered[start : start + BATCH]:
                    if story.rebound_of is None:
                        self._begin(story)
            self.progress(min(start + BATCH, len(ordered)), 2 * len(ordered))
        moves = sorted(((step.at, s.number, n) for s in ordered for n, step in enumerate(s.steps)), key=lambda m: m)
        by_number = {s.number: s for s in ordered}
        for start in range(0, len(moves), BATCH):
            with transaction.atomic():
                for _at, number, n in moves[start : start + BATCH]:
                    story = by_number[number]
                    self._step(story, story.steps[n])
            self.progress(len(ordered) + (start * len(ordered)) // max(len(moves), 1), 2 * len(ordered))

    def _actor(self, login: str) -> Actor:
        return self.board.users.get(login) or SYSTEM

    def _photo(self, name: str, kind: str, at: dt.datetime, by: Actor) -> list[Photo]:
        """A drawn picture. Each is processed once; later uses are rows of their own that share its files."""
        if not name:
            return []
        first = self.drawn.get((name, kind))
        if first is None:
            photo = add_photo(None, prepared=prepare(pictures.draw(name)), kind=kind, by=by, at=at)
            self.drawn[(name, kind)] = Photo.objects.get(pk=photo.pk)
            return [photo]
        photo = copy.copy(first)
        photo._state = type(first._state)()
        photo.pk, photo.uuid, photo.uploaded_at, photo.uploader_key = None, uuid4(), at, by.actor_key
        photo.uploaded_by = by if isinstance(by, User) else None
        photo.save(force_insert=True)
        return [photo]

    def _begin(self, s: CaseStory) -> None:
        by = self._actor(s.finder)
        place = self.board.places.get(s.place or "")
        common: dict[str, Any] = {
            "place": place, "lon": s.lon, "lat": s.lat, "address": s.address, "at": s.found_at,
            "photos": self._photo(s.photo, "before", s.found_at, by),
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

    def _step(self, s: CaseStory, step: Step) -> None:
        case, by, at = self.cases[s.number], self._actor(step.actor), step.at
        move = getattr(self, f"_{step.verb}", None)
        if move is not None:
            move(s, case, step, by, at)
        else:
            verb = {"pass": "verify_pass", "fail": "verify_fail", "recheck": "recheck_pass"}.get(step.verb, step.verb)
            getattr(actions, verb)(case, **self._plain(step.args), by=by, at=at)

    def _plain(self, args: dict[str, Any]) -> dict[str, Any]:
        units = self.board.units
        known = {"proposed_unit": lambda v: units.get(v), "unit": lambda v: units[v], "review_on": dt.date.fromisoformat}
        return {k: known.get(k, lambda v: v)(v) for k, v in args.items()}

    def _accept(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime) -> None:
        if s.rebound_of is not None:  # a rebound comes accepted
            return
        actions.accept(case, issue_class=self.board.classes[s.issue_class], severity=s.severity, by=by, at=at)

    def _dispatch(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime) -> None:
        units, args = self.board.units, step.args
        actions.dispatch(
            case, unit=units[args["unit"]], co_units=[units[u] for u in args.get("co_units", ())],
            requirements=args.get("requirements", ""), by=by, at=at,
        )  # fmt: skip

    def _merge(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime) -> None:
        actions.merge(case, primary=self.cases[step.args["primary"]], by=by, at=at)

    def _decide_extension(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime) -> None:
        if step.args["granted"]:
            actions.grant_extension(case, days=step.args.get("days"), note=step.args.get("note", ""), by=by, at=at)
        else:
            actions.refuse_extension(case, note=step.args.get("note", ""), by=by, at=at)

    def _resolve(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime) -> None:
        args = step.args
        self._assisting_units(case, step, at)
        photos = self._photo(args.get("photo", ""), "after", at, by) or self._needed(case, at, by)
        actions.resolve(
            case, what_was_done=args["what_was_done"], outcome=args.get("outcome", "mended"),
            subject_name=args.get("subject", "") or "", photos=photos, by=by, at=at,
        )  # fmt: skip

    def _assisting_units(self, case: Case, step: Step, at: dt.datetime) -> None:
        """The assisting units sign and report their share before the lead unit does."""
        for share in case.assignments.filter(role="support", state__in=["dispatched", "handling"]).select_related("unit"):
            by = self._actor(self.board.demo.board.liaison_of[share.unit.code])
            if share.state == "dispatched":
                actions.sign(case, unit=share.unit, by=by, at=at)
            photos = self._photo(step.args.get("photo", ""), "after", at, by) or self._needed(case, at, by)
            actions.resolve(case, what_was_done=step.args["what_was_done"], photos=photos, unit=share.unit, by=by, at=at)

    def _needed(self, case: Case, at: dt.datetime, by: Actor) -> list[Photo]:
        """A photo where the class asks for one and the story has none."""
        wanted = case.issue_class is not None and case.issue_class.photo_required
        return self._photo("rubbish-0-after", "after", at, by) if wanted else []

    def _rebound(self, s: CaseStory, case: Case, step: Step, by: User, at: dt.datetime) -> None:
        self.cases[step.args["case"]] = actions.rebound(case, note=step.args["note"], by=by, at=at)


