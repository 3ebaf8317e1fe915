"""What the phone shows of one check item: its state, its count with the letter it earns, what a tap does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.catalogue import SPOT_PHOTO_SEVERITY
from yipanqi.inspections.judging import counts_bad, failing, judge, passing
from yipanqi.inspections.models import Finding
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.policy import policy_value
from yipanqi.standards.models import CheckItem

TONES = {"A": "done", "B": "soon", "C": "soon", "D": "late", "NA": "wait"}
LABELS = {letter.value: letter.label for letter in Finding.Letter}
METHODS = {
    "observe": _("看现场"), "document": _("查资料"), "ask": _("问群众"), "simulated_call": _("打电话"), "simulated_visit": _("体验办事"),
}  # fmt: skip
SEVERITY = {1: _("一般"), 2: _("较重"), 3: _("严重，请拍照"), 4: _("紧急，请拍照并立即电话告知值班台")}
PERCENT = 5


@dataclass(frozen=True)
class Card:
    """One item on the phone. `observed` is what a tap on the letter would record; `editing` opens a judged item again;
    `chosen` says that the inspector gave the observation, and not the page its own."""

    item: CheckItem
    visit: UUID
    finding: Finding | None
    observed: dict[str, Any]
    letter: str
    photo_needed: bool
    editing: bool = False
    error: str = ""
    chosen: bool = False

    @property
    def judged(self) -> bool:
        return self.finding is not None and not self.editing

    @property
    def label(self) -> Any:
        return LABELS[self.letter]

    @property
    def tone(self) -> str:
        return TONES[self.letter]

    @property
    def passes(self) -> bool:
        return self.letter == "A"

    @property
    def count(self) -> int | float:
        return self.observed.get("count", 0)

    @property
    def fewer(self) -> int | float:
        return max(0, self.count - self._step)

    @property
    def more(self) -> int | float:
        return min(100, self.count + self._step) if self.item.measure == "ratio" else self.count + self._step

    @property
    def counted(self) -> Any:
        """What is counted, in a word."""
        if self.item.measure == "ratio":
            return "%"
        if counts_bad(self.item):
            return _("处不合格")
        return _("人合格") if self.item.measure == "sample_pass" else _("处")

    @property
    def method(self) -> Any:
        return METHODS.get(self.item.method, METHODS["observe"])

    @property
    def hint(self) -> Any:
        """How severe a failure of this item is, in words."""
        return SEVERITY[self.item.issue_class.severity if self.item.issue_class else 1]

    @property
    def failing(self) -> dict[str, Any]:
        """What 不合格 stands for: the count as it stands if it fails, else the mildest failure."""
        return failing(self.item) if self.letter in ("A", "NA") else self.observed

    @property
    def passing(self) -> dict[str, Any]:
        """What 改判为合格 stands for: the observation that earns an A."""
        return passing(self.item)

    @property
    def _step(self) -> int:
        return PERCENT if self.item.measure == "ratio" else 1


def spot_severity() -> int:
    """From which severity on a failure and its 立整立改 ask for a photo; read once per page."""
    return int(policy_value(SPOT_PHOTO_SEVERITY.key))


def card(
    item: CheckItem, visit: UUID, finding: Finding | None, observed: dict[str, Any] | None = None, *,
    photo_from: int, editing: bool = False, error: str = "",
) -> Card:  # fmt: skip
    """A card; `observed` overrides what was recorded or what passes. An observation that does not fit is said, not shown."""
    seen = observed or (finding.observed if finding else passing(item))
    if editing and seen.get("na"):
        seen = passing(item)
    try:
        judged = judge(item, seen)
    except Refused as refusal:
        judged, error = judge(item, passing(item)), str(refusal)
    severity = item.issue_class.severity if item.issue_class else 1
    return Card(item, visit, finding, judged.observed, judged.letter, severity >= photo_from, editing, error, chosen=observed is not None or finding is not None)


def groups(cards: Iterable[Card]) -> list[tuple[Any, list[Card]]]:
    """Cards by how one looks: on site, papers, people, phone; in this order."""
    found: dict[str, list[Card]] = {method: [] for method in METHODS}
    for one in cards:
        found[one.item.method if one.item.method in METHODS else "observe"].append(one)
    return [(METHODS[method], cards) for method, cards in found.items() if cards]


def observed_in(item: CheckItem, sent: QueryDict) -> dict[str, Any]:
    """The observation in a form: na=1, passed=yes|no, count=…, grade=…."""
    if sent.get("na"):
        return {"na": True}
    if item.kind == CheckItem.Kind.BOOLEAN:
        return {"passed": {"yes": True, "no": False}.get(sent.get("passed", ""))}
    if item.kind == CheckItem.Kind.GRADE:
        return {"grade": sent.get("grade", "")}
    return {"count": sent.get("count", "").strip()}


def fields_of(observed: dict[str, Any]) -> list[tuple[str, str]]:
    """The hidden fields that send an observation, as `observed_in` reads them."""
    names = {"na": "1", "passed": "yes" if observed.get("passed") else "no"}
    return [(name, names.get(name, str(value))) for name, value in observed.items()]
