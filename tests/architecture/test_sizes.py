"""Files, functions, templates and the kernel stay small enough to be read."""

from __future__ import annotations

from tests.architecture.house import PACKAGE, functions, listed, modules, templates

FILE, FUNCTION, TEMPLATE, KERNEL = 400, 60, 150, 1_800


def test_files_have_at_most_400_lines() -> None:
    problems = [f"{m}: {n}" for m in modules(tests=True) if (n := m.text.count("\n")) > FILE]
    assert not problems, listed(problems)


def test_functions_have_at_most_60_lines() -> None:
    problems = [
        f"{m}:{f.lineno} {f.name}: {n}"
        for m in modules(tests=True)
        for f in functions(m.tree)
        if (n := (f.end_lineno or f.lineno) - f.lineno + 1) > FUNCTION
    ]
    assert not problems, listed(problems)


def test_templates_have_at_most_150_lines() -> None:
    problems = [
        f"{p.relative_to(PACKAGE)}: {n}"
        for p in templates()
        if (n := p.read_text(encoding="utf-8").count("\n")) > TEMPLATE
    ]
    assert not problems, listed(problems)


def test_kernel_stays_within_its_budget() -> None:
    """Plain lines of the files: code, docstrings, comments and blank lines alike."""
    lines = sum(m.text.count("\n") for m in modules() if m.app == "kernel")
    assert lines <= KERNEL, f"kernel: {lines} lines"
