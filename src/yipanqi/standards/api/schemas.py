"""The standard for programs: shapes of what is read and written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from yipanqi.kernel.api import ListParams
from yipanqi.kernel.moves import MoveOut
from yipanqi.standards.models import CheckItem, Edition, Indicator, IssueClass, PlaceCategory

#: Text without NUL, which databases refuse.
Text = Annotated[str, Field(max_length=400, pattern=r"^[^\x00]*$")]
#: Thresholds of one measure: {letter: number}.
Thresholds = dict[Literal["A", "B", "C"], float]


class LimitOut(Schema):
    """A time limit: `amount` of `clock`; 0 of real_time is on the spot."""

    amount: float
    clock: str = Field(description="work_hour, work_day, urgent_hour, urgent_day or real_time")


class StepOut(LimitOut):
    """One step of mending, counted from the start."""

    title: str


class HandleOut(LimitOut):
    """The limit for mending; with stages, the last of them is the whole."""

    stages: list[StepOut] = []


class ClocksOut(Schema):
    """Limits by stage; null where the office's default holds."""

    accept: LimitOut | None = None
    dispatch: LimitOut | None = None
    handle: HandleOut | None = None
    verify: LimitOut | None = None


class IssueClassOut(Schema):
    """A class of problem. `key` is its name outside: standard|kind|code."""

    key: str
    standard: str
    kind: str
    code: str
    name: str
    name_en: str
    group_code: str
    group_name: str
    group_name_en: str
    component: str
    department_type: str
    severity: int
    clocks: ClocksOut
    on_the_spot: bool
    photo_required: bool
    closing_condition: str
    deadline_note: str
    deadline_source: str
    deadline_certainty: str
    code_source: str
    code_certainty: str
    legacy_codes: dict[str, str]
    active: bool


class IndicatorOut(Schema):
    """A node of an edition's indicator tree; `parent` is a code."""

    code: str
    name: str
    parent: str | None
    weight: float
    method: str


class EditionOut(Schema):
    """An edition of the assessment standard; frozen once used."""

    code: str
    name: str
    issuer: str
    period: str
    part_weights: dict[str, float]
    thresholds: dict[str, dict[str, float]] = Field(
        description="{measure: {letter: number}}: which count earns which letter"
    )
    letter_values: dict[str, float] = Field(description="{letter: 0 to 1}")
    state: str
    used: bool
    copied_from: str | None


class EditionDetail(EditionOut):
    """An edition with its indicators, parents first by code, and what may be done with it."""

    indicators: list[IndicatorOut]
    moves: list[MoveOut]


class ChangeOut(Schema):
    """One field that differs."""

    field: str
    old: Any
    new: Any


class DifferenceOut(Schema):
    """Rows by code: new ones, gone ones, changed ones field by field, and how many are the same."""

    added: list[str]
    removed: list[str]
    changed: dict[str, list[ChangeOut]]
    same: int


class DiffOut(Schema):
    """What differs from the edition `old` to the edition `new`."""

    old: str
    new: str
    facts: list[ChangeOut]
    indicators: DifferenceOut
    check_items: DifferenceOut


class CategoryOut(Schema):
    """A kind of place."""

    key: str
    code_prefix: str
    name: str
    name_en: str
    group: str
    department_type: str
    co_departments: list[str]
    extent: str
    extent_en: str
    basis: list[str]
    concerns_minors: bool
    order: int
    active: bool


class CheckItemOut(Schema):
    """What is looked at in places of a category."""

    edition: str
    code: str
    category: str
    text: str
    text_en: str
    kind: str
    measure: str
    target: float | None
    sample: int | None
    thresholds: dict[str, float] = Field(description="its own {letter: number}; empty: the edition's")
    weight: float
    timing: str
    exemption: str
    method: str
    note: str
    critical: bool
    minors: bool
    issue_class: str | None
    indicators: list[str]
    order: int


class ItemParams(ListParams):
    """Without `edition`, items of the current one."""

    edition: Text | None = None
    category: Text | None = None
    critical: bool | None = None
    model_config = ConfigDict(extra="forbid")


class ClassParams(ListParams):
    """`q` looks into name, code, closing condition and older standards' codes."""

    q: Text | None = None
    standard: Text | None = None
    kind: Literal["component_anomaly", "event", "extension", "legacy_emergency"] | None = None
    group: Text | None = None
    severity: int | None = Field(None, ge=1, le=4)
    active: bool | None = None
    model_config = ConfigDict(extra="forbid")


class CategoryParams(ListParams):
    """Narrowed by group and whether it is in use."""

    group: Text | None = None
    active: bool | None = None
    model_config = ConfigDict(extra="forbid")


class EditionParams(ListParams):
    """Narrowed by state."""

    state: Literal["draft", "current", "retired"] | None = None
    model_config = ConfigDict(extra="forbid")


def edition_out(row: Edition) -> dict[str, Any]:
    """An edition's facts; needs copied_from at hand."""
    names = ("code", "name", "issuer", "period", "part_weights", "thresholds", "letter_values", "state", "used")
    facts = {name: getattr(row, name) for name in names}
    return facts | {"copied_from": row.copied_from.code if row.copied_from else None}


def item_out(row: CheckItem) -> dict[str, Any]:
    """A check item's facts; needs edition, category, issue_class and indicators at hand."""
    names = (
        "code", "text", "text_en", "kind", "measure", "target", "sample", "thresholds", "weight", "timing", "exemption", "method",
        "note", "critical", "minors", "order",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names} | {
        "edition": row.edition.code,
        "category": row.category.key,
        "issue_class": row.issue_class.key if row.issue_class else None,
        "indicators": sorted(one.code for one in row.indicators.all()),
    }


def indicator_out(row: Indicator, codes: dict[int, str]) -> dict[str, Any]:
    """An indicator's facts; `codes` by row id name its parent."""
    facts = {"code": row.code, "name": row.name, "weight": row.weight, "method": row.method}
    return facts | {"parent": codes.get(row.parent_id or 0)}


def category_out(row: PlaceCategory) -> dict[str, Any]:
    """A place category's facts."""
    return {name: getattr(row, name) for name in CategoryOut.model_fields}


def class_out(row: IssueClass) -> dict[str, Any]:
    """An issue class's facts."""
    return {name: getattr(row, name) for name in IssueClassOut.model_fields}
