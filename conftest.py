"""What every test starts from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import translation

from yipanqi.kernel.stamps import forget


@pytest.fixture(autouse=True)
def _clean_process(settings: object, tmp_path: object) -> Iterator[None]:
    """No test sees another's caches, files or language."""
    translation.deactivate()
    forget()
    cache.clear()
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined,operator]
    settings.COUNTERS_ROOT = tmp_path.with_name(f"{tmp_path.name}-counters")  # type: ignore[attr-defined]
    yield
    forget()
