"""The keys that open what the database holds encrypted. A backup has them only sealed under a passphrase, else not at all."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yipanqi.config.failure import CommandFailed

SEALED, SHORTEST = "keys.sealed", 12
#: Where each key is found: the variable that holds it, or the file in the data directory.
KEYS = {"secret.key": "YIPANQI_SECRET_KEY", "field.key": "YIPANQI_FIELD_KEYS"}


def passphrase(file: Path) -> str:
    """What stands in the file. Raises CommandFailed where it is too short to protect anything."""
    words = file.read_text().strip()
    if len(words) < SHORTEST:
        raise CommandFailed(f"The passphrase in {file} has fewer than {SHORTEST} characters: choose a longer one.")
    return words


def current(data: Path) -> dict[str, str]:
    """The keys in force, by file name; the environment goes before the data directory."""
    found = {}
    for name, variable in KEYS.items():
        if value := os.environ.get(variable) or ((data / name).read_text().strip() if (data / name).exists() else ""):
            found[name] = value
    return found


def seal(folder: Path, keys: dict[str, str], words: str) -> None:
    """Put the keys into a backup, readable only with the passphrase (scrypt, AES-256-GCM)."""
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_stretched(words, salt)).encrypt(nonce, json.dumps(keys).encode(), b"yipanqi keys")
    text = json.dumps({name: base64.b64encode(raw).decode() for name, raw in (("salt", salt), ("nonce", nonce), ("sealed", sealed))})
    with os.fdopen(os.open(folder / SEALED, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def opened(folder: Path, words: str) -> dict[str, str]:
    """The keys in a backup. Raises CommandFailed where there are none or the passphrase is another."""
    if not (folder / SEALED).exists():
        raise CommandFailed(f"{folder} holds no keys: it was made without --passphrase-file. Leave the option out and put the keys in place by hand.")
    raw = {name: base64.b64decode(text) for name, text in json.loads((folder / SEALED).read_text()).items()}
    try:
        text = AESGCM(_stretched(words, raw["salt"])).decrypt(raw["nonce"], raw["sealed"], b"yipanqi keys")
    except InvalidTag as error:
        raise CommandFailed("The passphrase does not open the keys of this backup: nothing was restored.") from error
    return dict(json.loads(text))


def place(data: Path, keys: dict[str, str]) -> list[str]:
    """Write the keys into the data directory where neither it nor the environment has one. Raises CommandFailed where there
    is another: encrypted fields would be lost under it."""
    written = []
    for name, value in keys.items():
        path, held = data / name, current(data).get(name)
        if held is not None and held != value:
            raise CommandFailed(f"{path} (or {KEYS[name]}) is another key than the backup's: move it away, then restore again.")
        if held is None:
            data.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(value)
            written.append(name)
    return written


def _stretched(words: str, salt: bytes) -> bytes:
    return hashlib.scrypt(words.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=64 * 2**20, dklen=32)
