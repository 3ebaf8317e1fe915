"""`yipanqi messages`: gather the Chinese texts of the source into the English catalogue and say which lack a translation."""

from __future__ import annotations

import argparse
import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

from yipanqi.config.failure import CommandFailed

PACKAGE = Path(__file__).resolve().parents[2]
CATALOGUE = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {"_": None, "__": None, "_g": None, "_lazy": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
            "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a text has no translation")
    parser.add_argument("--prune", action="store_true", help="drop texts that no source has any more")


def texts() -> Iterator[tuple[str, str, str]]:
    """(context, msgid, plural) of every translatable text in the package's source and templates."""
    from babel.messages.extract import extract  # noqa: PLC0415  development only
    from django.utils.translation.template import templatize  # noqa: PLC0415  development only

    for path in sorted(PACKAGE.rglob("*.py")) + sorted(PACKAGE.rglob("templates/**/*.html")) + sorted(PACKAGE.rglob("templates/**/*.txt")):
        if "migrations" in path.parts or "tests" in path.parts:
            continue
        source = path.read_text()
        if path.suffix != ".py":
            yield from _calls(templatize(source))
            continue
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            single, plural = message if isinstance(message, tuple) else (message, "")
            if single:
                yield context or "", single, plural or ""


LITERAL = r"""[uU]?("(?:\\\\.|[^"\\\\])*"|'(?:\\\\.|[^'\\\\])*')"""
CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*{LITERAL}(?:\s*,\s*{LITERAL})?")


def _calls(code: str) -> Iterator[tuple[str, str, str]]:
    """The gettext calls in what Django makes of a template."""
    for name, first, second in CALL.findall(code):
        one, two = ast.literal_eval(first), ast.literal_eval(second) if second else ""
        if name == "pgettext":
            yield one, two, ""
        else:
            yield "", one, two if name == "ngettext" else ""


def run(args: argparse.Namespace) -> int:
    try:
        import polib  # noqa: PLC0415  development only
    except ImportError as error:
        raise CommandFailed("This needs the test requirements: run ./yipanqi test once.") from error
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    po = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "en", "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    held = {(e.msgctxt or "", e.msgid): e for e in po}
    wanted = {(context, single): plural for context, single, plural in texts()}
    for (context, single), plural in wanted.items():
        if (context, single) not in held:
            entry = polib.POEntry(msgctxt=context or None, msgid=single, msgstr="")
            if plural:
                entry.msgid_plural, entry.msgstr_plural = plural, {0: "", 1: ""}
            if "%(" in single or "%s" in single:
                entry.flags.append("python-format")
            held[(context, single)] = entry
            po.append(entry)
    missing = [s for (c, s) in wanted if not (held[(c, s)].msgstr or all(held[(c, s)].msgstr_plural.values() or [""]))]
    if args.check:
        if missing:
            raise CommandFailed(f"{len(missing)} texts have no English yet, for example: {missing[0]!r}. Run `yipanqi messages`.")
        return 0
    if args.prune:
        for key, entry in held.items():
            if key not in wanted:
                po.remove(entry)
    po.sort(key=lambda e: e.msgid)
    po.save(str(CATALOGUE))
    print(f"{len(wanted)} texts, {len(missing)} without a translation.")
    return 0
