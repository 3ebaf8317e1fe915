"""Every text that users read has an English translation, and the translation keeps its placeholders."""

from __future__ import annotations

import re

import polib
import pytest

from yipanqi.config.commands.messages_command import CATALOGUE, KEYWORDS, PACKAGE, texts

pytestmark = pytest.mark.pure
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]")
OTHER_NAME = re.compile(r"\b\w*gettext\w* as (\w+)|^(\w+) = \w*gettext\w*$", re.MULTILINE)


def test_every_text_is_translated() -> None:
    held = {(e.msgctxt or "", e.msgid): e for e in polib.pofile(str(CATALOGUE))}
    missing = []
    for context, text, _plural in texts():
        entry = held.get((context, text))
        if entry is None or not (entry.msgstr or (entry.msgid_plural and all(entry.msgstr_plural.values()))):
            missing.append(text)
    assert not missing, f"{len(missing)} texts without English, for example {missing[:3]}: run `yipanqi messages`"


def test_every_translation_keeps_its_placeholders() -> None:
    broken = [
        e.msgid
        for e in polib.pofile(str(CATALOGUE))
        if e.msgstr and sorted(PLACEHOLDER.findall(e.msgid)) != sorted(PLACEHOLDER.findall(e.msgstr))
    ]
    assert not broken, broken


def test_every_name_given_to_gettext_is_gathered() -> None:
    names = {a or b for path in PACKAGE.rglob("*.py") for a, b in OTHER_NAME.findall(path.read_text())}
    assert names <= KEYWORDS.keys(), f"texts behind {sorted(names - KEYWORDS.keys())} are not gathered for translation"
