"""Which open and recent cases are likely about the same thing as a case, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from yipanqi.cases import selectors as cases
from yipanqi.cases.catalogue import PHOTO_ALIKE_BITS
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.selectors.one import metres_between
from yipanqi.cases.states import OPEN, State
from yipanqi.duplicates import neighbours, words
from yipanqi.duplicates.catalogue import APART, DAYS, FLOOR, OTHER_GROUP, RADIUS, SHOWN, WEIGHTS
from yipanqi.duplicates.models import Counted
from yipanqi.duplicates.scoring import Evidence, Measure, Weights, score
from yipanqi.duplicates.words import Rarity, Text
from yipanqi.files.models import Photo
from yipanqi.files.selectors import likenesses
from yipanqi.kernel.policy import policy_value
from yipanqi.kernel.stamps import cached, one_look
from yipanqi.standards.selectors import class_of

TOPIC = "duplicates"
MOST = 5
SAME_PHOTO = 15
FARTHEST = 1_000
TO_DECIDE = (State.REPORTED, State.FILED)
Closeness = Callable[[Text], float]


class Row(NamedTuple):
    """What of a case is compared, and what is shown of it. Read as it is: of some eighty rows at most five become cases."""

    id: int
    number: str
    state: str
    title: str
    address: str
    description: str
    found_at: dt.datetime
    lon: float | None
    lat: float | None
    place_id: int | None
    issue_class_id: int | None
    merged_into_id: int | None
    rebound_of_id: int | None

    def case(self) -> Case:
        """The case; what is not here is read when it is asked for."""
        names = [field.attname for field in Case._meta.concrete_fields if field.attname in self._fields]
        return Case.from_db(connection.alias, names, [getattr(self, name) for name in names])


@dataclass(frozen=True)
class Candidate:
    """A case that is likely about the same thing. `through` is the case that is alike, where that one was merged into `case`."""

    case: Case
    score: float
    evidence: Evidence
    #: How long before (negative: after) the case asked about it was found.
    earlier: dt.timedelta
    common: tuple[str, ...] = ()
    through: Case | None = None


class _Found(NamedTuple):
    score: float
    shown: Row
    row: Row
    evidence: Evidence


def measure() -> Measure:
    """The office's settings."""
    weights = Weights(**{name: max(0, policy_value(one.key)) for name, one in WEIGHTS.items()})
    radius = min(max(1, policy_value(RADIUS.key)), FARTHEST)
    days = max(1, policy_value(DAYS.key))
    return Measure(radius, max(radius, policy_value(APART.key)), days, policy_value(FLOOR.key) / 100, min(max(0, policy_value(OTHER_GROUP.key)), 100) / 100, weights)


def rarity() -> Rarity:
    """How telling words are in this city, as counted last; from memory."""
    return cached(TOPIC, "rarity", _rarity)


def _rarity() -> Rarity:
    row = Counted.objects.order_by("-pk").first()
    return Rarity(row.texts, {int(gram): n for gram, n in row.having.items()}) if row else Rarity()


def text_of(case: Case) -> Text:
    """The words of a case as they are compared."""
    return words.read(case.title, case.address, case.description)


def since(now: dt.datetime) -> dt.datetime:
    """From when on cases are recent."""
    return now - dt.timedelta(days=measure().days)


def sketched(now: dt.datetime) -> QuerySet[Case]:
    """The cases with which new ones are compared: open, or found of late and neither declined nor merged before anybody looked."""
    return Case.objects.filter(Q(state__in=OPEN) | Q(found_at__gte=since(now))).exclude(state=State.REJECTED)


def likely(case: Case, user: Any, photos: Sequence[Photo] | None = None, most: int = MOST) -> list[Candidate]:
    """The likeliest among the cases that `user` sees, the likeliest first; none where the office switched this off, or where
    the case was handed over already.

    Args:
        photos: the case's photos, where they are at hand.
    """
    if case.state not in TO_DECIDE:
        return []
    with one_look():
        if not policy_value(SHOWN.key):
            return []
        asked, known = measure(), rarity()
        bits = _alike_photos(case, cases.photos(case) if photos is None else photos)
    own = text_of(case)
    close = words.beside(own, known)
    rows = _rows(case, user, neighbours.of(case, own, known, asked), bits, asked)
    best: dict[int, _Found] = {}
    for shown, row in _leading_to(rows, user, case):
        found = _judged(case, shown, row, close, bits.get(row.number), asked)
        if found and (shown.id not in best or best[shown.id].score < found.score):
            best[shown.id] = found
    first = sorted(best.values(), key=lambda one: (-one.score, one.shown.id))[:most]
    return [_candidate(case, one, known) for one in first]


def _rows(case: Case, user: Any, found: set[int], bits: dict[str, int], asked: Measure) -> list[Row]:
    """The candidates that may be seen, open or recent."""
    which = Q(pk__in=found) | Q(number__in=bits) if bits else Q(pk__in=found)
    recent = Q(state__in=OPEN) | Q(found_at__gte=case.found_at - dt.timedelta(days=asked.days))
    seen = cases.visible_to(user).filter(which).filter(recent).exclude(pk=case.pk).exclude(state=State.REJECTED)
    seen = seen.exclude(number__in=_told_apart(case))
    return [Row(*row) for row in seen.values_list(*Row._fields)]


def _told_apart(case: Case) -> Any:
    """Numbers of cases that the desk split this one off from, or off from this one: it knows that they are others."""
    lines = CaseMove.objects.filter(Q(verb="split_off") | Q(verb="comment", data__split_off__isnull=False), case=case)
    return lines.values_list(Coalesce(KT("data__primary"), KT("data__split_off")))


def _leading_to(rows: Sequence[Row], user: Any, case: Case) -> Iterator[tuple[Row, Row]]:
    """What would be shown of each row: itself or, of one merged, the case it was merged into. That is rare, so those others
    are read apart rather than with every row."""
    merged = {row.merged_into_id for row in rows if row.state == State.MERGED and row.merged_into_id}
    seen = cases.visible_to(user, few=True).filter(pk__in=merged).values_list(*Row._fields) if merged else ()
    into = {one.id: one for one in (Row(*row) for row in seen)}
    for row in rows:
        shown = into.get(row.merged_into_id or 0) if row.state == State.MERGED else row
        if shown is not None and shown.id != case.pk and shown.state not in (State.MERGED, State.REJECTED):
            yield shown, row


def _judged(case: Case, shown: Row, row: Row, close: Closeness, bits: int | None, asked: Measure) -> _Found | None:
    """A row with its score; None where it is less alike than what is shown. Its words are read only where they could still
    make it so."""
    found = _evidence(case, row, 1.0, bits)
    if score(found, asked) < asked.floor:
        return None
    found = replace(found, words=close(words.read(row.title, row.address, row.description)))
    points = score(found, asked)
    return _Found(points, shown, row, found) if points >= asked.floor else None


def _candidate(case: Case, one: _Found, known: Rarity) -> Candidate:
    through = one.row.case() if one.row is not one.shown else None
    return _with_words(case, Candidate(one.shown.case(), one.score, one.evidence, case.found_at - one.row.found_at, through=through), known)


def compared(case: Case, other: Case) -> Candidate:
    """What speaks for two given cases being about the same thing, however little that is."""
    known, bits = rarity(), _alike_photos(case, cases.photos(case)).get(other.number)
    found = _evidence(case, other, words.closeness(text_of(case), text_of(other), known), bits)
    return _with_words(case, Candidate(other, score(found, measure()), found, case.found_at - other.found_at), known)


def why_not_merged(case: Case, other: Case) -> str:
    """The key of what forbids merging the case into a candidate: "closed" or "rebound"; empty where nothing does."""
    if other.pk == case.rebound_of_id:
        return "rebound"
    return "" if other.state in OPEN else "closed"


def _evidence(case: Case, other: Case | Row, close: float, bits: int | None) -> Evidence:
    metres = None
    if case.lon is not None and case.lat is not None and other.lon is not None and other.lat is not None:
        metres = metres_between(case.lon, case.lat, other.lon, other.lat)
    same = case.issue_class_id == other.issue_class_id if case.issue_class_id and other.issue_class_id else None
    return Evidence(
        metres, case.found_at - other.found_at, same, close, bits,
        same_place=bool(case.place_id) and case.place_id == other.place_id,
        other_group=same is False and _of_other_groups(case.issue_class_id, other.issue_class_id),
    )  # fmt: skip


def _of_other_groups(one: int | None, other: int | None) -> bool:
    """Whether two classes of one standard are not even of one group."""
    mine, theirs = class_of(one), class_of(other)
    return mine is not None and theirs is not None and mine.standard == theirs.standard and mine.group_code != theirs.group_code


def _with_words(case: Case, one: Candidate, known: Rarity) -> Candidate:
    """The candidate with the words that both cases have."""
    other = one.through or one.case
    mine = "\n".join((case.title, case.address, case.description[: words.BEGINNING]))
    theirs = "\n".join((other.title, other.address, other.description[: words.BEGINNING]))
    return Candidate(one.case, one.score, one.evidence, one.earlier, tuple(words.in_common(mine, theirs, known)), one.through)


def _alike_photos(case: Case, photos: Iterable[Photo]) -> dict[str, int]:
    """By number of another case how many bits its likest photo differs in."""
    own = list(photos)
    found: dict[str, int] = {}
    for many in likenesses(own, within=policy_value(PHOTO_ALIKE_BITS.key)).values() if own else ():
        for one in many:
            ref = one.earlier.subject_ref
            if one.earlier.subject_kind == cases.SUBJECT and ref != case.number:
                found[ref] = min(one.differing, found.get(ref, one.differing))
    return dict(sorted(found.items(), key=lambda item: item[1])[:SAME_PHOTO])
