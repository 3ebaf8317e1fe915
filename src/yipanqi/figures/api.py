"""Figures for programs: the list, one with its numerator and denominator, and exactly the records it counted."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from yipanqi.figures.registry import FIGURES, Figure, offered
from yipanqi.figures.scopes import checked
from yipanqi.figures.terms import Period, Scope, title_of
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, Listing, ListParams, listing, now
from yipanqi.kernel.paging import BadCursor
from yipanqi.kernel.references import reference

router = Router(tags=["figures"])


class BadPeriod(Refused):
    """A period that ends before it begins."""

    message = gettext_lazy("起止日期有误：请核对起始日期不晚于截止日期")
    status = 400


class FigureName(Schema):
    """What there is to ask for."""

    key: str
    name: str
    unit: str
    definition: str


class FigureOut(FigureName):
    """One figure. A rate is a share between 0 and 1; `excluded` is how many records it leaves out."""

    value: float | None
    numerator: int | None
    denominator: int | None
    excluded: int
    low: float | None = Field(None, description="lower end of the 95 % interval of a value estimated from a sample; else empty")
    high: float | None = Field(None, description="upper end of that interval")
    as_of: dt.datetime
    records_url: str = Field(description="lists exactly the records that were counted")


class RecordOut(Schema):
    """A record behind a figure: its kind and its outside name (number, code or UUID)."""

    kind: str
    id: str
    title: str


class Asked(Schema):
    """Days (both included; without them this year), unit and area by code."""

    date_from: dt.date | None = Field(None, alias="from")
    date_to: dt.date | None = Field(None, alias="to")
    unit: str | None = Field(None, max_length=40)
    area: str | None = Field(None, max_length=15)


class RecordParams(ListParams, Asked):
    """As asked of the figure, and which part of it to list."""

    part: Literal["numerator", "denominator", "excluded"] = "numerator"
    as_of: AwareDatetime | None = Field(None, description="as the figure said; without it, now")


def period_of(start: dt.date | None, end: dt.date | None, today: dt.date) -> Period:
    """The period between two days; what is not given comes from the year of the other, or of `today`. Raises BadPeriod."""
    year = Period.this_year(start or end or today)
    start, end = start or year.start, end or year.end
    if end < start or not 1900 <= start.year <= end.year <= 2199:
        raise BadPeriod()
    return Period(start, end)


def name_of(figure: Figure) -> dict[str, str]:
    """The words of a figure in the reader's language."""
    return {"key": figure.key, "name": str(figure.name), "unit": str(figure.unit), "definition": str(figure.definition)}


def _asked(request: HttpRequest, asked: Asked) -> tuple[Period, Scope]:
    period = period_of(asked.date_from, asked.date_to, timezone.localdate())
    return period, checked(Scope(unit=asked.unit, area=asked.area, user=request.user))


def _figure(key: str) -> Figure:
    if key not in FIGURES or not FIGURES[key].offered():
        raise Http404(_("没有这项指标，可用的见 /api/v1/figures"))
    return FIGURES[key]


@router.get(
    "/figures", response={200: Listing[FigureName], **PROBLEMS}, operation_id="figures.list", summary="全部指标"
)
def list_figures(request: HttpRequest, params: Query[ListParams]) -> dict[str, Any]:
    """Every named figure with its definition, by key; the cursor is the last key of the page before."""
    figures = offered()
    if params.cursor and params.cursor not in figures:
        raise BadCursor()
    keys = [key for key in sorted(figures) if key > (params.cursor or "")]
    page = keys[: params.limit]
    answer: dict[str, Any] = {
        "items": [name_of(figures[key]) for key in page],
        "next": page[-1] if len(keys) > len(page) else None,
    }
    return answer | ({"count": len(figures)} if params.count else {})


@router.get(
    "/figures/{key}", response={200: FigureOut, **PROBLEMS}, operation_id="figures.get", summary="一项指标的数值"
)
def get_figure(request: HttpRequest, key: str, asked: Query[Asked]) -> dict[str, Any]:
    """The value over what the caller may see."""
    figure, (period, scope) = _figure(key), _asked(request, asked)
    value = figure.value(period, scope, now())
    moment = value.as_of.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    page = figure.records_url(period, scope, root=request.path.rsplit("/", 1)[0] + "/")
    return {
        **name_of(figure),
        "value": value.value,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "excluded": value.excluded,
        "low": value.interval[0] if value.interval else None,
        "high": value.interval[1] if value.interval else None,
        "as_of": value.as_of,
        "records_url": page.replace("/?", "/records?") + f"&as_of={moment}",
    }


@router.get(
    "/figures/{key}/records",
    response={200: Listing[RecordOut], **PROBLEMS},
    operation_id="figures.records",
    summary="指标所依据的记录",
)
def list_records(request: HttpRequest, key: str, params: Query[RecordParams]) -> dict[str, Any]:
    """Exactly what the figure counted; a part that the figure does not have is not found."""
    figure, (period, scope) = _figure(key), _asked(request, params)
    parts = figure.parts(period, scope, params.as_of or now())
    if params.part not in parts:
        raise Http404(_("这项指标没有此部分记录"))
    return listing(parts[params.part], ("-id",), params, _record)


def _record(row: Any) -> dict[str, str]:
    kind, outside = reference(row)
    return {"kind": kind, "id": outside, "title": title_of(row)}
