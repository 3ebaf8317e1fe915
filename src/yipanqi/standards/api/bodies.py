"""The standard for programs: shapes of what is written. They allow for every field of a screen."""

from __future__ import annotations

from typing import Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from yipanqi.standards.api.schemas import ClocksOut, Text, Thresholds
from yipanqi.standards.models import CheckItem, Indicator, IssueClass


class Body(Schema):
    """What is written: unknown names are an error, names that are left out stay as they are."""

    model_config = ConfigDict(extra="forbid")


class EditionFacts(Body):
    """An edition's own facts."""

    name: Text = ""
    issuer: Text = ""
    period: Text = ""
    part_weights: dict[str, float] = {}
    thresholds: dict[str, Thresholds] = {}
    letter_values: dict[Literal["A", "B", "C", "D"], float] = {}


class EditionIn(EditionFacts):
    """A new edition without content; to start from another one copy it."""

    code: Text
    name: Text


class MoveIn(Body):
    """What a move of an edition needs: code and name of the copy, nothing for the others."""

    code: Text = ""
    name: Text = ""


class IndicatorFacts(Body):
    """An indicator's facts; `parent` is a code of the same edition."""

    code: Text = ""
    name: Text = ""
    parent: Text | None = None
    weight: float = 1
    method: Indicator.Method = Indicator.Method.FIELD


class IndicatorIn(IndicatorFacts):
    """A new indicator."""

    code: Text
    name: Text


class ItemFacts(Body):
    """A check item's facts; category and issue_class are keys, indicators codes of the same edition."""

    code: Text = ""
    category: Text = ""
    text: Text = ""
    text_en: Text = ""
    kind: CheckItem.Kind = CheckItem.Kind.BOOLEAN
    measure: CheckItem.Measure | Literal[""] = ""
    target: float | None = None
    sample: int | None = None
    thresholds: Thresholds = {}
    weight: float = 1
    timing: Text = ""
    exemption: Text = ""
    method: CheckItem.Method | Literal[""] = ""
    note: Text = ""
    critical: bool = False
    minors: bool = False
    issue_class: Text | None = None
    indicators: list[Text] = Field([], max_length=100)
    order: int = 0


class ItemIn(ItemFacts):
    """A new check item of an edition (`current` stands for the one in force)."""

    edition: Text
    code: Text
    category: Text
    text: Text
    kind: CheckItem.Kind


class CategoryFacts(Body):
    """A kind of place."""

    code_prefix: Text = ""
    name: Text = ""
    name_en: Text = ""
    group: Text = ""
    department_type: Text = ""
    co_departments: list[Text] = Field([], max_length=50)
    extent: Text = ""
    extent_en: Text = ""
    basis: list[Text] = Field([], max_length=50)
    concerns_minors: bool = False
    order: int = 0
    active: bool = True


class CategoryIn(CategoryFacts):
    """A new kind of place."""

    key: Text
    code_prefix: Text
    name: Text
    group: Text
    department_type: Text


class ClassFacts(Body):
    """A class of problem; `clocks` are written as they are read."""

    group_code: Text = ""
    group_name: Text = ""
    group_name_en: Text = ""
    name: Text = ""
    name_en: Text = ""
    component: Text = ""
    department_type: Text = ""
    severity: int = 1
    clocks: ClocksOut = ClocksOut()
    photo_required: bool = False
    closing_condition: Text = ""
    deadline_note: Text = ""
    deadline_source: Text = ""
    deadline_certainty: IssueClass.Certainty | Literal[""] = ""
    code_source: Text = ""
    code_certainty: IssueClass.Certainty | Literal[""] = ""
    legacy_codes: dict[Text, Text] = {}
    active: bool = True


class ClassIn(ClassFacts):
    """A new class: a local extension with its code."""

    code: Text
    name: Text
    group_code: Text
    group_name: Text
    department_type: Text
    clocks: ClocksOut
