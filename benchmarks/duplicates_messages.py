"""Duplicates among real residents' messages: how many of those about the same thing are found, and how many found are.

    python -m benchmarks.duplicates_messages messages.csv

`messages.csv` are the 2,816 messages that the city's mailbox published (columns message_no, title, body, received_at; not
part of this repository). data/message_pairs.txt holds the labels as "stratum message message label": 1 for the same thing,
0 for another, ? where one reader could not say. A stratum was read whole, or a random part of it, which then stands for
the whole. How they came about, and what follows from the numbers, is in docs/adr/0020-duplicates.md. Constants were chosen
on one half of the pairs (by a checksum of the smaller number); the other is reported, but was in view too: only the pairs of
data/message_pairs_blind.txt were never seen before, and they tell of what is missed alone.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import random
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from yipanqi.duplicates import words
from yipanqi.duplicates.scoring import Evidence, Measure, score
from yipanqi.duplicates.words import Rarity, Text

PAIRS = Path(__file__).parent / "data" / "message_pairs.txt"
#: Drawn when everything was decided, to see what the floor misses.
BLIND = PAIRS.with_name("message_pairs_blind.txt")
FLOORS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7)
WINDOWS = (30, 60, 180)
RESAMPLED = 2_000
#: Sizes of young cities, and how often each is drawn.
YOUNG, DRAWN = (0, 50, 100, 300, 1_000), 5


@dataclass(frozen=True)
class Message:
    """A message as a case would hold it."""

    text: Text
    at: dt.datetime


@dataclass(frozen=True)
class Pair:
    """A labelled pair: `stands_for` so many pairs of its stratum."""

    one: str
    other: str
    label: str
    stands_for: float

    @property
    def half(self) -> int:
        """0 to choose on, 1 to report."""
        return zlib.crc32(min(self.one, self.other).encode()) % 2


def messages(path: str) -> dict[str, Message]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["message_no"]: Message(words.read(row["title"], "", row["body"]), dt.datetime.fromisoformat(row["received_at"])) for row in rows}


def pairs(path: Path = PAIRS) -> list[Pair]:
    lines = [line.split() for line in path.read_text().splitlines() if line]
    sizes = {stratum: int(size) for mark, stratum, size, *_more in (line for line in lines if line[0] == "#=")}
    rows = [line for line in lines if not line[0].startswith("#")]
    read = Counter(stratum for stratum, *_rest in rows)
    return [Pair(one, other, label, sizes[stratum] / read[stratum]) for stratum, one, other, label in rows]


def scored(found: dict[str, Message], pair: Pair, known: Rarity, measure: Measure) -> float:
    one, other = found[pair.one], found[pair.other]
    return score(Evidence(None, one.at - other.at, None, words.closeness(one.text, other.text, known)), measure)


def within(found: dict[str, Message], known: Sequence[Pair], days: int) -> list[Pair]:
    return [pair for pair in known if abs(found[pair.one].at - found[pair.other].at) <= dt.timedelta(days=days)]


def figures(rows: Iterable[tuple[float, Pair]], floor: float, same: str = "1") -> tuple[float, float]:
    """(precision, recall) with pairs standing for their stratum; what could not be said counts as another thing."""
    shown = true = every = 0.0
    for points, pair in rows:
        is_same = pair.label in same
        every += pair.stands_for * is_same
        if points >= floor:
            shown += pair.stands_for
            true += pair.stands_for * is_same
    return true / shown if shown else math.nan, true / every if every else math.nan


def interval(rows: list[tuple[float, Pair]], floor: float) -> list[tuple[float, float]]:
    """95% of both figures when the labelled pairs are drawn anew."""
    draw = random.Random(20)
    drawn = [figures(draw.choices(rows, k=len(rows)), floor) for _time in range(RESAMPLED)]
    return [_middle([one[n] for one in drawn if not math.isnan(one[n])]) for n in (0, 1)]


def _middle(values: list[float]) -> tuple[float, float]:
    values.sort()
    return values[int(len(values) * 0.025)], values[int(len(values) * 0.975)]


def reached(found: dict[str, Message], known: Rarity) -> Callable[[str], set[str]]:
    """Whom the index leads to, as it stood when a message came: earlier ones that share most of its telling grams."""
    kept: dict[int, list[str]] = defaultdict(list)
    for number, message in found.items():
        for gram in words.most_telling(message.text, known):
            kept[gram].append(number)

    def leads_to(number: str) -> set[str]:
        asked = words.asked_for(found[number].text, known)
        shared = Counter(other for gram in asked for other in kept[gram] if other != number)
        return {other for other, _n in shared.most_common(words.SAME_WORDS)}

    return leads_to


def young(found: dict[str, Message], rows: Sequence[Pair], texts: int, measure: Measure) -> tuple[float, float]:
    """(precision, recall) at the floor where a city has counted only so many texts, on average over some that were drawn."""
    drawn = []
    for seed in range(DRAWN):
        some = random.Random(seed).sample(list(found.values()), texts)
        known = Rarity(texts, words.counted(message.text.all for message in some))
        drawn.append(figures([(scored(found, pair, known, measure), pair) for pair in rows], measure.floor))
    precision, recall = zip(*drawn, strict=True)
    return sum(precision) / DRAWN, sum(recall) / DRAWN


def main(path: str) -> None:
    found = messages(path)
    known = Rarity(len(found), words.counted(message.text.all for message in found.values()))
    labelled = pairs()
    print(f"{len(labelled)} pairs read: {dict(Counter(pair.label for pair in labelled))}")
    for days in WINDOWS:
        measure = Measure(days=days)
        print(f"\nwithin {days} days\n| floor | half 0: precision | recall | half 1: precision | recall | all: precision | unsure as same | recall |\n|---|---|---|---|---|---|---|---|")
        rows = [(scored(found, pair, known, measure), pair) for pair in within(found, labelled, days)]
        halves = [[row for row in rows if row[1].half == half] for half in (0, 1)]
        for floor in FLOORS:
            cells = [f"{share:.0%}" for part in (*halves, rows) for share in figures(part, floor)]
            cells.insert(5, f"{figures(rows, floor, '1?')[0]:.0%}")
            print(f"| {floor} | {' | '.join(cells)} |")
        if days == Measure().days:
            for name, part in (("half 1", halves[1]), ("all", rows)):
                (p_low, p_high), (r_low, r_high) = interval(part, measure.floor)
                n = sum(pair.stands_for for _points, pair in part if pair.label == "1")
                print(f"{name} at the default floor {measure.floor}: precision 95% {p_low:.0%}–{p_high:.0%}, recall 95% {r_low:.0%}–{r_high:.0%}, of {n:.0f} pairs")
            leads_to = reached(found, known)
            same = [pair for points, pair in rows if pair.label == "1" and points >= measure.floor]
            led = sum(pair.other in leads_to(pair.one) or pair.one in leads_to(pair.other) for pair in same)
            print(f"the index leads to {led} of the {len(same)} that are above the floor")
    measure, close = Measure(), within(found, labelled, int(Measure().days))
    for texts in YOUNG:
        print("with {:,} texts counted: precision {:.0%}, recall {:.0%}".format(texts, *young(found, close, texts, measure)))
    fresh = pairs(BLIND)
    missed, unsure = (sum(pair.stands_for for pair in fresh if pair.label == label) for label in "1?")
    print(f"\nblind: of {len(fresh)} pairs drawn below the floor {Counter(pair.label for pair in fresh)['1']} are the same; they stand for {missed:.0f} missed (unsure: {unsure:.0f})")


if __name__ == "__main__":
    main(sys.argv[1])
