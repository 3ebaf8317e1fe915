"""Files between upload and import: each belongs to the person who sent it, and is gone after a day."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.personal import keyed_hash

KEEP_S = 24 * 3600
SUFFIXES = ("xlsx", "csv")
NOTE = ".note"


class Expired(Refused):
    """No such file of this person, or not any more."""

    message = _("上传的文件已过期，请重新上传。")


def hold(owner: Actor, name: str) -> Path:
    """Where a newly sent file of `owner` goes; its name is the token by which `held` finds it again. Drops old files."""
    drop_old()
    folder = _folder(owner)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{uuid4()}.{'csv' if Path(name).suffix.lower() == '.csv' else 'xlsx'}"


def held(owner: Actor, token: str) -> Path:
    """The file that `owner` sent earlier. Raises Expired where there is none of that token, also if another has one."""
    path = _place(owner, token)
    if not path.is_file():
        raise Expired
    return path


def note(path: Path, **facts: Any) -> None:
    """Write down beside a held file what is to be known of it, also once it is gone; adds to what was noted before."""
    known = json.dumps(noted(path) | facts, ensure_ascii=False)
    new = path.with_suffix(".new")
    new.write_text(known, "utf-8")
    new.replace(path.with_suffix(NOTE))


def noted(path: Path) -> dict[str, Any]:
    """What was noted of a file; nothing where nothing was."""
    beside = path.with_suffix(NOTE)
    return dict(json.loads(beside.read_text("utf-8"))) if beside.is_file() else {}


def noted_of(owner: Actor, token: str) -> dict[str, Any]:
    """What was noted of a file of `owner`, whether it is still there or not. Raises Expired for what is no token."""
    return noted(_place(owner, token))


def _place(owner: Actor, token: str) -> Path:
    stem, _dot, suffix = token.partition(".")
    if suffix not in SUFFIXES:
        raise Expired
    try:
        return _folder(owner) / f"{UUID(stem)}.{suffix}"
    except ValueError as error:
        raise Expired from error


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "sheets"


def _folder(owner: Actor) -> Path:
    return _root() / keyed_hash(f"sheets|{owner.actor_key}")


def drop_old() -> None:
    """Drop what was sent a day ago or earlier. Called with every new file, and daily, should none be sent any more."""
    for path in _root().glob("*/*"):
        with suppress(FileNotFoundError):  # another was faster
            if time.time() - path.stat().st_mtime > KEEP_S:
                path.unlink()
