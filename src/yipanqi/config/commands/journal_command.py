"""`yipanqi journal verify`: prove that no sealed row was changed, removed or inserted, and no seal taken away."""

from __future__ import annotations

import argparse
import datetime as dt

import django

from yipanqi.config.failure import CommandFailed
from yipanqi.config.progress import Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["verify", "head"], help="verify: prove every row; head: the newest chain value")
    parser.add_argument("--head", default="", metavar="CHAIN", help="verify: also that the seal of this printed chain value is still there")


def run(args: argparse.Namespace) -> int:
    django.setup()
    from yipanqi.kernel import journal, journal_head  # noqa: PLC0415  needs configured apps
    from yipanqi.kernel.models import JournalSeal  # noqa: PLC0415

    if args.what == "head":
        print(journal.head())
        return 0
    with Progress("journal verify: seals", JournalSeal.objects.count()) as bar:
        fault = journal.verify(bar.to, now=dt.datetime.now(dt.UTC), head=args.head.strip().lower())
    if fault:
        row = f", row {fault.entry}" if fault.entry else ""
        raise CommandFailed(f"The journal does not verify: seal {fault.seal}{row}: {fault.problem}.")
    if journal_head.last() is None and journal.head():
        print("Note: there is no journal.head in the data directory of this machine to compare with; pass --head with a printed one.")
    print(f"The journal verifies: {JournalSeal.objects.count()} seals, head {journal.head() or '(empty)'}.")
    return 0
