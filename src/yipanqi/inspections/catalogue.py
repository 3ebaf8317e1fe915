"""What visits add to other apps' catalogues, and the office's settings about looking."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from yipanqi.files.catalogue import SUBJECTS
from yipanqi.inspections.selectors import visits_visible_to
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.policy import policy

VISIT_PHOTOS = "inspections.visit"

FAILING_LETTERS = policy(
    "inspections.failing_letters",
    "BCD",
    _("哪些等级要立案"),
    "text",
    _("检查项得到这些等级时自动立案或确认已有案件；D 即 C#。可填 BCD、CD 或 D。"),
)


def may_see_visit(actor: Actor, reference: str) -> bool:
    """Whoever sees a visit sees its photos."""
    try:
        uuid = UUID(reference)
    except ValueError:
        return False
    return visits_visible_to(actor).filter(uuid=uuid).exists()


SUBJECTS.add(VISIT_PHOTOS, may_see_visit)
