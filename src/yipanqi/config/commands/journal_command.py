"""`yipanqi journal verify`: prove that no sealed row was changed, removed or inserted."""

from __future__ import annotations

import argparse

import django

from yipanqi.config.failure import CommandFailed
from yipanqi.config.progress import Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify", "head"], help="verify: prove every row; head: the newest chain value")


def run(args: argparse.Namespace) -> int:
    django.setup()
    from yipanqi.kernel import journal  # noqa: PLC0415  needs configured apps
    from yipanqi.kernel.models import JournalSeal  # noqa: PLC0415

    if args.what == "head":
        print(journal.head())
        return 0
    with Progress("journal verify: seals", JournalSeal.objects.count()) as bar:
        fault = journal.verify(bar.to)
    if fault:
        row = f", row {fault.entry}" if fault.entry else ""
        raise CommandFailed(f"The journal does not verify: seal {fault.seal}{row}: {fault.problem}.")
    print(f"The journal verifies: {JournalSeal.objects.count()} seals, head {journal.head() or '(empty)'}.")
    return 0
