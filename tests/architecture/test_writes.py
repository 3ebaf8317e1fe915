"""Only actions write, and only rows of their own app."""

from __future__ import annotations

import ast

from tests.architecture.house import APPS, Module, imported, listed, modules

CREATES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
#: Who else may write, and why.
MAY_WRITE = {
    "kernel": "the kernel keeps its own tables: journal, outbox, jobs, stamps, series",
    "demo": "the sample city is built in bulk; a test proves that its rows equal what the actions leave",
    "config": "commands set up reference data before there is anyone to act",
}
#: Things with such methods that are no rows: sheets of paper and pictures.
NO_ROWS = {"canvas", "image"}
#: Tables of the kernel that an app's actions keep for the office, because the kernel has no pages.
OFFICE_TABLES = {"Policy"}
#: Single functions with a reason.
EXCEPT = {
    "people/models.py:create_user": "Django's authentication calls it on the manager",
    "people/models.py:set_password": "Django's authentication calls it on the model",
}


def writes(module: Module) -> list[tuple[int, str, str, str]]:
    """(line, function, call, model) of every call that writes rows. Writes take no positional arguments where things
    with the same method names (dictionaries, digests, caches, images) do."""
    found = []

    def visit(node: ast.AST, function: str) -> None:
        if isinstance(node, ast.FunctionDef):
            function = node.name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, receiver = node.func.attr, ast.unparse(node.func.value)
            writing = (
                (name in CREATES and ".objects" in receiver or name in CREATES - {"create"})
                or (name == "update" and node.keywords and not node.args)
                or (name in ("save", "delete") and not node.args and receiver not in NO_ROWS)
            )
            if writing:
                found.append((node.lineno, function, f"{receiver}.{name}", receiver.split(".")[0]))
        for child in ast.iter_child_nodes(node):
            visit(child, function)

    visit(module.tree, "")
    return found


def test_only_actions_write() -> None:
    problems = [
        f"{module}:{line} {call}(…) in {function or 'the module'}"
        for module in modules()
        if module.app in APPS and module.app not in MAY_WRITE and module.layer != "actions"
        for line, function, call, _model in writes(module)
        if f"{module}:{function}" not in EXCEPT
    ]
    assert not problems, listed(problems)


def test_actions_write_only_rows_of_their_own_app() -> None:
    problems = []
    for module in modules():
        if module.layer != "actions" or module.app in MAY_WRITE:
            continue
        foreign = {
            local: source
            for source, name, local in imported(module.tree)
            if source.endswith(".models") and source.split(".")[1] != module.app and name not in OFFICE_TABLES
        }
        problems += [
            f"{module}:{line} {call}(…) writes a row of {foreign[model]}"
            for line, _f, call, model in writes(module)
            if model in foreign
        ]
    assert not problems, listed(problems)
