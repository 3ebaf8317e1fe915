"""Who may know whom: public modules between apps, no imports inside functions, the contracts of import-linter."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.architecture.house import APPS, ROOT, Module, functions, imported, listed, modules

PUBLIC = {"models", "states", "events", "selectors", "actions", "rules", "catalogue"}
#: The composition root and the sample city know everything.
KNOWS_ALL = {"config", "demo"}
#: Also public: what a move on many asks and how a small batch is done at once, what a check found in a file, the filters of the list as programs
#: write them, how cases are counted, how signs are drawn, the one source of a move's fields, the one choice among units and how long lists are looked up, what a photo looks like in answers of the API, and pure tools without
#: rows or rights of their own.
TOOLS = {
    "batches.files",
    "batches.running",
    "batches.verbs",
    "calendar.working",
    "cases.figures",
    "cases.forms",
    "cases.list_filters",
    "cases.schemas",
    "duplicates.telling",
    "files.api",
    "files.receiving",
    "files.storage",
    "inspections.judging",
    "people.choices",
    "people.lookup",
    "people.options",
    "places.coarse",
    "places.naming",
    "places.explaining",
    "places.signs",
    "standards.letters",
}


def test_only_public_modules_of_other_apps_are_imported() -> None:
    problems = []
    for module in modules():
        if module.app in KNOWS_ALL:
            continue
        for source, name, _local in imported(module.tree):
            parts = [*source.split(".")[1:], name]
            app, layer = parts[0], parts[1] if len(parts) > 1 else ""
            if (
                app in APPS
                and app not in (module.app, "kernel")
                and layer not in PUBLIC
                and f"{app}.{layer}" not in TOOLS
            ):
                problems.append(f"{module} imports {source}.{name}")
    assert not problems, listed(problems)


def test_kernel_knows_no_app() -> None:
    problems = [
        f"{m} imports {source}"
        for m in modules()
        if m.app == "kernel"
        for source, _n, _l in imported(m.tree)
        if not source.startswith("yipanqi.kernel")
    ]
    assert not problems, listed(problems)


def test_no_package_is_a_drawer_for_anything() -> None:
    drawers = {"common", "core", "utils", "util", "base", "helpers", "misc", "shared"}
    problems = [str(m) for m in modules() if drawers & set(m.parts)]
    assert not problems, listed(problems)


def test_imports_inside_functions_give_their_reason() -> None:
    problems = [
        f"{module}:{node.lineno} {function.name}"
        for module in modules()
        if module.parts[:2]
        != ("config", "commands")  # a command imports what needs configured apps after configuring them
        for function in functions(module.tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not explained(module, function, node)
    ]
    assert not problems, listed(problems)


def explained(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef, node: ast.stmt) -> bool:
    """A comment on the line, or on an earlier import of the same function that it follows directly."""
    lines = module.text.splitlines()
    for number in range(node.lineno, function.lineno, -1):
        line = lines[number - 1].strip()
        if "#" in line and line.split("#", 1)[1].replace("noqa: PLC0415", "").strip():
            return True
        if line and not line.startswith(("import ", "from ", "#")):
            return False
    return False


@pytest.mark.timeout(120)
def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "yipanqi.config.settings"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
