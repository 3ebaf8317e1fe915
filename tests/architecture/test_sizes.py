"""Files, functions, templates and the kernel stay small enough to be read."""

from __future__ import annotations

import ast
import io
import tokenize

from tests.architecture.house import PACKAGE, Module, functions, listed, modules, templates

FILE, FUNCTION, TEMPLATE, KERNEL, SHEETS = 400, 60, 150, 1_800, 1_000


def code_lines(module: Module) -> int:
    """Lines that hold code: no blank lines, comments or docstrings."""
    quiet = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type not in quiet:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def test_files_have_at_most_400_lines() -> None:
    problems = [f"{m}: {n}" for m in modules(tests=True) if (n := m.text.count("\n")) > FILE]
    assert not problems, listed(problems)


def test_functions_have_at_most_60_lines() -> None:
    problems = [
        f"{m}:{f.lineno} {f.name}: {n}" for m in modules(tests=True) for f in functions(m.tree) if (n := (f.end_lineno or f.lineno) - f.lineno + 1) > FUNCTION
    ]
    assert not problems, listed(problems)


def test_templates_have_at_most_150_lines() -> None:
    problems = [f"{p.relative_to(PACKAGE)}: {n}" for p in templates() if (n := p.read_text(encoding="utf-8").count("\n")) > TEMPLATE]
    assert not problems, listed(problems)


def test_kernel_stays_within_its_budget() -> None:
    own = [m for m in modules() if m.app == "kernel"]
    sheets = sum(code_lines(m) for m in own if m.layer == "sheets")
    rest = sum(code_lines(m) for m in own if m.layer != "sheets")
    assert rest <= KERNEL, f"kernel: {rest} lines of code"
    assert sheets <= SHEETS, f"kernel/sheets: {sheets} lines of code"
