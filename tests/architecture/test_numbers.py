"""Numbers on pages come from figures: templates do not count, and only selectors and figures ask the database to."""

from __future__ import annotations

import ast
import re

from tests.architecture.house import PACKAGE, listed, modules, templates

COUNTING = re.compile(r"\{\{[^}]*(\|\s*length\b(?!_is)|\.count\b(?!er))[^}]*\}\}")
#: Counts of what stands on the page itself (form rows, photos, the lists of an inbox, an inspector's tally), not numbers about the city.
OWN_ITEMS = re.compile(
    r"formset|errors|failed|field|photos|messages|files|forloop|card\.count|entry\.count|item\.count|group\.count"
)
AGGREGATES = {"aggregate", "Avg", "Sum", "Min", "Max", "StdDev", "Variance"}


def test_templates_do_not_count() -> None:
    problems = [
        f"{path.relative_to(PACKAGE)}:{number} {line.strip()}"
        for path in templates()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (hit := COUNTING.search(line)) and not OWN_ITEMS.search(hit.group(0))
    ]
    assert not problems, listed(problems)


def test_views_do_not_aggregate() -> None:
    problems = [
        f"{module}:{node.lineno} {name}"
        for module in modules()
        if module.layer in ("views", "api", "showing", "pages") and module.app != "kernel"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func).split(".")[-1]) in AGGREGATES
        and not (name in ("Max", "Min") and not node.args)
    ]  # fmt: skip
    assert not problems, listed(problems)
