"""The standard for programs, read: editions, check items, place categories, issue classes."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, Listing, listing
from yipanqi.kernel.moves import field, moves_out
from yipanqi.standards import selectors
from yipanqi.standards.api.schemas import (
    CategoryOut,
    CategoryParams,
    CheckItemOut,
    ClassParams,
    DiffOut,
    EditionDetail,
    EditionOut,
    EditionParams,
    IssueClassOut,
    ItemParams,
    Text,
    category_out,
    class_out,
    edition_out,
    indicator_out,
    item_out,
)
from yipanqi.standards.diff import Difference
from yipanqi.standards.forms import CopyForm
from yipanqi.standards.models import CheckItem, Edition, IssueClass, PlaceCategory
from yipanqi.standards.states import EditionState

router = Router(tags=["standards"])


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
    """One edition with its indicator tree and moves; `current` stands for the one in force."""
    return edition_detail(named(request, code), request.user)


def named(request: HttpRequest, code: str) -> Edition:
    """The edition of that code, or the one in force for `current`. Raises Http404."""
    rows = selectors.visible_to(request.user, Edition.objects.select_related("copied_from"))
    row = (rows.filter(state=EditionState.CURRENT) if code == "current" else rows.filter(code=code)).first()
    if row is None:
        raise Http404(_("没有这个版本，或您无权查看"))
    return row


def edition_detail(row: Edition, actor: Any) -> dict[str, Any]:
    """An edition's facts with its indicators and what `actor` may do with it."""
    rows_in_order = [one for _depth, one in selectors.indicator_tree(row)]
    codes = {one.pk: one.code for one in rows_in_order}
    copying = [field(name, asked.label, required=True) for name, asked in CopyForm.base_fields.items()]
    return edition_out(row) | {
        "indicators": [indicator_out(one, codes) for one in rows_in_order],
        "moves": moves_out(selectors.edition_moves(row, actor), {"copy_edition": copying}),
    }


@router.get(
    "/editions/{code}/diff",
    response={200: DiffOut, **PROBLEMS},
    operation_id="standards.edition_diff",
    summary="两个版本的差别",
)
def edition_diff(request: HttpRequest, code: Path[Text], against: Query[Text | None] = None) -> dict[str, Any]:
    """What differs from the edition `against` (else the one it was copied from) to this one; fields by their Chinese names."""
    row = named(request, code)
    old = named(request, against) if against else row.copied_from
    if old is None:
        raise Refused(_("这个版本不是复制来的，请用 against 指明与哪个版本比较"), field="against")
    found = selectors.edition_diff(old, row)
    return {
        "old": old.code, "new": row.code, "facts": [vars(change) for change in found.facts],
        "indicators": _difference(found.indicators), "check_items": _difference(found.items),
    }  # fmt: skip


def _difference(found: Difference) -> dict[str, Any]:
    changed = {code: [vars(change) for change in changes] for code, changes in found.changed.items()}
    return {"added": sorted(found.added), "removed": sorted(found.removed), "changed": changed, "same": found.same}


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
    "/place-categories",
    response={200: Listing[CategoryOut], **PROBLEMS},
    operation_id="standards.place_categories",
    summary="点位类型",
)
def place_categories(request: HttpRequest, params: Query[CategoryParams]) -> dict[str, Any]:
    """Kinds of places by key."""
    rows = selectors.visible_to(request.user, PlaceCategory.objects.all())
    rows = rows.filter(group=params.group) if params.group else rows
    rows = rows.filter(active=params.active) if params.active is not None else rows
    return listing(rows, ("key",), params, category_out)


@router.get(
    "/place-categories/{key}",
    response={200: CategoryOut, **PROBLEMS},
    operation_id="standards.place_category",
    summary="一个点位类型",
)
def place_category(request: HttpRequest, key: Path[Text]) -> dict[str, Any]:
    """One kind of place."""
    return category_out(get_object_or_404(selectors.visible_to(request.user, PlaceCategory.objects.all()), key=key))


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
