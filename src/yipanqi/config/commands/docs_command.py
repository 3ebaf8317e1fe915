"""`yipanqi docs`: regenerate docs/generated/ from the code, or check that it is up to date."""

from __future__ import annotations

import argparse
from pathlib import Path

import django

from yipanqi.config.failure import CommandFailed

TARGET = Path(__file__).resolve().parents[4] / "docs" / "generated"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is out of date")


def outdated(fresh: dict[str, str]) -> list[str]:
    """Names of the files that differ from `fresh` or should not be there."""
    stale = [n for n, text in fresh.items() if not (TARGET / n).exists() or (TARGET / n).read_text(encoding="utf-8") != text]
    return stale + [p.name for p in TARGET.glob("*") if p.name not in fresh]


def run(args: argparse.Namespace) -> int:
    django.setup()
    from yipanqi.config.generated import pages  # needs configured apps

    fresh = pages()
    stale = outdated(fresh)
    if args.check:
        if stale:
            raise CommandFailed(f"Out of date: {', '.join(stale)}. Run ./yipanqi docs.")
        return 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in fresh:
            (TARGET / name).write_text(fresh[name], encoding="utf-8")
        else:
            (TARGET / name).unlink()
    print(f"{len(fresh)} files in {TARGET}, {len(stale)} changed.")
    return 0
