"""What the public is told of a case's thread."""

from __future__ import annotations

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from yipanqi.cases.states import CASE

#: Where the office's own word for a move would tell residents little.
_PLAINLY = {"verify_fail": gettext_lazy("核查未通过，继续整改"), "withdraw": gettext_lazy("重新确定办理单位"),
    "unaccept": gettext_lazy("重新核对"), "split_off": gettext_lazy("与另一件分开办理"),
}


def public_title(verb: str) -> str:
    """A move in words for residents: what happened, without notes and names."""
    return str(_PLAINLY.get(verb) or (CASE.moves[verb].title if verb in CASE.moves else _("登记")))


def short_count(count: int) -> str:
    """A number that fits into a circle: 1.2万 in Chinese, 12k in English."""
    if count < 10_000:
        return str(count)
    if (get_language() or "").startswith("en"):
        return f"{count / 1000:.0f}k"
    return f"{count / 10_000:.1f}".removesuffix(".0") + "万"
