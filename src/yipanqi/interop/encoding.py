"""Answers of the GeoReport API: the same rows as JSON or as XML, and its own form of errors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree  # writes only; what clients send is never parsed as XML

from django.http import HttpResponse

#: What XML 1.0 cannot carry, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
JSON, XML = "json", "xml"

#: GeoReport's element names: resource, one row of it.
NAMES = {
    "services": ("services", "service"),
    "requests": ("service_requests", "request"),
    "updates": ("service_requests_updates", "request_update"),
    "errors": ("errors", "error"),
    "endpoints": ("endpoints", "endpoint"),
    "formats": ("formats", "format"),
    "attributes": ("attributes", "attribute"),
}


class GeoReportError(Exception):
    """A refusal in the words of GeoReport: `code` is also the HTTP status."""

    def __init__(self, code: int, description: Any, retry_after_s: int = 0) -> None:
        super().__init__(str(description))
        self.code = code
        self.retry_after_s = retry_after_s


def rows(resource: str, items: Sequence[Mapping[str, Any]], form: str, status: int = 200) -> HttpResponse:
    """A list of rows; `resource` is a key of NAMES, `form` is "json" or "xml"."""
    if form == XML:
        return _xml(_list_element(resource, items), status)
    return _json(list(items), status)


def single(name: str, item: Mapping[str, Any], form: str) -> HttpResponse:
    """One thing that GeoReport does not wrap into a list (service definition, discovery)."""
    if form == XML:
        element = ElementTree.Element(name)
        _fill(element, item)
        return _xml(element, 200)
    return _json(item, 200)


def refusal(error: GeoReportError, form: str) -> HttpResponse:
    """`[{code, description}]` with the code as HTTP status."""
    response = rows("errors", [{"code": error.code, "description": str(error)}], form, error.code)
    if error.retry_after_s:
        response["Retry-After"] = str(error.retry_after_s)
    return response


def _json(body: Any, status: int) -> HttpResponse:
    return HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type="application/json; charset=utf-8"
    )


def _xml(element: ElementTree.Element, status: int) -> HttpResponse:
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(element, encoding="utf-8")
    return HttpResponse(body, status=status, content_type="text/xml; charset=utf-8")


def _list_element(resource: str, items: Sequence[Any]) -> ElementTree.Element:
    outer, inner = NAMES[resource]
    element = ElementTree.Element(outer)
    for item in items:
        child = ElementTree.SubElement(element, inner)
        if isinstance(item, Mapping):
            _fill(child, item)
        else:
            child.text = _text(item)
    return element


def _fill(element: ElementTree.Element, item: Mapping[str, Any]) -> None:
    for name, value in item.items():
        if isinstance(value, list | tuple):
            element.append(_list_element(name, value))
        else:
            ElementTree.SubElement(element, name).text = _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else _NOT_IN_XML.sub("", str(value))
