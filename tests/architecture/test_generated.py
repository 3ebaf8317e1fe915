"""docs/generated/ tells what the code does now; every operation of the interface has a name and declares its errors."""

from __future__ import annotations

import re

import pytest

from yipanqi.config.api import api
from yipanqi.config.commands.docs_command import TARGET, outdated
from yipanqi.config.generated import may, pages
from yipanqi.kernel.permissions import RULES

OPERATION_NAME = re.compile(r"[a-z_]+\.[a-z_]+")


def operations() -> list[tuple[str, dict[str, object]]]:
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_generated_documents_are_up_to_date() -> None:
    assert not outdated(pages()), f"run ./yipanqi docs ({TARGET})"


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [str(operation.get("operationId")) for _where, operation in operations()]
    assert not [n for n in names if not OPERATION_NAME.fullmatch(n)]
    assert len(names) == len(set(names))


def test_every_operation_declares_its_errors() -> None:
    """400 and 404 at least: parameters are checked, and what one may not see is not there."""
    silent = [
        where
        for where, operation in operations()
        if not any(str(code).startswith("4") for code in operation["responses"])
    ]  # type: ignore[attr-defined]
    assert not silent, silent


@pytest.mark.parametrize(
    ("action", "who", "expected"),
    [("cases.dispatch", "desk", True), ("cases.dispatch", "liaison", False), ("cases.dispatch", "system", True),
     ("cases.sign", "liaison", None), ("cases.sign", "admin", False), ("cases.sign", "visitor", False),
     ("cases.report_by_resident", "visitor", True), ("cases.verify_pass", "inspector", None)],
)  # fmt: skip
def test_role_matrix_says_what_the_rules_say(action: str, who: str, expected: bool | None) -> None:
    assert may(RULES[action], who) is expected
