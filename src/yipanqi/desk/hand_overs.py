"""To whom a case went, in a sentence for its thread: the unit that leads, those that assist, those taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.cases.forms import SEVERITIES
from yipanqi.cases.models import CaseMove
from yipanqi.people.models import Unit
from yipanqi.standards.selectors import all_classes


def sentences(moves: Sequence[CaseMove]) -> dict[int, str]:
    """By row id, what each hand-over says; moves that hand nothing over are left out."""
    ours = [move for move in moves if move.verb in SAID]
    codes = {code for move in ours for key in ("co_units", "units", "from", "unit") for code in _codes(move.data.get(key))}
    names = {unit.code: str(unit) for unit in Unit.objects.filter(code__in=codes)} if codes else {}
    return {move.pk: SAID[move.verb](move, names) for move in ours if move.unit or _codes(move.data.get("units"))}


def _codes(value: Any) -> list[str]:
    return [value] if isinstance(value, str) and value else list(value) if isinstance(value, list) else []


def _named(value: Any, names: dict[str, str]) -> str:
    return _("、").join(names.get(code, code) for code in _codes(value))


def _dispatch(move: CaseMove, names: dict[str, str]) -> str:
    helpers = _named(move.data.get("co_units"), names)
    if helpers:
        return _("交办给 %(unit)s，协办 %(helpers)s") % {"unit": move.unit, "helpers": helpers}
    return _("交办给 %(unit)s") % {"unit": move.unit}


def _uphold(move: CaseMove, names: dict[str, str]) -> str:
    rule = move.data.get("rule")
    return _ruling(move, names) + (_("，并写入责任规则 %(code)s") % {"code": rule} if rule else "")


def _ruling(move: CaseMove, names: dict[str, str]) -> str:
    before = _named(move.data.get("from"), names)
    if move.data.get("unit") == "":
        return _("%(before)s不再协办") % {"before": before or move.unit}
    if before:
        return _("由 %(before)s 改派 %(unit)s") % {"before": before, "unit": move.unit}
    return _("改派 %(unit)s") % {"unit": move.unit}


def _overrule(move: CaseMove, _names: dict[str, str]) -> str:
    return _("仍由 %(unit)s 办理") % {"unit": move.unit}


def _withdraw(move: CaseMove, names: dict[str, str]) -> str:
    return _("从 %(units)s 收回") % {"units": _named(move.data.get("units"), names) or move.unit}


def _correct(move: CaseMove, _names: dict[str, str]) -> str:
    """From which class and severity to which, and what became of the clocks."""
    names, was = {row.key: row.name for row in all_classes()}, move.data["was"]
    found = []
    if was["class"] != move.data["class"]:
        found.append(_("类别由“%(was)s”改为“%(now)s”") % {"was": names.get(was["class"], was["class"]), "now": names.get(move.data["class"], "")})
    if was["severity"] != move.data["severity"]:
        levels = dict(SEVERITIES)
        found.append(_("严重程度由“%(was)s”改为“%(now)s”") % {"was": levels[was["severity"]], "now": levels[move.data["severity"]]})
    if "limit" in move.data:
        found.append(_("整改期限按新类别重新计算"))
    return _("，").join(found)


def _release(move: CaseMove, _names: dict[str, str]) -> str:
    return _("%(before)s不再协办") % {"before": move.unit}


SAID = {"dispatch": _dispatch, "uphold": _uphold, "overrule": _overrule, "withdraw": _withdraw, "release_unit": _release, "correct_class": _correct}
