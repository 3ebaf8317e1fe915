"""One move on many cases: which moves are offered so, and what each does with one case. Every case is its own transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.cases import actions
from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import CASE
from yipanqi.kernel.actions import Refused
from yipanqi.people.models import User

MOST = 200


@dataclass(frozen=True)
class Result:
    """What became of one chosen case: `what` where it was done, else `why` it was not."""

    number: str
    title: str = ""
    what: str = ""
    why: str = ""


def offered(user: User) -> list[dict[str, str]]:
    """The moves that people in the roles of `user` make on many cases at once, each with what is asked before."""
    return [
        {"value": verb, "title": str(CASE.moves[verb].title), "confirm": str(sentence)}
        for verb, (_make, sentence) in MOVES.items()
        if user.has_perm(f"desk.use_bulk_{verb}")
    ]


def make(verb: str, numbers: Sequence[str], *, by: User, at: dt.datetime) -> list[Result]:
    """Make one move on every case of these numbers; each is done or refused by itself, in the order given.

    Raises:
        Refused: a move that is not made on many, no case, or too many.
    """
    if verb not in MOVES:
        raise Refused(_("这一步不能批量办理。"))
    wanted = list(dict.fromkeys(numbers))
    if not 0 < len(wanted) <= MOST:
        raise Refused(_("请选择 1 至 %(n)d 条案件。") % {"n": MOST})
    found = {case.number: case for case in cases.visible_to(by).filter(number__in=wanted).select_related("unit", "place", "issue_class")}
    return [_try(verb, number, found.get(number), by, at) for number in wanted]


def _try(verb: str, number: str, case: Case | None, by: User, at: dt.datetime) -> Result:
    if case is None:
        return Result(number, why=_("找不到，或您无权查看。"))
    try:
        return Result(number, case.title, what=MOVES[verb][0](case, by, at))
    except Refused as refusal:
        return Result(number, case.title, why=str(refusal))


def _accept(case: Case, by: User, at: dt.datetime) -> str:
    """Under the class that the case was entered with."""
    if case.issue_class is None:
        raise Refused(_("还没有定问题类别，请打开案件逐条受理。"))
    return str(actions.accept(case, issue_class=case.issue_class, by=by, at=at).get_state_display())


def _dispatch(case: Case, by: User, at: dt.datetime) -> str:
    """To whom the duty rules name."""
    answer = cases.answering(case, timezone.localdate(at))
    if answer.unit is None:
        raise Refused(_("没有责任规则覆盖此案，请打开案件指定单位。"))
    actions.dispatch(case, unit=answer.unit, co_units=tuple(answer.co_units), by=by, at=at)
    return str(answer.unit)


def _verify(case: Case, by: User, at: dt.datetime) -> str:
    return str(actions.verify_pass(case, by=by, at=at).get_state_display())


MOVES: dict[str, tuple[Callable[[Case, User, dt.datetime], str], Any]] = {
    "accept": (_accept, gettext_lazy("按各案已登记的类别受理所选案件？")),
    "dispatch": (_dispatch, gettext_lazy("把所选案件交办给责任规则得出的单位？没有规则的会原样留下。")),
    "verify_pass": (_verify, gettext_lazy("所选案件核查通过并销号？")),
}
