"""What is suggested for a case, why, and how far it may be believed; and what there is to learn from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.kernel.policy import policy_value
from yipanqi.kernel.stamps import cached
from yipanqi.people.models import Unit
from yipanqi.places.models import Area
from yipanqi.places.selectors import BOARD
from yipanqi.standards import selectors as standards
from yipanqi.standards.models import IssueClass
from yipanqi.suggestions import custom, grams
from yipanqi.suggestions.bayes import ClassModel, Heat, Seed
from yipanqi.suggestions.calibration import FIRST_DAY
from yipanqi.suggestions.catalogue import LEAST, PRESELECT, SHOWN
from yipanqi.suggestions.curves import MOST, Curve, honest, kept
from yipanqi.suggestions.custom import Handed, Where
from yipanqi.suggestions.models import Learnt
from yipanqi.suggestions.training import Lesson

TOPIC = "suggestions"
#: The newest decisions are learnt from; older ones may follow other rules, and a night's work stays short.
LEARNT_FROM = 20_000
TO_ACCEPT = (State.REPORTED,)
TO_HAND_OVER = (State.FILED, State.DISPUTED)
WORDS = Path(__file__).resolve().parent.parent / "data" / "class_words.yaml"


@dataclass(frozen=True)
class ClassSuggestion:
    """A class, how sure the model is of it, and the words of the case that speak for it."""

    issue_class: IssueClass
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class UnitSuggestion:
    """A unit, its share of what the desk decided before, and how many of how many cases like this it had."""

    unit: Unit
    confidence: float
    had: int
    of: int


def newest() -> Learnt | None:
    """The training in force, if there was any."""
    return Learnt.objects.order_by("-pk").first()


def in_force() -> Learnt | None:
    """The same from memory. Callers must not change it."""
    return cached(TOPIC, "in force", newest)


def tried(part: dict[str, Any]) -> bool:
    """Whether what was learnt (`Learnt.classes` or `Learnt.units`) was measured on cases it had not seen."""
    return bool(part.get("tested"))


def suggested_classes(case: Case) -> list[ClassSuggestion]:
    """The likeliest classes of a case that waits to be accepted, at most three; none where the office switched this off."""
    if case.state not in TO_ACCEPT or not policy_value(SHOWN.key):
        return []
    model, (heat, curve) = _class_model(), _tuned()
    text = f"{case.title}\n{case.description}"
    found = grams.grams(text)
    rows = {row.key: row for row in _active()}
    return [
        ClassSuggestion(rows[key], share, tuple(grams.words(text, model.telling(found, key, heat))))
        for key, share in honest(model.confidences(found, heat)[:MOST], curve)
        if _enough(share)
    ]


def preselected(found: list[ClassSuggestion]) -> IssueClass | None:
    """The class that the office's setting lets a form begin with; None where none is sure enough, or nothing was tried."""
    learnt, asked = in_force(), policy_value(PRESELECT.key)
    if not asked or not found or learnt is None or not tried(learnt.classes) or found[0].confidence * 100 < asked:
        return None
    return found[0].issue_class


def suggested_units(case: Case, today: dt.date, under: IssueClass | None = None) -> list[UnitSuggestion]:
    """The units to which the desk gave such cases before, at most three; of a case that waits to be accepted, if it were
    taken on `under` that class. Whose duty it is says `cases.answering`."""
    learnt, found = in_force(), under or case.issue_class
    key, states = found.key if found else "", TO_ACCEPT if under else TO_HAND_OVER
    if learnt is None or not key or case.state not in states or not policy_value(SHOWN.key):
        return []
    counts = learnt.weights.get("units", {})
    where = Where(key, _street(case.area.path if case.area else ""), case.place.category.key if case.place else "")
    manner = custom.Manner(learnt.units["caution"], learnt.units["heat"])
    told = honest(custom.shares(counts, where, manner)[: 2 * MOST], kept(learnt.units.get("curve")))
    best = [(code, share) for code, share in told if _enough(share)]
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[code for code, _share in best])}
    alive = [(units[code], share) for code, share in best if code in units and units[code].exists_on(today)][:MOST]
    return [UnitSuggestion(unit, share, *custom.experience(counts, where, unit.code)) for unit, share in alive]


def lesson() -> Lesson:
    """All that there is to learn from: the newest decisions, with classes and units as they stand after corrections."""
    accepted = Case.objects.filter(accepted_at__isnull=False, issue_class__isnull=False).order_by("-accepted_at", "-id")
    texts = list(accepted.values_list("title", "description", "issue_class__key", "pk")[:LEARNT_FROM])[::-1]
    documents = [(grams.grams(f"{title}\n{description}"), key) for title, description, key, _pk in texts]
    dispatched = Case.objects.filter(dispatched_at__isnull=False, unit__isnull=False, issue_class__isnull=False).order_by("-dispatched_at", "-id")
    rows = list(dispatched.values_list("issue_class__key", "area__path", "place__category__key", "unit__code", "pk")[:LEARNT_FROM])[::-1]
    handed = [Handed(Where(key, _street(path or ""), category or ""), unit) for key, path, category, unit, _pk in rows]
    return Lesson(documents, handed, seeds(), [row[-1] for row in texts], [row[-1] for row in rows])


def seeds() -> dict[str, Seed]:
    """How each class in use is called."""
    words = _words()
    return {row.key: Seed(_named(row, words.get(f"{row.kind}.{row.code}", "")), row.name) for row in _active()}


def _named(row: IssueClass, words: str) -> frozenset[str]:
    return grams.grams(row.component or row.name).union(*(grams.grams(word) for word in words.split()))


@cache
def _words() -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load(WORDS.read_bytes())
    return found


def _active() -> list[IssueClass]:
    return [row for row in standards.all_classes() if row.active]


def _class_model() -> ClassModel:
    """Built anew where the classes or what was learnt changed; a process holds one."""
    held: dict[int, ClassModel] = cached(standards.TOPIC, "class model", dict)
    learnt = in_force()
    version = learnt.pk if learnt else 0
    if version not in held:
        held.clear()
        held[version] = ClassModel(seeds(), learnt.weights.get("classes") if learnt else None)
    return held[version]


def _tuned() -> tuple[Heat, Curve]:
    learnt = in_force()
    return (Heat(learnt.classes["names"], learnt.classes["heat_cases"]), kept(learnt.classes.get("curve"))) if learnt else (Heat(), FIRST_DAY)


def _enough(share: float) -> bool:
    return bool(share * 100 >= policy_value(LEAST.key))


def _street(path: str) -> str:
    """The street of a path of areas; the first area of it where none is one."""
    streets: frozenset[str] = cached(BOARD, "codes of streets", _streets)
    codes = [code for code in path.split("/") if code]
    return next((code for code in codes if code in streets), codes[0] if codes else "")


def _streets() -> frozenset[str]:
    return frozenset(Area.objects.filter(level=Area.Level.STREET).values_list("code", flat=True))


def history(most: int = 30) -> list[Learnt]:
    """The last trainings with their numbers, newest first."""
    return list(Learnt.objects.defer("weights").order_by("-pk")[:most])


def visible_case(user: Any, number: str) -> Case | None:
    """The case of a number, if `user` may see it, with what suggestions are made from."""
    return cases.visible_to(user, few=True).select_related("area", "place__category", "issue_class").filter(number=number).first()
