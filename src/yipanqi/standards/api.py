"""The standard for programs, under ``/api/v1/``: editions, check items, issue classes. Read only."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing
from yipanqi.standards import selectors
from yipanqi.standards.models import CheckItem, Edition, Indicator, IssueClass
from yipanqi.standards.states import EditionState

router = Router(tags=["standards"])
#: Text without NUL, which databases refuse.
Text = Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")]


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
    department_type: str
    severity: int
    clocks: ClocksOut
    on_the_spot: bool
    photo_required: bool
    closing_condition: str
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
    state: str
    used: bool
    copied_from: str | None


class EditionDetail(EditionOut):
    """An edition with its indicators, parents first by code."""

    indicators: list[IndicatorOut]


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
    weight: float
    method: str
    note: str
    critical: bool
    minors: bool
    issue_class: str | None
    indicators: list[str]


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


class EditionParams(ListParams):
    """Narrowed by state."""

    state: Literal["draft", "current", "retired"] | None = None
    model_config = ConfigDict(extra="forbid")


def edition_out(row: Edition) -> dict[str, Any]:
    """An edition's facts; needs copied_from at hand."""
    names = ("code", "name", "issuer", "period", "part_weights", "state", "used")
    facts = {name: getattr(row, name) for name in names}
    return facts | {"copied_from": row.copied_from.code if row.copied_from else None}


def item_out(row: CheckItem) -> dict[str, Any]:
    """A check item's facts; needs edition, category, issue_class and indicators at hand."""
    names = (
        "code",
        "text",
        "text_en",
        "kind",
        "measure",
        "target",
        "sample",
        "weight",
        "method",
        "note",
        "critical",
        "minors",
    )
    return {name: getattr(row, name) for name in names} | {
        "edition": row.edition.code,
        "category": row.category.key,
        "issue_class": row.issue_class.key if row.issue_class else None,
        "indicators": sorted(one.code for one in row.indicators.all()),
    }


def class_out(row: IssueClass) -> dict[str, Any]:
    """An issue class's facts."""
    return {name: getattr(row, name) for name in IssueClassOut.model_fields}


@router.get(
    "/editions",
    response={200: Listing[EditionOut], **PROBLEMS},
    operation_id="standards.editions",
    summary="测评体系版本",
)
def editions(request: HttpRequest, params: Query[EditionParams]) -> dict[str, Any]:
    """All editions by code."""
    rows = selectors.visible_to(request.user, Edition.objects.select_related("copied_from"))
    if params.state:
        rows = rows.filter(state=params.state)
    return listing(rows, ("code",), params, edition_out)


@router.get(
    "/editions/{code}",
    response={200: EditionDetail, **PROBLEMS},
    operation_id="standards.edition",
    summary="一个版本及其指标",
)
def edition(request: HttpRequest, code: Path[Text]) -> dict[str, Any]:
    """One edition with its indicator tree; `current` stands for the one in force."""
    rows = selectors.visible_to(request.user, Edition.objects.select_related("copied_from"))
    found = rows.filter(state=EditionState.CURRENT) if code == "current" else rows.filter(code=code)
    row = found.first()
    if row is None:
        raise Http404
    rows_in_order = [one for _depth, one in selectors.indicator_tree(row)]
    codes = {one.pk: one.code for one in rows_in_order}
    return edition_out(row) | {"indicators": [indicator_out(one, codes) for one in rows_in_order]}


def indicator_out(row: Indicator, codes: dict[int, str]) -> dict[str, Any]:
    """An indicator's facts; `codes` by row id name its parent."""
    facts = {"code": row.code, "name": row.name, "weight": row.weight, "method": row.method}
    return facts | {"parent": codes.get(row.parent_id or 0)}


@router.get(
    "/check-items",
    response={200: Listing[CheckItemOut], **PROBLEMS},
    operation_id="standards.check_items",
    summary="检查项",
)
def check_items(request: HttpRequest, params: Query[ItemParams]) -> dict[str, Any]:
    """Check items of an edition by code."""
    rows = selectors.visible_to(request.user, CheckItem.objects.all())
    rows = rows.select_related("edition", "category", "issue_class").prefetch_related("indicators")
    rows = (
        rows.filter(edition__code=params.edition)
        if params.edition
        else rows.filter(edition__state=EditionState.CURRENT)
    )
    if params.category:
        rows = rows.filter(category__key=params.category)
    if params.critical is not None:
        rows = rows.filter(critical=params.critical)
    return listing(rows, ("code", "id"), params, item_out)


@router.get(
    "/check-items/{code}",
    response={200: CheckItemOut, **PROBLEMS},
    operation_id="standards.check_item",
    summary="一个检查项",
)
def check_item(request: HttpRequest, code: Path[Text], edition: Query[Text | None] = None) -> dict[str, Any]:
    """One check item of the current edition, or of the one named."""
    rows = selectors.visible_to(request.user, CheckItem.objects.filter(code=code))
    rows = rows.filter(edition__code=edition) if edition else rows.filter(edition__state=EditionState.CURRENT)
    return item_out(get_object_or_404(rows))


@router.get(
    "/issue-classes",
    response={200: Listing[IssueClassOut], **PROBLEMS},
    operation_id="standards.issue_classes",
    summary="问题类别",
)
def issue_classes(request: HttpRequest, params: Query[ClassParams]) -> dict[str, Any]:
    """Classes of problems by key."""
    chosen = params.model_dump(include={"q", "standard", "kind", "group", "severity", "active"})
    rows = selectors.filtered_classes(selectors.visible_to(request.user, IssueClass.objects.all()), chosen)
    return listing(rows, ("key",), params, class_out)


@router.get(
    "/issue-classes/{path:key}",
    response={200: IssueClassOut, **PROBLEMS},
    operation_id="standards.issue_class",
    summary="一个问题类别",
)
def issue_class(request: HttpRequest, key: Path[Text]) -> dict[str, Any]:
    """One class by its key, or by any code or name that means it in this or an older standard."""
    rows = selectors.visible_to(request.user, IssueClass.objects.all())
    row = rows.filter(key=key).first() or selectors.find_class(key)
    if row is None or not request.user.is_authenticated:
        raise Http404
    return class_out(row)
