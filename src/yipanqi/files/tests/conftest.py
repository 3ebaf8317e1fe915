"""Each test has its own empty file store and cache, and a thing called ``test.box`` to attach files to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache

from yipanqi.files.catalogue import SUBJECTS
from yipanqi.kernel.actors import Actor

#: Who sees which box, as ``actor_key:ref``.
SEEN: set[str] = set()


def _sees_box(actor: Actor, ref: str) -> bool:
    return f"{actor.actor_key}:{ref}" in SEEN


SUBJECTS.add("test.box", _sees_box)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: object) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    cache.clear()
    SEEN.clear()
    yield tmp_path
    cache.clear()
