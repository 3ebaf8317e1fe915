"""Putting a backup back, and proving that what is there now is what was there then."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from yipanqi.config.backups import files, manifest
from yipanqi.config.backups.engines import engine
from yipanqi.config.backups.manifest import Manifest, finished
from yipanqi.config.failure import CommandFailed
from yipanqi.config.newer import unknown_steps
from yipanqi.config.progress import Progress


def chosen(source: Path) -> Path:
    """The backup meant: the folder itself, or the newest in it."""
    if (source / manifest.FILE).exists():
        return source
    inside = finished(source)
    if not inside:
        raise CommandFailed(f"There is no finished backup in {source}: name the folder that `yipanqi backup` wrote to, or one in it.")
    return inside[-1]


def check_source(folder: Path, told: Manifest) -> None:
    """Raises CommandFailed where the backup itself is damaged, belongs to the other database or comes from a newer version."""
    if told.database != engine().name:
        raise CommandFailed(f"This is a backup of {told.database}, the settings name {engine().name}: set or unset DATABASE_URL to match.")
    if unknown := unknown_steps((app, name) for app, name in told.steps):
        raise CommandFailed(f"{folder} was written by a newer version of Yipanqi ({told.version}, with {unknown[-1]}): nothing was restored. Install that version first.")
    for name, wanted in ((engine().dump, told.dump_sha256), (manifest.SUMS, told.sums_sha256)):
        if not (folder / name).is_file() or (folder / name).is_symlink() or files.sum_of(folder / name) != wanted:
            raise CommandFailed(f"{folder / name} is missing or damaged: nothing was restored. Take another backup.")
    for path in files.sums(folder):
        if not _is_inside(folder / files.FOLDER, path):
            raise CommandFailed(f"{folder} names a file that is no file of a backup ({path[:80]!r}): nothing was restored. Take a backup that nobody has changed.")


def _is_inside(folder: Path, path: str) -> bool:
    """Whether a path below a folder stays there: it neither leads up or elsewhere, nor through a link."""
    parts = path.split("/")
    if "\\" in path or any(part in ("", ".", "..") for part in parts):
        return False
    return not any(folder.joinpath(*parts[:n]).is_symlink() for n in range(len(parts) + 1))


def check_target(force: bool) -> None:
    """Raises CommandFailed where something would be overwritten."""
    media = Path(settings.MEDIA_ROOT)
    held = [what for what, there in (("the database", not engine().is_empty()), (str(media), media.exists() and any(media.rglob("*.*")))) if there]
    if held and not force:
        raise CommandFailed(f"There is something in {' and '.join(held)} already: restore into an empty place, or say --force once server and worker are stopped.")


def restore(folder: Path, told: Manifest, now: dt.datetime) -> Iterator[str]:
    """Load everything; yields what had to be moved out of the way. Files come first: the database names them."""
    target, media = engine(), Path(settings.MEDIA_ROOT)
    with Progress("restore: files", told.files) as bar:
        for path, wanted in bar.over(files.sums(folder).items()):
            _put(folder / files.FOLDER / path, media / path, wanted)
    with Progress("restore: database"):
        said = target.put(folder, now)
    if said:
        yield said
    head = Path(settings.JOURNAL_HEAD) if settings.JOURNAL_HEAD else None
    if head and head.exists():
        kept = head.with_name(f"{head.name}.before-{now:%Y%m%d-%H%M%S}")
        head.replace(kept)
        yield f"The journal.head that was here is kept as {kept}."
    if head and (folder / "journal.head").exists():
        shutil.copyfile(folder / "journal.head", head)
        head.chmod(0o600)


def _put(source: Path, target: Path, wanted: str) -> None:
    if target.exists() and files.sum_of(target) == wanted:
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = target.with_name(f"{target.name}.part")
    try:
        total = files.copied(source, half)
    except FileNotFoundError as error:
        raise CommandFailed(f"The backup lacks {source}: nothing was put into the database. Take another backup.") from error
    if total != wanted:
        half.unlink()
        raise CommandFailed(f"{source} is damaged: nothing was put into the database. Take another backup.")
    half.chmod(0o600)
    half.replace(target)


def differences(folder: Path, told: Manifest, now: dt.datetime) -> list[str]:
    """Everything in which the installation differs from the backup, as sentences."""
    from yipanqi.kernel import journal  # noqa: PLC0415  needs configured apps

    found = []
    with Progress("verify: tables", len(told.tables)) as bar, engine().reading() as reading:
        there = reading.tables(bar.to)
    for name in sorted(told.tables.keys() | there.keys()):
        then, now_ = told.tables.get(name), there.get(name)
        if then != now_:
            found.append(f"table {name}: {then.rows if then else 'no'} rows then, {now_.rows if now_ else 'no'} now" + ("" if then is None or now_ is None or then.rows != now_.rows else ", with other content"))
    media = Path(settings.MEDIA_ROOT)
    with Progress("verify: files", told.files) as bar:
        for path, wanted in bar.over(files.sums(folder).items()):
            if not (media / path).is_file() or files.sum_of(media / path) != wanted:
                found.append(f"file {path} is missing or differs")
    if journal.head() != told.journal_head:
        found.append(f"the journal's head is {journal.head() or '(empty)'}, it was {told.journal_head or '(empty)'}")
    if fault := journal.verify(now=now):
        found.append(f"the journal does not verify: seal {fault.seal}: {fault.problem}")
    return found
