"""The package's starting data, read for the generators: categories with check items, issue classes, departments."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).resolve().parent.parent / "data"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One check item of a category.

    `kind` is boolean, count or grade; `measure` (count only) violations, provisions, sample_pass or ratio; `target`
    the number asked for (percent for a ratio, None where nothing is asked for).
    """

    code: str
    text: str
    kind: str
    measure: str | None
    target: int | None
    weight: int
    issue_class: str


@dataclass(frozen=True, slots=True)
class CategorySpec:
    """One of the 40 kinds of place; `department` is a key of `Standard.departments`."""

    key: str
    prefix: str
    name: str
    group: str
    department: str
    items: tuple[ItemSpec, ...]


@dataclass(frozen=True, slots=True)
class ClassSpec:
    """One issue class.

    `limit` is the whole time to mend it, in `unit` (work_hour, work_day, urgent_hour, urgent_day); of a staged limit
    the last stage counts. `on_the_spot` classes are put right where they are seen and never become a case.
    """

    code: str
    kind: str
    group: str
    group_name: str
    name: str
    department: str
    severity: int
    limit: int
    unit: str
    on_the_spot: bool


@dataclass(frozen=True, slots=True)
class Division:
    """A row of the divisions file: code as printed there (6, 9 or 12 digits), level city/district/street/community."""

    code: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True, slots=True)
class Standard:
    """Everything of the starting data that the generators need, by key or code, in file order."""

    categories: dict[str, CategorySpec]
    classes: dict[str, ClassSpec]
    departments: dict[str, str]
    divisions: tuple[Division, ...]


def _item(row: dict[str, Any]) -> ItemSpec:
    target = row.get("target", row.get("target_percent"))
    return ItemSpec(
        row["code"], row["zh"], row["kind"], row.get("measure"), target, row["weight"], row.get("issue_class", "")
    )


def _issue_class(row: dict[str, Any]) -> ClassSpec:
    deadline = row["deadline"]
    last = deadline["stages"][-1] if deadline["type"] == "staged" else deadline
    return ClassSpec(
        code=row["code"],
        kind=row["kind"],
        group=row["class_code"],
        group_name=row["class_zh"],
        name=row["zh"],
        department=row["default_department"],
        severity=row["severity"],
        limit=last.get("value", 2),
        unit=last.get("unit", "work_hour"),
        on_the_spot=deadline["type"] == "real_time",
    )


@cache
def load_standard(folder: Path = DATA) -> Standard:
    """Read the three starting files of `folder` (default: the package's own `data/`); cached for the process."""
    places = yaml.load((folder / "point_categories.yaml").read_bytes(), _LOADER)
    issues = yaml.load((folder / "issue_classes.yaml").read_bytes(), _LOADER)
    with (folder / "divisions_jiayuguan.csv").open(encoding="utf-8-sig", newline="") as file:
        divisions = tuple(Division(r["code"], r["name"], r["level"], r["parent_code"]) for r in csv.DictReader(file))
    categories = {
        row["key"]: CategorySpec(
            row["key"],
            row["code_prefix"],
            row["zh"],
            row["group"],
            row["responsible_department_type"],
            tuple(_item(item) for item in row["items"]),
        )
        for row in places["categories"]
    }
    classes = {row["code"]: _issue_class(row) for row in issues["classes"]}
    departments = {row["key"]: row["zh"] for row in issues["meta"]["department_types"]}
    return Standard(categories, classes, departments, divisions)
