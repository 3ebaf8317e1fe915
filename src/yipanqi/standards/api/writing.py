"""The standard for programs, written: each operation calls the action of its name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path, Query

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, now
from yipanqi.standards import actions, selectors
from yipanqi.standards.api import bodies, schemas
from yipanqi.standards.api.reading import edition_detail, named, router
from yipanqi.standards.api.schemas import Text
from yipanqi.standards.models import CheckItem, Edition, Indicator, IssueClass, PlaceCategory
from yipanqi.standards.states import EditionState

GONE = {204: None, **PROBLEMS}


class Unknown(Refused):
    """A code or key in the body that nothing has."""


def _given(body: bodies.Body, *apart: str) -> dict[str, Any]:
    """The values that the caller wrote, without those that need looking up."""
    return body.model_dump(exclude_unset=True, exclude=set(apart))


@router.post(
    "/editions",
    response={201: schemas.EditionDetail, **PROBLEMS},
    operation_id="standards.add_edition",
    summary="新建版本",
)
def add_edition(request: HttpRequest, body: bodies.EditionIn) -> tuple[int, dict[str, Any]]:
    """A new draft without content."""
    row = actions.add_edition(None, code=body.code, values=_given(body, "code"), by=request.user, at=now())
    return 201, edition_detail(row, request.user)


@router.patch(
    "/editions/{code}",
    response={200: schemas.EditionDetail, **PROBLEMS},
    operation_id="standards.change_edition",
    summary="修改版本信息",
)
def change_edition(request: HttpRequest, code: Path[Text], body: bodies.EditionFacts) -> dict[str, Any]:
    """Change an edition that was not used yet; one in use answers 409: copy it."""
    row = actions.change_edition(named(request, code), values=_given(body), by=request.user, at=now())
    return edition_detail(row, request.user)


MOVES = {
    "copy_edition": "复制成新版本",
    "publish_edition": "发布为现行",
    "retire_edition": "停用",
    "use_edition": "封存（开始使用）",
    "discard_edition": "删除",
}


def _offer(verb: str, summary: str) -> None:
    """Publish the operation of one move."""

    def run(
        request: HttpRequest, code: Path[Text], body: bodies.MoveIn | None = None
    ) -> tuple[int, dict[str, Any] | None]:
        return _move(request, verb, code, body or bodies.MoveIn())

    run.__name__ = verb
    run.__doc__ = (getattr(actions, verb).__doc__ or "").split("\n\n")[0]
    answers = (
        GONE
        if verb == "discard_edition"
        else {(201 if verb == "copy_edition" else 200): schemas.EditionDetail, **PROBLEMS}
    )
    path = f"/editions/{{code}}/moves/{verb}"
    router.post(path, response=answers, operation_id=f"standards.{verb}", summary=summary)(run)


for _verb, _summary in MOVES.items():
    _offer(_verb, _summary)


def _move(request: HttpRequest, verb: str, code: str, body: bodies.MoveIn) -> tuple[int, dict[str, Any] | None]:
    row, who = named(request, code), {"by": request.user, "at": now()}
    if verb == "copy_edition":
        made = actions.copy_edition(row, code=body.code, name=body.name, **who)
        return 201, edition_detail(made, request.user)
    if _given(body):
        raise Unknown(_("这个操作不需要填写内容"), field=sorted(_given(body))[0])
    done = getattr(actions, verb)(row, **who)
    return (204, None) if verb == "discard_edition" else (200, edition_detail(done, request.user))


@router.post(
    "/editions/{code}/indicators",
    response={201: schemas.IndicatorOut, **PROBLEMS},
    operation_id="standards.add_indicator",
    summary="新增指标",
)
def add_indicator(request: HttpRequest, code: Path[Text], body: bodies.IndicatorIn) -> tuple[int, dict[str, Any]]:
    """A new indicator of an edition that was not used yet."""
    edition = named(request, code)
    values = _given(body, "parent") | {"parent": _indicator(edition, body.parent)}
    return 201, _indicator_out(actions.add_indicator(edition, values=values, by=request.user, at=now()))


@router.patch(
    "/editions/{code}/indicators/{indicator}",
    response={200: schemas.IndicatorOut, **PROBLEMS},
    operation_id="standards.change_indicator",
    summary="修改指标",
)
def change_indicator(
    request: HttpRequest, code: Path[Text], indicator: Path[Text], body: bodies.IndicatorFacts
) -> dict[str, Any]:
    """Change an indicator, its place in the tree included."""
    edition = named(request, code)
    row, values = get_object_or_404(edition.indicators, code=indicator), _given(body, "parent")
    if "parent" in body.model_fields_set:
        values["parent"] = _indicator(edition, body.parent)
    return _indicator_out(actions.change_indicator(row, values=values, by=request.user, at=now()))


@router.delete(
    "/editions/{code}/indicators/{indicator}",
    response=GONE,
    operation_id="standards.remove_indicator",
    summary="删除指标",
)
def remove_indicator(request: HttpRequest, code: Path[Text], indicator: Path[Text]) -> tuple[int, None]:
    """Take an indicator without children out of an edition that was not used yet."""
    row = get_object_or_404(named(request, code).indicators, code=indicator)
    actions.remove_indicator(row, by=request.user, at=now())
    return 204, None


def _indicator(edition: Edition, code: str | None) -> Indicator | None:
    row = edition.indicators.filter(code=code).first() if code else None
    if code and row is None:
        raise Unknown(_("这个版本里没有编码为“%(code)s”的指标") % {"code": code}, field="parent")
    return row


def _indicator_out(row: Indicator) -> dict[str, Any]:
    return schemas.indicator_out(row, {row.parent.pk: row.parent.code} if row.parent else {})


@router.post(
    "/check-items",
    response={201: schemas.CheckItemOut, **PROBLEMS},
    operation_id="standards.add_item",
    summary="新增检查项",
)
def add_item(request: HttpRequest, body: bodies.ItemIn) -> tuple[int, dict[str, Any]]:
    """A new check item of an edition that was not used yet."""
    edition = named(request, body.edition)
    values, fed = _item_values(body), _indicators(edition, body.indicators)
    row = actions.add_item(edition, values=values, indicators=fed, by=request.user, at=now())
    return 201, schemas.item_out(row)


@router.patch(
    "/check-items/{code}",
    response={200: schemas.CheckItemOut, **PROBLEMS},
    operation_id="standards.change_item",
    summary="修改检查项",
)
def change_item(
    request: HttpRequest, code: Path[Text], body: bodies.ItemFacts, edition: Query[Text | None] = None
) -> dict[str, Any]:
    """Change a check item of the current edition, or of the one named, unless it was used."""
    row = _item(request, code, edition)
    fed = _indicators(row.edition, body.indicators) if "indicators" in body.model_fields_set else None
    return schemas.item_out(
        actions.change_item(row, values=_item_values(body), indicators=fed, by=request.user, at=now())
    )


@router.delete("/check-items/{code}", response=GONE, operation_id="standards.remove_item", summary="删除检查项")
def remove_item(request: HttpRequest, code: Path[Text], edition: Query[Text | None] = None) -> tuple[int, None]:
    """Take a check item out of the current edition, or of the one named, unless it was used."""
    actions.remove_item(_item(request, code, edition), by=request.user, at=now())
    return 204, None


def _item(request: HttpRequest, code: str, edition: str | None) -> CheckItem:
    rows = selectors.visible_to(request.user, CheckItem.objects.select_related("edition"))
    return get_object_or_404(
        rows, code=code, **({"edition__code": edition} if edition else {"edition__state": EditionState.CURRENT})
    )


def _item_values(body: bodies.ItemFacts) -> dict[str, Any]:
    values = _given(body, "edition", "category", "issue_class", "indicators")
    if "category" in body.model_fields_set:
        values["category"] = _known(PlaceCategory, body.category, "category")
    if "issue_class" in body.model_fields_set:
        values["issue_class"] = _known(IssueClass, body.issue_class, "issue_class") if body.issue_class else None
    return values


def _known(model: Any, key: str, field: str) -> Any:
    row = model._default_manager.filter(key=key).first()
    if row is None:
        raise Unknown(_("没有“%(key)s”，请核对后重试") % {"key": key}, field=field)
    return row


def _indicators(edition: Edition, codes: Iterable[str]) -> list[Indicator]:
    wanted = set(codes)
    found = {row.code: row for row in edition.indicators.filter(code__in=wanted)}
    if lost := sorted(wanted - set(found)):
        raise Unknown(_("这个版本里没有编码为“%(code)s”的指标") % {"code": lost[0]}, field="indicators")
    return list(found.values())


@router.post(
    "/place-categories",
    response={201: schemas.CategoryOut, **PROBLEMS},
    operation_id="standards.add_category",
    summary="新增点位类型",
)
def add_category(request: HttpRequest, body: bodies.CategoryIn) -> tuple[int, dict[str, Any]]:
    """A further kind of place."""
    return 201, schemas.category_out(
        actions.add_category(None, key=body.key, values=_given(body, "key"), by=request.user, at=now())
    )


@router.patch(
    "/place-categories/{key}",
    response={200: schemas.CategoryOut, **PROBLEMS},
    operation_id="standards.change_category",
    summary="修改点位类型",
)
def change_category(request: HttpRequest, key: Path[Text], body: bodies.CategoryFacts) -> dict[str, Any]:
    """Change a kind of place; `active: false` retires it."""
    row = get_object_or_404(selectors.visible_to(request.user, PlaceCategory.objects.all()), key=key)
    return schemas.category_out(actions.change_category(row, values=_given(body), by=request.user, at=now()))


@router.post(
    "/issue-classes",
    response={201: schemas.IssueClassOut, **PROBLEMS},
    operation_id="standards.add_issue_class",
    summary="新增问题类别",
)
def add_issue_class(request: HttpRequest, body: bodies.ClassIn) -> tuple[int, dict[str, Any]]:
    """A local extension of the classification."""
    values = _class_values(body, "code")
    return 201, schemas.class_out(
        actions.add_issue_class(None, code=body.code, values=values, by=request.user, at=now())
    )


@router.patch(
    "/issue-classes/{path:key}",
    response={200: schemas.IssueClassOut, **PROBLEMS},
    operation_id="standards.change_issue_class",
    summary="修改问题类别",
)
def change_issue_class(request: HttpRequest, key: Path[Text], body: bodies.ClassFacts) -> dict[str, Any]:
    """Change a class by its key; `active: false` retires it. Cases already dispatched keep their limits."""
    row = selectors.visible_to(request.user, IssueClass.objects.filter(key=key)).first()
    if row is None:
        raise Http404(_("没有这个问题类别，或您无权查看"))
    return schemas.class_out(actions.change_issue_class(row, values=_class_values(body), by=request.user, at=now()))


def _class_values(body: bodies.ClassFacts, *apart: str) -> dict[str, Any]:
    """The given columns; limits without the stages that were left out, whole numbers as such."""
    values = _given(body, "clocks", *apart)
    if "clocks" in body.model_fields_set:
        values["clocks"] = _plain(body.clocks.model_dump(exclude_none=True, exclude_defaults=True))
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
