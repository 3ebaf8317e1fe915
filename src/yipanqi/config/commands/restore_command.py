"""`yipanqi restore FOLDER`: put a backup into an empty installation, and prove that everything is there."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
from pathlib import Path

import django

from yipanqi.config.failure import CommandFailed


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="a backup, or the folder of backups (then the newest in it)")
    parser.add_argument("--force", action="store_true", help="also where there is something already; stop server and worker first")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="open the keys in the backup with the passphrase in this file")
    parser.add_argument("--check", action="store_true", help="write nothing: compare the installation with the backup")


def run(args: argparse.Namespace) -> int:
    data = Path(os.environ.get("YIPANQI_DATA") or "var").resolve()
    had_keys = _keys(args, data)  # before the settings are read, which make new keys where there are none
    django.setup()
    from yipanqi.config.backups import manifest, restoring  # needs settings

    now, folder = dt.datetime.now(dt.UTC), restoring.chosen(args.folder.resolve())
    told = manifest.read(folder)
    restoring.check_source(folder, told)
    if not args.check:
        restoring.check_target(args.force)
        for words in restoring.restore(folder, told, now):
            print(words)
    found = restoring.differences(folder, told, now)
    if found:
        raise CommandFailed("\n".join([f"The installation differs from {folder}:", *(f"- {words}" for words in found[:50])]))
    print(f"{'The same as' if args.check else 'Restored'} {folder}, made {told.made_at}: {len(told.tables)} tables with {told.rows} rows, {told.files} files and the journal's head {told.journal_head or '(empty)'} are all equal, and the journal verifies.")
    return _afterwards(args, had_keys, told.missing)


def _afterwards(args: argparse.Namespace, had_keys: bool, missing: list[str]) -> int:
    """What is still to be done; the exit status."""
    from yipanqi.config.soundness import keys_open  # needs settings

    for words in keys_open():
        print(f"ATTENTION: {words}", file=sys.stderr)
    if missing:
        print(f"ATTENTION: {len(missing)} files were missing already when the backup was made, for example {missing[0]}.", file=sys.stderr)
    if not had_keys:
        print("ATTENTION: this data directory had no field.key, and the backup gave none: put the old one there before anybody works, then run `yipanqi doctor`.", file=sys.stderr)
    elif not args.check:
        print("Next: `yipanqi setup` brings the database up to the version installed here, `yipanqi doctor` looks at the rest; then start server and worker.")
    return 0 if had_keys else 1


def _keys(args: argparse.Namespace, data: Path) -> bool:
    """Put the backup's keys in place, if asked; whether the installation has a field key of its own now."""
    from yipanqi.config.backups import keys  # reads no settings

    if args.passphrase_file and not args.check:
        from yipanqi.config.backups.manifest import FILE, finished

        folder = args.folder.resolve()
        folder = folder if (folder / FILE).exists() else (finished(folder) or [folder])[-1]
        keys.place(data, keys.opened(folder, keys.passphrase(args.passphrase_file)))
    return "field.key" in keys.current(data)
