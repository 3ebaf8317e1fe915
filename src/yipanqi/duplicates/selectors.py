"""Which open and recent cases are likely about the same thing as a case, and why."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import h3
from django.db.models import Count, Q, QuerySet

from yipanqi.cases import selectors as cases
from yipanqi.cases.catalogue import PHOTO_ALIKE_BITS
from yipanqi.cases.models import Case
from yipanqi.cases.selectors.one import metres_between
from yipanqi.cases.states import OPEN, State
from yipanqi.duplicates import words
from yipanqi.duplicates.catalogue import APART, DAYS, FLOOR, RADIUS, SHOWN, WEIGHTS
from yipanqi.duplicates.models import Counted, Sketch, Trace
from yipanqi.duplicates.scoring import Evidence, Measure, Weights, score
from yipanqi.duplicates.words import Rarity, Text
from yipanqi.files.models import Photo
from yipanqi.files.selectors import likenesses
from yipanqi.kernel.policy import policy_value
from yipanqi.kernel.stamps import cached, one_look

TOPIC = "duplicates"
MOST = 5
#: How many of each kind of neighbour are looked at closely.
NEAR, SAME_PLACE, SAME_WORDS, SAME_PHOTO, FRESH = 25, 15, 25, 15, 30
#: A gram that more than this share of all texts have leads to no case; in small cities so many may.
COMMON_SHARE, COMMON_LEAST = 0.003, 20
#: Metres from anywhere in an H3 cell of resolution 9 to the nearest cell that its ring does not hold, at least.
RING_M = 150
FARTHEST = 1_000
TO_DECIDE = (State.REPORTED, State.FILED)
READ = (
    "number", "state", "title", "address", "description", "found_at", "lon", "lat", "place", "issue_class", "merged_into", "rebound_of",
)  # fmt: skip


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


def measure() -> Measure:
    """The office's settings."""
    weights = Weights(**{name: max(0, policy_value(one.key)) for name, one in WEIGHTS.items()})
    radius = min(max(1, policy_value(RADIUS.key)), FARTHEST)
    days = max(1, policy_value(DAYS.key))
    return Measure(radius, max(radius, policy_value(APART.key)), days, policy_value(FLOOR.key) / 100, weights)


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
    best: dict[int, Candidate] = {}
    for row in _rows(case, user, _candidates(case, own, known, asked, bits), asked):
        one = _judged(case, row, own, known, asked, bits.get(row.number))
        if one is not None and (one.case.pk not in best or best[one.case.pk].score < one.score):
            best[one.case.pk] = one
    first = sorted(best.values(), key=lambda one: (-one.score, one.case.pk))[:most]
    return [_with_words(case, one, known) for one in first]


def _rows(case: Case, user: Any, found: Q, asked: Measure) -> list[Case]:
    """The candidates that may be seen, open or recent, each with the case it was merged into. A case merged is rare, so its
    other is read apart rather than with every row."""
    recent = Q(state__in=OPEN) | Q(found_at__gte=case.found_at - dt.timedelta(days=asked.days))
    seen = cases.visible_to(user)
    rows = list(seen.filter(found).filter(recent).exclude(pk=case.pk).exclude(state=State.REJECTED).only(*READ))
    merged = [row for row in rows if row.state == State.MERGED]
    into = {one.pk: one for one in seen.filter(pk__in={row.merged_into_id for row in merged}).only(*READ)} if merged else {}
    for row in merged:
        row.merged_into = into.get(row.merged_into_id or 0)
    return rows


def compared(case: Case, other: Case) -> Candidate:
    """What speaks for two given cases being about the same thing, however little that is."""
    known, bits = rarity(), _alike_photos(case, cases.photos(case)).get(other.number)
    found = _evidence(case, other, text_of(case), known, bits)
    return _with_words(case, Candidate(other, score(found, measure()), found, case.found_at - other.found_at), known)


def why_not_merged(case: Case, other: Case) -> str:
    """The key of what forbids merging the case into a candidate: "closed" or "rebound"; empty where nothing does."""
    if other.pk == case.rebound_of_id:
        return "rebound"
    return "" if other.state in OPEN else "closed"


def _judged(case: Case, row: Case, own: Text, known: Rarity, asked: Measure, bits: int | None) -> Candidate | None:
    """A row as a candidate; None where it is less alike than what is shown, or belongs to the case itself."""
    shown = row.merged_into if row.state == State.MERGED else row
    if shown is None or shown.pk == case.pk or shown.state in (State.MERGED, State.REJECTED):
        return None
    found = _evidence(case, row, own, known, bits)
    points = score(found, asked)
    if points < asked.floor:
        return None
    return Candidate(shown, points, found, case.found_at - row.found_at, through=row if row is not shown else None)


def _evidence(case: Case, other: Case, own: Text, known: Rarity, bits: int | None) -> Evidence:
    metres = None
    if case.lon is not None and case.lat is not None and other.lon is not None:
        metres = metres_between(case.lon, case.lat, other.lon, other.lat)
    same = case.issue_class_id == other.issue_class_id if case.issue_class_id and other.issue_class_id else None
    return Evidence(
        metres, case.found_at - other.found_at, same, words.closeness(own, text_of(other), known), bits,
        same_place=bool(case.place_id) and case.place_id == other.place_id,
    )  # fmt: skip


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


def _candidates(case: Case, own: Text, known: Rarity, asked: Measure, bits: dict[str, int]) -> Q:
    """The cases worth a closer look: each kind of neighbour by an index of its own."""
    pks = {*_near(case, asked), *_same_words(case, own, known), *_fresh()}
    return Q(pk__in=pks) | Q(number__in=bits) if bits else Q(pk__in=pks)


class _Spot(NamedTuple):
    pk: int
    lon: float | None
    lat: float | None
    found_at: dt.datetime


def _near(case: Case, asked: Measure) -> list[int]:
    """Those of the same place, the newest of them; and those around, by distance and time."""
    spots = Sketch.objects.exclude(pk=case.pk)
    found = []
    if case.place_id:
        found += list(spots.filter(place_id=case.place_id).order_by("-pk").values_list("pk", flat=True)[:SAME_PLACE])
    if case.cell and case.lon is not None and case.lat is not None:
        cells = h3.grid_disk(case.cell, math.ceil(asked.radius_m / RING_M))
        rows = (_Spot(*row) for row in spots.filter(cell__in=cells).values_list("pk", "lon", "lat", "found_at"))
        measured = [(score(_nearness(case, spot), asked), spot.pk) for spot in rows]
        found += [pk for _points, pk in sorted(measured, reverse=True)[:NEAR]]
    return found


def _nearness(case: Case, spot: _Spot) -> Evidence:
    assert case.lon is not None and case.lat is not None
    return Evidence(metres_between(case.lon, case.lat, spot.lon, spot.lat), case.found_at - spot.found_at, None, 0.0)


def _same_words(case: Case, own: Text, known: Rarity) -> list[int]:
    """Those that share most of the telling grams."""
    most = max(COMMON_SHARE, COMMON_LEAST / known.texts) if known.texts else 1.0
    grams = [gram for gram in words.most_telling(own, known, words.ASKED) if known.share(gram) <= most]
    found = Trace.objects.filter(gram__in=grams).exclude(case_id=case.pk).values("case_id").annotate(n=Count("gram"))
    return list(found.order_by("-n", "-case_id").values_list("case_id", flat=True)[:SAME_WORDS])


def _fresh() -> list[int]:
    """Those that came since the index was last kept: a minute's."""
    newest = Sketch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return list(Case.objects.filter(pk__gt=newest).order_by("-pk").values_list("pk", flat=True)[:FRESH])
