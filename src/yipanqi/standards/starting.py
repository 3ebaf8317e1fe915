"""The package's starting standard, read from ``data/``: plain field values by key, ready for the tables. Writes nothing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yipanqi.calendar.working import Clock

DATA = Path(__file__).resolve().parent.parent / "data"
NATIONAL, LOCAL = "GB/T 47678.5-2026", "local"
PHOTO_FROM_SEVERITY = 3
EDITION = {
    "code": "YPQ-2026",
    "name": "全国文明城市实地测评参考标准（2026年版）",
    "issuer": "一盘棋项目依据公开资料整理",
    "period": "2024—2026",
    "part_weights": {"field": 40, "material": 40, "survey": 20},
}
#: (code, parent code, name, weight, method) of the first three parts; the groups of places come under F.
PARTS: tuple[tuple[str, str, str, int, str], ...] = (
    ("F", "", "实地考察", 40, "field"),
    ("M", "", "材料审核", 40, "material"),
    ("Q", "", "问卷调查", 20, "survey"),
    ("Q-01", "Q", "创建工作知晓率", 1, "survey"),
    ("Q-02", "Q", "创建活动参与率", 1, "survey"),
    ("Q-03", "Q", "市民满意度", 1, "survey"),
)
MINORS_GROUP = "minors"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _file(name: str) -> Any:
    return yaml.load((DATA / name).read_bytes(), _LOADER)


def departments() -> dict[str, str]:
    """Functions of departments 职能类型 by key, for example sanitation → 市容环卫总站（环卫中心）."""
    return {row["key"]: row["zh"] for row in _file("issue_classes.yaml")["meta"]["department_types"]}


def groups() -> dict[str, str]:
    """Groups of place categories by key, in the file's order."""
    return dict(_file("point_categories.yaml")["meta"]["groups"])


def thresholds() -> dict[str, dict[str, float]]:
    """From which count which letter is given, by measure; a fresh copy."""
    return {name: dict(row) for name, row in _kinds()["count"]["default_thresholds"].items()}


def letter_values() -> dict[str, float]:
    """What a letter is worth, from 1 to 0; a fresh copy."""
    return dict(_kinds()["grade"]["letters"])


def _kinds() -> Any:
    return _file("point_categories.yaml")["meta"]["kinds"]


def class_key(standard: str, kind: str, code: str) -> str:
    """The name under which a class is known outside the database."""
    return f"{standard}|{kind}|{code}"


def issue_classes(stage_defaults: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Field values of every issue class by key.

    Args:
        stage_defaults: limits of accept, dispatch and verify; the file knows only the time for mending.
    """
    closing, sources = _file("closing_conditions.yaml"), _file("issue_classes.yaml")["meta"]["sources"]
    found = {}
    for row in _file("issue_classes.yaml")["classes"]:
        standard = LOCAL if row["is_local_extension"] else NATIONAL
        handle = _handle(row["deadline"])
        found[class_key(standard, row["kind"], row["code"])] = {
            "standard": standard,
            "kind": row["kind"],
            "code": row["code"],
            "group_code": row["class_code"],
            "group_name": row["class_zh"],
            "group_name_en": row["class_en"],
            "name": row["zh"],
            "name_en": row["en"],
            "component": row.get("component_zh", ""),
            "department_type": row["default_department"],
            "severity": row["severity"],
            "clocks": {**stage_defaults, "handle": handle},
            "on_the_spot": handle["clock"] == Clock.ON_THE_SPOT.value,
            "photo_required": row["severity"] >= PHOTO_FROM_SEVERITY,
            "closing_condition": closing[row["class_code"]],
            "deadline_note": row["deadline"].get("note_zh", ""),
            "deadline_source": sources[row["deadline_source"]],
            "deadline_certainty": row["deadline_certainty"],
            "code_source": row["code_source"],
            "code_certainty": row["code_certainty"],
            "legacy_codes": row.get("legacy_codes", {}),
        }
    return found


def _handle(deadline: dict[str, Any]) -> dict[str, Any]:
    """The limit for mending; of a staged one the last stage is the whole."""
    if deadline["type"] == "real_time":
        return {"amount": 0, "clock": Clock.ON_THE_SPOT.value}
    if deadline["type"] == "single":
        return {"amount": deadline["value"], "clock": deadline["unit"]}
    steps = [{"amount": s["value"], "clock": s["unit"], "title": s["stage_zh"]} for s in deadline["stages"]]
    return {"amount": steps[-1]["amount"], "clock": steps[-1]["clock"], "stages": steps}


def _title(source: str) -> str:
    """A source by what it is: the words in its last brackets, or from a book mark on, rather than where a copy lay."""
    inside = re.findall(r"[(（]([^()（）]+)[)）]", source) or re.findall("《.*", source)
    return str(inside[-1]) if inside else source


def categories() -> dict[str, dict[str, Any]]:
    """Field values of every place category by key, in the file's order."""
    sources = _file("point_categories.yaml")["meta"]["sources"]
    return {
        row["key"]: {
            "code_prefix": row["code_prefix"],
            "name": row["zh"],
            "name_en": row["en"],
            "group": row["group"],
            "department_type": row["responsible_department_type"],
            "co_departments": row["co_responsible"],
            "extent": row["survey_extent_zh"],
            "extent_en": row["survey_extent_en"],
            "basis": [_title(sources[name]) for name in row["basis"]],
            "concerns_minors": row["concerns_minors"],
            "order": order,
        }
        for order, row in enumerate(_file("point_categories.yaml")["categories"], 1)
    }


def indicators() -> dict[str, dict[str, Any]]:
    """Field values of the starting indicator tree by code, parents first; "parent" is a code or empty."""
    rows = (*PARTS, *((f"F-{key}", "F", name, 1, "field") for key, name in groups().items()))
    return {c: {"parent": p, "name": n, "weight": w, "method": m} for c, p, n, w, m in rows}


def check_items() -> dict[str, dict[str, Any]]:
    """Field values of every check item by code.

    "category" is a category's key, "issue_class" a class's code, "indicators" the codes of the indicators it feeds:
    its category's group, and that of minors where it concerns them.
    """
    found = {}
    for category in _file("point_categories.yaml")["categories"]:
        for order, row in enumerate(category["items"], 1):
            minors = bool(row.get("minors", False))
            fed = {category["group"], MINORS_GROUP} if minors else {category["group"]}
            found[row["code"]] = {
                "category": category["key"],
                "text": row["zh"],
                "text_en": row["en"],
                "kind": row["kind"],
                "measure": row.get("measure", ""),
                "target": row.get("target", row.get("target_percent")),
                "sample": row.get("sample"),
                "weight": row["weight"],
                "method": row["method"],
                "note": row.get("note_zh", ""),
                "critical": bool(row.get("critical", False)),
                "minors": minors,
                "issue_class": row["issue_class"],
                "order": order,
                "indicators": sorted(f"F-{group}" for group in fed),
            }
    return found
