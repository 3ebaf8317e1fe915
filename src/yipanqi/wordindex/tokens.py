"""Text cut into what the index stores, and what somebody types cut into what the index is asked.

Chinese (and everything written without gaps) becomes overlapping pairs of characters, and the last character of each run
alone; Latin letters and digits stay whole words. So any part of a Chinese text is a row of neighbouring pairs, a single
character is the beginning of some pair, and a word is found by its beginning.

Numbers of telephones and identity cards are left out: whom to ring stands encrypted elsewhere, and what somebody wrote
into a description must not become a way to look people up.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_ASKED = 8
LONGEST_WORD = 40
#: Stands between the parts of a text (title, address, …), so that no phrase reaches from one into the next.
GAP = "¶"
_DENSE = "\u2e80-\U0010ffff"  # characters written without gaps, and the private ones that some offices use for rare names
_RUN = re.compile(rf"(?P<word>[^\W_{_DENSE}]+)|(?P<run>(?:(?=[\w\ue000-\uf8ff])[{_DENSE}])+)")
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}-\d{7,8}|\d{17}[\dx])(?!\d)")


@dataclass(frozen=True)
class Phrase:
    """Neighbouring tokens that must be found in this order; with `open_end` the last one is only a beginning."""

    tokens: tuple[str, ...]
    open_end: bool


def plain(text: str) -> str:
    """`text` as it is compared: one width, small letters, without numbers that lead to persons."""
    return _PERSONAL.sub(" ", unicodedata.normalize("NFKC", text).lower())


def tokens(*parts: str) -> list[str]:
    """What the index stores of the parts of a text, in their order."""
    found: list[str] = []
    for part in parts:
        if found:
            found.append(GAP)
        for match in _RUN.finditer(plain(part)):
            found += _cut(match)
    return found


def asked(text: str) -> list[Phrase]:
    """What is asked of the index: one phrase for each of the first words between spaces that holds letters or digits."""
    pieces = (list(_RUN.finditer(plain(word))) for word in unicodedata.normalize("NFKC", text).split()[:MOST_ASKED])
    return [_phrase(matches) for matches in pieces if matches]


def _cut(match: re.Match[str]) -> list[str]:
    if word := match["word"]:
        return [word[:LONGEST_WORD]]
    run = match["run"]
    return [*(run[n : n + 2] for n in range(len(run) - 1)), run[-1]]


def _phrase(matches: list[re.Match[str]]) -> Phrase:
    """All before the end whole; at the end a word or a single character as a beginning, a run without its lone last character."""
    found = [token for match in matches[:-1] for token in _cut(match)]
    last = _cut(matches[-1])
    return Phrase((*found, *(last[:-1] or last)), open_end=len(last) == 1)
