"""What cases add to lists of other apps."""

from __future__ import annotations

from typing import Any

from yipanqi.cases import selectors
from yipanqi.files.catalogue import SUBJECTS


def sees_case(actor: Any, number: str) -> bool:
    """Whoever sees a case sees its photos."""
    return selectors.visible_to(actor).filter(number=number).exists()


SUBJECTS.add(selectors.SUBJECT, sees_case)
