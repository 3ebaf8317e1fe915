"""Where in a text the words are, for showing."""

from __future__ import annotations

import unicodedata

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from yipanqi.wordindex.tokens import MOST_ASKED

BEFORE, AROUND = 12, 60


def marked(text: str, words: str) -> SafeString:
    """The text escaped, with each of the words in <mark>; capitals and widths do not matter."""
    parts, done = [], 0
    for start, end in spans(text, words):
        parts += [escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"]
        done = end
    return mark_safe("".join([*parts, escape(text[done:])]))  # noqa: S308  every piece is escaped


def snippet(text: str, words: str) -> SafeString:
    """A piece of the text around the first of the words, marked; empty where none of them is in it."""
    found = spans(text, words)
    if not found:
        return mark_safe("")
    start = max(found[0][0] - BEFORE, 0)
    end = min(start + AROUND, len(text))
    inner = marked(text[start:end].replace("\n", " "), words)
    return mark_safe(("…" if start else "") + inner + ("…" if end < len(text) else ""))  # noqa: S308  marked escapes


def spans(text: str, words: str) -> list[tuple[int, int]]:
    """Beginning and end of every place of the text that one of the words covers, in order, none overlapping."""
    flat, origin = _flat(text)
    wanted = [folded for word in unicodedata.normalize("NFKC", words).split()[:MOST_ASKED] if (folded := _flat(word)[0])]
    found = []
    for word in wanted:
        at = flat.find(word)
        while at >= 0:
            found.append((origin[at], origin[at + len(word) - 1] + 1))
            at = flat.find(word, at + len(word))
    return _joined(sorted(found))


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _flat(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and of each of its characters where it stood in `text`."""
    flat, origin = [], []
    for place, char in enumerate(text):
        for one in unicodedata.normalize("NFKC", char).lower():
            flat.append(one)
            origin.append(place)
    return "".join(flat), origin
