"""Personal data: declared with purpose and retention, encrypted at rest, found only by keyed hash."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models


@dataclass(frozen=True)
class Personal:
    """Why a field about a person is kept, and until when (both in words, shown in the privacy register)."""

    purpose: str
    retention: str


def _key(index: int = 0) -> bytes:
    return hashlib.sha256(settings.FIELD_KEYS[index].encode()).digest()


def encrypt(text: str) -> str:
    """AES-256-GCM under the newest key; the result is ASCII and begins with the key's fingerprint."""
    nonce, key = os.urandom(12), _key()
    sealed = AESGCM(key).encrypt(nonce, text.encode(), None)
    return f"{hashlib.sha256(key).hexdigest()[:8]}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(stored: str) -> str:
    """The text behind `encrypt`, under whichever configured key made it. Raises ValueError if none did."""
    mark, _, body = stored.partition(":")
    for index in range(len(settings.FIELD_KEYS)):
        key = _key(index)
        if hashlib.sha256(key).hexdigest()[:8] == mark:
            raw = base64.urlsafe_b64decode(body)
            return AESGCM(key).decrypt(raw[:12], raw[12:], None).decode()
    raise ValueError("no configured key opens this field")


def keyed_hash(text: str) -> str:
    """A hash that lets equal values be found without being readable (HMAC-SHA256 under the oldest key)."""
    return hmac.new(_key(len(settings.FIELD_KEYS) - 1), text.encode(), "sha256").hexdigest()


def mask(text: str) -> str:
    """Show the first three and last four characters of a phone or document number (of shorter texts the first), stars for the rest."""
    if len(text) < 8:
        return text[:1] + "*" * (len(text) - 1)
    return text[:3] + "*" * max(len(text) - 7, 1) + text[-4:]


class EncryptedTextField(models.TextField):
    """A text column that holds ciphertext; Python sees the plain text."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return encrypt(value) if value else ""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypt(value) if value else ""
