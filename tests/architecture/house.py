"""The source as data: its apps, its modules as syntax trees, its templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "yipanqi"
APPS = sorted(p.name for p in PACKAGE.iterdir() if (p / "apps.py").exists() and p.name != "config")


@dataclass(frozen=True)
class Module:
    """A Python file of the package: its app ("config" included), its parts below the app, its tree."""

    path: Path

    @property
    def parts(self) -> tuple[str, ...]:
        return self.path.relative_to(PACKAGE).with_suffix("").parts

    @property
    def app(self) -> str:
        return self.parts[0]

    @property
    def layer(self) -> str:
        """The word of the house it belongs to: "actions" for actions.py and for everything in actions/."""
        return self.parts[1] if len(self.parts) > 1 else ""

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        return _parse(self.path)

    def __str__(self) -> str:
        return str(self.path.relative_to(PACKAGE))


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def modules(*, tests: bool = False) -> list[Module]:
    """Every module of the package except migrations; tests only when asked for."""
    found = [Module(p) for p in sorted(PACKAGE.rglob("*.py")) if "migrations" not in p.parts]
    return [m for m in found if tests or "tests" not in m.parts]


def templates() -> list[Path]:
    """Every HTML template."""
    return sorted(PACKAGE.rglob("templates/**/*.html"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones included."""
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def imported(tree: ast.AST) -> Iterator[tuple[str, str, str]]:
    """(module, name, local name) of everything imported from the package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("yipanqi"):
            for alias in node.names:
                yield node.module, alias.name, alias.asname or alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("yipanqi"):
                    yield alias.name, "", alias.asname or alias.name


def listed(problems: list[str]) -> str:
    """A failure message, one problem a line."""
    return "\n" + "\n".join(problems)
