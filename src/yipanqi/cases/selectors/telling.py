"""What the public is told of a case's thread."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.cases.states import CASE

#: Where the office's own word for a move would tell residents little.
_PLAINLY = {"verify_fail": gettext_lazy("核查未通过，继续整改"), "withdraw": gettext_lazy("重新确定办理单位")}


def public_title(verb: str) -> str:
    """A move in words for residents: what happened, without notes and names."""
    return str(_PLAINLY.get(verb) or (CASE.moves[verb].title if verb in CASE.moves else _("登记")))
