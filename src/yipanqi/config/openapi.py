"""The API's description and its page for people, with what every operation has in common said at each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from yipanqi.kernel.api import Problem

WRITES = ("post", "put", "patch", "delete")
KEY_PARAMETER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "A repeat with the same key and content returns the first answer; with other content it is refused (409).",
}
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
#: Names of the groups of operations, in the order of the page.
GROUPS = {
    "reports": gettext_lazy("市民反映"),
    "cases": gettext_lazy("案件"),
    "batches": gettext_lazy("批量办理"),
    "suggestions": gettext_lazy("类别和单位建议"),
    "duplicates": gettext_lazy("疑似重复"),
    "inspections": gettext_lazy("检查"),
    "places": gettext_lazy("点位、区划与责任"),
    "people": gettext_lazy("单位与账号"),
    "standards": gettext_lazy("测评标准"),
    "figures": gettext_lazy("指标"),
    "files": gettext_lazy("照片与附件"),
    "messaging": gettext_lazy("消息"),
    "escalation": gettext_lazy("督办"),
    "rechecks": gettext_lazy("回头看"),
    "scoring": gettext_lazy("评分"),
    "burden": gettext_lazy("基层负担"),
    "desk": gettext_lazy("工作台"),
    "teams": gettext_lazy("组织、队伍和阵地"),
    "volunteers": gettext_lazy("志愿者"),
    "services": gettext_lazy("点单和派单"),
    "activities": gettext_lazy("活动"),
    "shifts": gettext_lazy("班次和报名"),
    "attendance": gettext_lazy("签到和服务时长"),
    "sync": gettext_lazy("断网后补传"),
    "rosters": gettext_lazy("单位值勤"),
    "points": gettext_lazy("积分"),
    "records": gettext_lazy("服务记录和证明"),
}


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """Add to every operation: problem details as the type of errors, Idempotency-Key on writes, Retry-After."""
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            if method in WRITES:
                operation.setdefault("parameters", []).append(KEY_PARAMETER)
            for status, answer in operation["responses"].items():
                _say(int(status), answer)
    described = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schema["components"]["schemas"] |= {**described.pop("$defs"), "Problem": described}
    return schema


def _say(status: int, answer: dict[str, Any]) -> None:
    if status >= 400:
        answer["content"] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    if status in (429, 503):
        answer["headers"] = RETRY_AFTER


class ReferencePage(DocsBase):
    """The human page: plain HTML of our own, so that it works offline and under a strict content policy."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        schema = api.get_openapi_schema(path_prefix="/api/v1/")
        return render(request, "config/api_reference.html", {"groups": list(_groups(schema)), "version": api.version})


class CityApi(NinjaAPI):
    """The API whose description is complete. It is made once per process: nothing in it depends on who asks."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        held: dict[str, Any] = self.__dict__.setdefault("_described", {})
        asked = repr((args, sorted(kwargs.items())))
        if asked not in held:
            held[asked] = complete(super().get_openapi_schema(*args, **kwargs))
        return held[asked]


def _groups(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in GROUPS}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            tag = (operation.get("tags") or ["?"])[0]
            found.setdefault(tag, []).append(_operation(schema, path, method, operation))
    for tag, rows in found.items():
        if rows:
            yield {"tag": tag, "title": GROUPS.get(tag, tag), "operations": rows}


def _operation(schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    rows = [_parameter(one) for one in operation.get("parameters", ())]
    return {
        "path": path,
        "method": method.upper(),
        "id": operation["operationId"],
        "title": operation.get("summary", ""),
        "text": operation.get("description", ""),
        "public": not operation.get("security"),
        "fields": [*rows, *_body(schema, operation)],
        "answer": _answer(operation),
    }


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    shape = one.get("schema", {})
    return {"name": one["name"], "where": one["in"], "type": _type(shape), "needed": one.get("required", False),
            "text": one.get("description") or shape.get("description", "")}  # fmt: skip


def _body(schema: dict[str, Any], operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields of a request's body, one level deep."""
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        shape = _resolved(schema, media["schema"])
        needed = shape.get("required", [])
        for name, field in shape.get("properties", {}).items():
            yield {
                "name": name,
                "where": kind,
                "type": _type(field),
                "needed": name in needed,
                "text": field.get("description", ""),
            }


def _resolved(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    for option in shape.get("anyOf", ()):
        if "$ref" in option:
            shape = option
    name = shape.get("$ref", "").rsplit("/", 1)[-1]
    found: dict[str, Any] = schema["components"]["schemas"].get(name, shape)
    return found


def _type(shape: dict[str, Any]) -> str:
    """The type of a value in a word or two."""
    if "$ref" in shape:
        return str(shape["$ref"]).rsplit("/", 1)[-1]
    if options := shape.get("anyOf") or shape.get("allOf"):
        return " | ".join(dict.fromkeys(_type(one) for one in options if one.get("type") != "null"))
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"])
    if shape.get("type") == "array" and "items" in shape:
        return _("%(type)s 的列表") % {"type": _type(shape["items"])}
    return str(shape.get("format") or shape.get("const") or shape.get("type", ""))


def _answer(operation: dict[str, Any]) -> str:
    for status, answer in operation["responses"].items():
        if int(status) < 400:
            media = answer.get("content", {}).get("application/json", {})
            return f"{status} {_type(media.get('schema', {}))}".strip()
    return ""
