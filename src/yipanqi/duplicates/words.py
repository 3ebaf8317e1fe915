"""What two texts have in common: the pairs of neighbouring characters in both, each the heavier the rarer it is in this city.

Pure. docs/adr/0020 says why so and what it proved worth on real messages.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from yipanqi.duplicates.stock import STOCK

#: Of a description only the beginning is compared: it says what the matter is, the rest tells its history.
BEGINNING = 200
#: Titles name the place: alike titles count by themselves, for so much.
TITLES = 0.5
#: Two texts that share as much as this many of the rarest pairs count half of what their likeness is: little that is the
#: same says little, however like two short texts are.
SAYS_HALF = 2.0
#: So many of its most telling pairs stand in the index for a case, those of title and address before others; so many of a
#: new text are asked for.
KEPT, ASKED = 16, 40
FOREMOST = 2.0
#: A gram that more than this share of all texts have leads to no case; in small cities so many may. So many of those that
#: share most are looked at closely.
COMMON_SHARE, COMMON_LEAST, SAME_WORDS = 0.003, 20, 25
#: A gram that this share of all texts have says nothing.
SAYS_NOTHING = 0.2
#: With fewer texts counted, grams weigh as if there were so many: among three texts nothing is common yet. From so many on,
#: what is surely common among them (by so many standard errors) weighs as it would there.
FEWEST, TELLING, SURELY = 1_000, 30, 3.0
_RUNS = re.compile(r"[\u3400-\u9fff]+|[0-9a-z]+")


class Text(NamedTuple):
    """What a case says, as numbers of grams: what names it (title and address), and all."""

    names: frozenset[int]
    all: frozenset[int]


def read(title: str, address: str, description: str) -> Text:
    """The grams of a case's words."""
    names = _keys(title) | _keys(address)
    return Text(names, names | _keys(description[:BEGINNING]))


def grams(text: str) -> Iterator[str]:
    """Each pair of neighbouring Chinese characters, each word of Latin letters and each number: numbers tell houses apart."""
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] < "\u3400":
            yield run
        else:
            yield from (run[i : i + 2] for i in range(len(run) - 1))


@lru_cache(maxsize=65_536)
def key(gram: str) -> int:
    """The number under which a gram stands in the index, so that the index holds no words."""
    return zlib.crc32(gram.encode())


def _keys(text: str) -> frozenset[int]:
    return frozenset(map(key, grams(text)))


class Rarity:
    """How telling each gram is, from how many of the city's texts have it."""

    def __init__(self, texts: int = 0, having: Mapping[int, int] | None = None) -> None:
        self.texts, self._having = texts, having or {}
        most = math.log(max(texts, FEWEST) * SAYS_NOTHING + 2)
        expected = {key(gram): SAYS_NOTHING * (FEWEST - texts) for phrase in STOCK for gram in grams(phrase)} if texts < FEWEST else {}
        for gram, n in self._having.items():
            expected[gram] = max(expected.get(gram, 0.0), n, self._surely(n) * FEWEST if texts < FEWEST else 0.0)
        self._weights = {gram: max(0.0, 1 - math.log(n + 1) / most) for gram, n in expected.items()}
        self._squares = {gram: weight**2 for gram, weight in self._weights.items()}

    def _surely(self, n: int) -> float:
        """The share of texts that have a gram which `n` of these few have, at the least."""
        if self.texts < TELLING:
            return 0.0
        share, doubt = n / self.texts, SURELY**2 / self.texts
        spread = SURELY * math.sqrt(max(0.0, share * (1 - share)) / self.texts + doubt / (4 * self.texts))
        return max(0.0, (share + doubt / 2 - spread) / (1 + doubt))

    def weight(self, gram: int) -> float:
        """1 for a gram that no text had when they were counted, 0 for one that many had."""
        return self._weights.get(gram, 1.0)

    def share(self, gram: int) -> float:
        """The share of all texts that had it."""
        return self._having.get(gram, 0) / self.texts if self.texts else 0.0

    def says(self, found: Iterable[int]) -> float:
        """How much grams say together: 1 for each that is as rare as can be."""
        square = self._squares.get
        return sum(square(gram, 1.0) for gram in found)


def counted(texts: Iterable[frozenset[int]], least: int = 2) -> dict[int, int]:
    """How many texts have each gram, of those that at least so many have."""
    found: Counter[int] = Counter()
    for text in texts:
        found.update(text)
    return {gram: n for gram, n in found.items() if n >= least}


def closeness(one: Text, other: Text, rarity: Rarity) -> float:
    """How alike the words of two cases are, 0 to 1. The root lets a reader's eye and the number agree: a seventh of the
    weight in common, which in long texts is a lot, becomes 0.38."""
    return beside(one, rarity)(other)


def beside(one: Text, rarity: Rarity) -> Callable[[Text], float]:
    """`closeness` of one text to many."""
    all_of_it, names = rarity.says(one.all), rarity.says(one.names)

    def closeness_of(other: Text) -> float:
        whole = _alike(one.all, all_of_it, other.all, rarity)
        return math.sqrt(max(whole, TITLES * _alike(one.names, names, other.names, rarity)))

    return closeness_of


def _alike(one: frozenset[int], says: float, other: frozenset[int], rarity: Rarity) -> float:
    """The cosine of both sets, weighted, less where little is said in common."""
    both = rarity.says(one & other)
    if not both:
        return 0.0
    return both / math.sqrt(says * rarity.says(other)) * both / (both + SAYS_HALF)


def most_telling(text: Text, rarity: Rarity, most: int = KEPT) -> list[int]:
    """The grams by which the case is found again, the most telling first; of equals always the same."""
    return sorted(text.all, key=lambda gram: (-rarity.weight(gram) * (FOREMOST if gram in text.names else 1.0), gram))[:most]


def asked_for(text: Text, rarity: Rarity) -> list[int]:
    """The grams of a text by which others are looked for."""
    most = max(COMMON_SHARE, COMMON_LEAST / rarity.texts) if rarity.texts else 1.0
    return [gram for gram in most_telling(text, rarity, ASKED) if rarity.share(gram) <= most]


def in_common(one: str, other: str, rarity: Rarity, *, most: int = 3, least: float = 0.5) -> list[str]:
    """The words of two texts that both have and few others do, for people: whole runs in which a pair is rare, the rarest first."""
    theirs = frozenset(grams(other))
    found: dict[str, float] = {}
    for word, weight in _words(one, lambda gram: rarity.weight(key(gram)) if gram in theirs else 0.0, least):
        if word in unicodedata.normalize("NFKC", other).lower():
            found[word] = max(found.get(word, 0.0), weight)
    heaviest = sorted(found, key=lambda word: (-found[word], word))
    return [word for word in heaviest if not any(word != longer and word in longer for longer in heaviest)][:most]


def _words(text: str, weight: Callable[[str], float], least: float) -> Iterator[tuple[str, float]]:
    """The longest runs of pairs that weigh anything, if one of them weighs at least so much, with the sum of their weights."""
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] < "\u3400":
            if len(run) > 1 and weight(run) >= least:
                yield run, weight(run)
            continue
        start, heaviest, whole = 0, 0.0, 0.0
        for i in range(len(run)):
            heavy = weight(run[i : i + 2]) if i + 1 < len(run) else 0.0
            if heavy:
                heaviest, whole = max(heaviest, heavy), whole + heavy
                continue
            if heaviest >= least:
                yield run[start : i + 1], whole
            start, heaviest, whole = i + 1, 0.0, 0.0
