"""The JSON API's common manners: problem details, strict parameters, keyset lists, bearer tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet
from django.db.utils import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field, model_serializer

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.paging import keyset_page

T = TypeVar("T")


class FieldError(Schema):
    """One bad field of a request."""

    field: str
    message: str


class Problem(Schema):
    """RFC 9457 problem details."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[FieldError] = []


#: What every operation may answer besides. Without a model each: nothing is turned into one, and a thousand of them took
#: a quarter of the start; the API's description says at each that it is a Problem.
PROBLEMS = dict.fromkeys((400, 401, 403, 404, 409, 413, 415, 422, 429, 503))
TITLES = {
    400: gettext_noop("请求有误"), 401: gettext_noop("请先登录"), 403: gettext_noop("没有权限"), 404: gettext_noop("找不到"), 405: gettext_noop("不支持的方法"), 409: gettext_noop("状态冲突"), 413: gettext_noop("内容过大"),
    415: gettext_noop("不支持的类型"), 422: gettext_noop("无法办理"), 429: gettext_noop("过于频繁"), 503: gettext_noop("暂时不可用"),
}  # fmt: skip


def problem(status: int, detail: str = "", errors: list[dict[str, str]] | None = None, retry_after: int = 0) -> HttpResponse:
    """An answer of type application/problem+json."""
    body = {
        "type": "about:blank",
        "title": _(TITLES[status]) if status in TITLES else str(status),
        "status": status,
        "detail": detail,
        "errors": errors or [],
    }
    response = JsonResponse(body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False})
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def install_handlers(api: NinjaAPI) -> None:
    """Turn every expected failure into problem details."""

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        errors = [{"field": error.field, "message": str(error)}] if error.field else []
        return problem(error.status, str(error), errors, getattr(error, "retry_after", 0))

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        rows = [
            {"field": ".".join(str(p) for p in e["loc"][1:] or e["loc"]), "message": str(e["msg"])}
            for e in error.errors
        ]
        return problem(400, _("请求参数或内容不符合接口说明"), rows)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, str(error) or _("找不到，或您无权查看"))

    @api.exception_handler(AuthenticationError)
    def anonymous(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = problem(401, _("请使用有效的令牌或先登录"))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(DataError)
    def unstorable(request: HttpRequest, error: DataError) -> HttpResponse:
        return problem(422, _("有数值或时间超出可以保存的范围，请更正"))

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, str(error))


class ListParams(Schema):
    """Parameters of every list."""

    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=500)
    count: bool = False


class Listing(Schema, Generic[T]):
    """One page of a list. `count` only when asked for."""

    items: list[T]
    next: str | None = None
    count: int | None = None

    @model_serializer(mode="wrap")
    def count_only_when_asked(self, inner):  # type: ignore[no-untyped-def]  # an annotation would replace the JSON schema
        """Leave `count` out of an answer that nobody asked to count."""
        found = inner(self)
        if found.get("count") is None:
            found.pop("count", None)
        return found


def listing(queryset: QuerySet[Any], order: tuple[str, ...], params: ListParams, render: Callable[[Any], Any]) -> dict[str, Any]:
    """The answer of a list operation: a keyset page of `queryset`, each row through `render`."""
    page = keyset_page(queryset, order, params.cursor, params.limit)
    answer: dict[str, Any] = {"items": [render(row) for row in page.items], "next": page.next}
    if params.count:
        answer["count"] = queryset.count()
    return answer


def now() -> dt.datetime:
    """The clock of views and API; actions get it as `at`."""
    return dt.datetime.now(dt.UTC)
