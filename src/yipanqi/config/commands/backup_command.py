"""`yipanqi backup FOLDER`: the database as of one moment and every file it names, while everybody goes on writing."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

import django


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where backups are kept; each gets a folder of its own in it, named by the moment in UTC")
    parser.add_argument("--keep", type=_count, metavar="N", help="afterwards drop the oldest finished backups beyond N")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="also put the keys in, sealed under the passphrase in this file")
    parser.add_argument("--full", action="store_true", help="copy every file anew instead of sharing unchanged ones with the backup before")


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("keep at least 1")
    return count


def run(args: argparse.Namespace) -> int:
    django.setup()
    from yipanqi.config.backups import keys, taking  # needs settings

    words = keys.passphrase(args.passphrase_file) if args.passphrase_file else ""
    path, made = taking.take(args.folder.resolve(), dt.datetime.now(dt.UTC), words, args.full)
    print(f"Backup finished: {path} ({len(made.tables)} tables, {made.rows} rows, {made.files} files, {made.file_bytes / 1e6:.1f} MB of files, journal head {made.journal_head or '(empty)'}).")
    if not words:
        print(
            "ATTENTION: the keys are not in it. Keep field.key and secret.key of the data directory (or YIPANQI_FIELD_KEYS and YIPANQI_SECRET_KEY) "
            "in another safe place: without field.key the names and telephones in this backup can never be read again. "
            "Or let --passphrase-file put them in, sealed."
        )
    if args.keep:
        taking.rotate(args.folder.resolve(), args.keep, lambda old: print(f"Dropped the old backup {old}."))
    if made.missing:
        print(f"ATTENTION: the database names {len(made.missing)} files that are not on the disk, for example {made.missing[0]}: look for them in older backups.", file=sys.stderr)
        return 1
    return 0
