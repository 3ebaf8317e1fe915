"""What is kept about residents and why, read from the models' own declarations so that the page cannot lag behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.cases.models import Report
from yipanqi.files.models import Photo

#: The models that hold what residents send, with the fields that residents themselves fill.
SOURCES: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Report, ("text", "contact_name", "contact_phone")),
    (Photo, ("original", "taken_at", "lon", "uploader_key")),
)


@dataclass(frozen=True)
class Kept:
    """One thing that is kept: what it is, what for, until when."""

    what: str
    purpose: str
    retention: str


def kept_of_residents() -> list[Kept]:
    """One line for each personal field of what residents send."""
    lines = []
    for model, names in SOURCES:
        for name in names:
            declared = model.personal[name]
            title = _("拍摄位置") if name == "lon" else str(model._meta.get_field(name).verbose_name)
            lines.append(Kept(title, _(str(declared.purpose)), _(str(declared.retention))))
    return lines
