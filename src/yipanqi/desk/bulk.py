"""The moves that the bar of a list offers for many cases at once, and what is said of the cases before one is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Case as Whether
from django.db.models import IntegerField, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.batches import verbs
from yipanqi.batches.catalogue import AT_ONCE, VERBS
from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import CASE
from yipanqi.desk import showing
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import Unit, User

PIECE, SAMPLE, UNITS = 1_000, 10, 12


def offered(user: User) -> list[dict[str, str]]:
    """The moves that people in the roles of `user` make on many, each with what is asked before; `quick` ones need nothing
    to be filled in."""
    return [
        {
            "value": verb, "title": str(CASE.moves[verb].title), "confirm": verbs.question(verb, _("所选的案件")),
            "quick": "" if verbs.asks(verb) else "1",
        }
        for verb in VERBS if user.has_perm(f"batches.use_{verb}")
    ]  # fmt: skip


def by_state(user: User, ids: Sequence[int]) -> Counter[str]:
    """How many of the cases are in which state."""
    return Counter(state for _pk, state, _unit, _apart in _facts(user, ids))


def look(user: User, verb: str, ids: Sequence[int], missing: int = 0) -> dict[str, Any]:
    """What is to be known of the chosen cases before a move is made on them: how many it is for, and which of them come
    first; how many it is not for, and why; which units are concerned. Of a few every case is looked at, of more what their
    rows tell: the rest shows when it is done.

    Args:
        missing: how many of the numbers were not found.
    """
    states, units, whys, fit = Counter[str](), Counter[int](), Counter[str](), list[int]()
    for pk, state, unit, apart in _facts(user, ids, verb):
        states[state] += 1
        if state not in CASE.moves[verb].source:
            whys[_("当前状态为“%(state)s”，不能%(move)s。") % {"state": CASE.states[state], "move": CASE.moves[verb].title}] += 1
        elif apart >= 0:
            whys[str(VERBS[verb].apart[apart][1])] += 1
        else:
            fit.append(pk)
            units[unit or 0] += 1
    if missing:
        whys[_("找不到，或您无权查看。")] += missing
    few = len(fit) <= int(policy_value(AT_ONCE.key))
    if few:
        fit, units = _looked_at(user, verb, fit, whys)
    by_rules, no_unit = verb == "dispatch", units.pop(0, 0)
    return {
        "fit": len(fit), "unfit": sum(whys.values()), "whys": whys.most_common(), "states": [(CASE.states[state], n) for state, n in states.most_common()],
        "units": _named(units), "more_units": max(0, len(units) - UNITS), "sample": _lines(user, fit[:SAMPLE]), "all_looked_at": few,
        "by_rules": by_rules, "no_rule": no_unit if by_rules and few else 0,
    }  # fmt: skip


def _facts(user: User, ids: Sequence[int], verb: str = "") -> Iterator[tuple[int, str, int | None, int]]:
    """Row id, state, unit and what sets it apart (-1: nothing) of each case that is still to be seen, in the order given."""
    apart = VERBS[verb].apart if verb else ()
    which = Whether(*(When(condition, then=Value(n)) for n, (condition, _why) in enumerate(apart)), default=Value(-1), output_field=IntegerField())
    for start in range(0, len(ids), PIECE):
        piece = ids[start : start + PIECE]
        found = cases.visible_to(user, few=True).filter(pk__in=piece).annotate(apart=which).values_list("pk", "state", "unit_id", "apart")
        rows = {row[0]: row for row in found}
        yield from (rows[pk] for pk in piece if pk in rows)


def _looked_at(user: User, verb: str, fit: list[int], whys: Counter[str]) -> tuple[list[int], Counter[int]]:
    """Of a few cases: those that are not left for a page of their own, and the units, for a hand-over those of the rules."""
    rows = cases.visible_to(user, few=True).filter(pk__in=fit).select_related(*showing.JOINS).in_bulk()
    left, units = list[int](), Counter[int]()
    for pk in fit:
        case = rows.get(pk)
        if case is None:
            continue
        if why := VERBS[verb].alone(case, user):
            whys[why] += 1
            continue
        left.append(pk)
        units[_unit_of(case, verb)] += 1
    return left, units


def _unit_of(case: Case, verb: str) -> int:
    if verb == "dispatch":
        unit = cases.answering(case, timezone.localdate()).unit
        return unit.pk if unit else 0
    return case.unit_id or 0


def _named(units: Counter[int]) -> list[tuple[str, int]]:
    most = units.most_common(UNITS)
    names = Unit.objects.in_bulk([pk for pk, _n in most])
    return [(str(names[pk]), n) for pk, n in most]


def _lines(user: User, ids: Sequence[int]) -> list[dict[str, Any]]:
    found = {case.pk: case for case in showing.listed(cases.visible_to(user, few=True).filter(pk__in=ids))}
    return showing.rows([found[pk] for pk in ids if pk in found])
