"""How a command ends that cannot do its work: with one sentence, whatever stood in its way."""

from __future__ import annotations

import errno
import os


class CommandFailed(Exception):
    """A failure with one clear sentence."""


#: What a mishap of the operating system means, and what to do.
MISHAPS = {
    errno.ENOSPC: "The disk is full: make room under {path} and try again; nothing was half-written.",
    errno.EDQUOT: "The disk quota is used up: make room under {path} and try again; nothing was half-written.",
    errno.EACCES: "{path} may not be read or written by this user: give it the right to, or choose another place.",
    errno.EPERM: "{path} may not be read or written by this user: give it the right to, or choose another place.",
    errno.EROFS: "{path} lies on a read-only disk: mount it writable, or choose another place.",
    errno.ENOENT: "There is no {path}: check the name.",
    errno.EISDIR: "{path} is a folder: name a file in it.",
    errno.ENOTDIR: "{path} lies below something that is no folder: check the name.",
    errno.EADDRINUSE: "The port is in use by another program: choose another with --port.",
}


def database_trouble(error: Exception) -> str:
    """What an error of the database means, and what to do, in one sentence."""
    words = " ".join(str(error).split())
    low = words.lower()
    if "or later is required" in low:
        return f"The database is too old for this version of Yipanqi: upgrade it ({words})."
    if "no such table" in low or "does not exist" in low and "relation" in low or "no such column" in low:
        return "The database is not set up or not up to date: run `yipanqi setup` first."
    if "disk is full" in low or "no space left" in low or "disk full" in low:
        return "The disk of the database is full: make room and try again; nothing was half-written."
    if "readonly" in low or "read-only" in low:
        return f"The database cannot be written: give this user the right to write the data directory ({words})."
    if "unable to open" in low:
        return f"The database file cannot be opened: check that the data directory exists and may be written ({words})."
    if "locked" in low:
        return "The database is busy: another process holds it; try again in a moment."
    if "authentication failed" in low or "no password supplied" in low or "role" in low and "does not exist" in low:
        return f"The database refuses our name or password: check DATABASE_URL ({words})."
    if "malformed" in low or "not a database" in low:
        return f"The database file is damaged: stop the server and restore a backup ({words})."
    return f"The database does not answer: start it or check DATABASE_URL, then try again ({words})."


def sentence(error: OSError) -> str:
    """What an error of the operating system means, and what to do, in one sentence."""
    path = error.filename or "the data directory"
    pattern = MISHAPS.get(error.errno or 0, "{path}: {words}.")
    return pattern.format(
        path=os.fspath(path) if isinstance(path, str | os.PathLike) else path, words=error.strerror or str(error)
    )
