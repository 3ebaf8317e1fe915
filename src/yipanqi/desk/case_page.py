"""What a case's page shows, gathered once: facts, moves, photos, thread, duty, neighbours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.states import CASE, State
from yipanqi.desk import duty_words, hand_overs, pictures, showing, stage_line, suggesting
from yipanqi.desk.move_list import moves_of
from yipanqi.files.models import Photo
from yipanqi.people.models import Role, Unit, User

STEPS = (State.REPORTED, State.FILED, State.DISPATCHED, State.HANDLING, State.RESOLVED, State.CLOSED)
STANDS_AT = {State.DISPUTED: State.DISPATCHED, State.SUSPENDED: State.HANDLING}
MOVE_TONES = {
    "verify_pass": "done", "fix_on_the_spot": "done", "recheck_pass": "done", "verify_fail": "late", "rebound": "late",
    "dispute": "soon", "reject": "soon", "ask_extension": "soon", "ask_suspension": "soon", "comment": "wait",
}  # fmt: skip
OTHER_VERBS = {
    "report_case": gettext_noop("登记"),
    "import_case": gettext_noop("按台账更新"),
    "report": gettext_noop("登记"),
    "report_by_resident": gettext_noop("市民反映"),
    "confirm": gettext_noop("再次发现"),
    "follow": gettext_noop("随主案件办结"),
    "desk.publish_pair": gettext_noop("公开照片"),
    "desk.withdraw_pair": gettext_noop("撤回公开的照片"),
}
#: What is told of a move beside its words.
BESIDE = {"lapsed": gettext_lazy("尚未审批的申请随之失效。"), "false_reply": gettext_lazy("反馈与现场不符（虚假整改）。")}
SHOWS_PAIR = ("resolve", "fix_on_the_spot")
DUTY_STATES = (State.REPORTED, State.FILED, State.DISPUTED)


def visible_cases(user: User) -> QuerySet[Case]:
    """Cases `user` may see, with what every page names."""
    return cases.visible_to(user).select_related(*showing.JOINS, "merged_into", "rebound_of", "found_by", "check_item")


def narrow_units(form: forms.Form, case: Case, user: User, verb: str) -> None:
    """Leave in a unit's form the choice among the person's own units; no field where there is nothing to choose."""
    if verb not in cases.SHARES:
        return
    mine = cases.own_units(case, user, verb)
    if len(mine) < 2:
        del form.fields["unit"]
        return
    field = form.fields["unit"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = Unit.objects.filter(pk__in=[u.pk for u in mine])
    field.required, field.empty_label = True, _("请选择")
    field.help_text = _("您在几个单位任职，这件案件交给了其中多个。")
    form.order_fields(["unit"])


def verb_title(verb: str) -> str:
    """The Chinese word of a move, also of those that are no line of the state table."""
    return str(CASE.moves[verb].title) if verb in CASE.moves else _(OTHER_VERBS.get(verb, verb))


def entries(moves: list[CaseMove], photos: list[Photo]) -> list[dict[str, Any]]:
    """The thread for the component entry.html, newest first, each entry with its photos; one that reports the mending also
    holds the photo before beside it."""
    own = pictures.by_entry(moves, photos)
    before, _after = pictures.pair_of(photos)
    to_whom = hand_overs.sentences(moves)
    return [_entry(move, own[move.pk], before, to_whom.get(move.pk, "")) for move in reversed(moves)]


def _entry(move: CaseMove, photos: list[Photo], before: Photo | None, to_whom: str) -> dict[str, Any]:
    words = verb_title(move.verb)
    if move.source != move.target and move.target:
        words = _("%(verb)s → %(state)s") % {"verb": words, "state": State(move.target).label}
    after = [p for p in photos if p.kind == Photo.Kind.AFTER]
    pair = move.verb in SHOWS_PAIR and before is not None and bool(after)
    return {
        "words": words,
        "at": showing.moment(move.at),
        "iso": move.at.isoformat(),
        "who": _who(move),
        "unit": str(move.unit) if move.unit and not to_whom else "",
        "what": to_whom,
        "note": "\n".join([move.note, *(str(words) for key, words in BESIDE.items() if move.data.get(key))]),
        "tone": MOVE_TONES.get(move.verb, "act"),
        "before": pictures.picture(before) if before and pair else None,
        "after": pictures.picture(after[-1]) if pair else None,
        "photos": [pictures.picture(p) for p in photos if not (pair and p == after[-1])],
    }


def _who(move: CaseMove) -> str:
    if move.actor:
        return move.actor.name
    return _("系统自动") if move.actor_key == "system" else _("市民")


def steps_of(case: Case) -> list[dict[str, Any]]:
    """The loop with "you are here"; empty for cases that left it."""
    here = STANDS_AT.get(State(case.state), State(case.state))
    if here not in STEPS:
        return []
    return [{"title": s.label, "here": s == here} for s in STEPS]


def duty_of(case: Case) -> Any:
    """Who answers for the case today, with reasons (places.selectors.Resolution)."""
    return cases.answering(case, timezone.localdate())


def parts_of(case: Case) -> list[dict[str, Any]]:
    """The units' assignments with states, times, and what each one's clock says by the unit's own calendar."""
    now = timezone.now()
    return [
        {
            "part": part,
            "late": bool(part.due_at and part.resolved_at and part.resolved_at > part.due_at),
            "deadline": showing.part_deadline(case, part, now),
            "signed": showing.moment(part.signed_at),
            "due": showing.moment(part.due_at),
            "resolved": showing.moment(part.resolved_at),
        }
        for part in case.assignments.select_related("unit", "signed_by", "resolved_by").order_by("role", "id")
    ]


def offences_of(case: Case, user: User, parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Earlier offences of the subjects this case names, for those who decide about it."""
    names = dict.fromkeys(p["part"].subject_name for p in parts if p["part"].subject_name)
    return [{"name": name, "found": list(cases.earlier_offences(name).exclude(case=case)[:20])} for name in names]


STAGE_CLOCKS = {
    State.REPORTED: gettext_noop("受理时限"), State.FILED: gettext_noop("交办时限"), State.DISPATCHED: gettext_noop("签收时限"),
    State.DISPUTED: gettext_noop("裁定时限"), State.RESOLVED: gettext_noop("核查时限"),
}  # fmt: skip


def _clocks(case: Case) -> list[tuple[str, str]]:
    """Each deadline that binds the case now, under its own name: that of the stage it stands in, and that of mending."""
    found = []
    if case.state in STAGE_CLOCKS and case.stage_due_at:
        found.append((_(STAGE_CLOCKS[State(case.state)]), showing.moment(case.stage_due_at)))
    if case.due_at:
        found.append((_("整改期限"), showing.moment(case.due_at)))
    return found


def context(case: Case, user: User) -> dict[str, Any]:
    """Everything that desk/case.html shows."""
    parts = parts_of(case)
    office = bool(user.roles & {Role.HEAD, Role.DESK})
    near = cases.similar(case, user)
    photos = pictures.of_case(case)
    thread = list(cases.thread(case))
    return {
        "case": case,
        "state_tone": showing.state_tone(case.state),
        "deadline": showing.deadline(case, timezone.now()),
        "severity": showing.SEVERITIES[case.severity],
        "found": showing.moment(case.found_at),
        "clocks": _clocks(case),
        "steps": steps_of(case),
        "moves": moves_of(case, user),
        "photos": pictures.shown(case, photos, user),
        "entries": entries(thread, photos),
        "stages": stage_line.lines(case, thread, timezone.now()),
        "parts": parts,
        "awaited": _("、").join(unit.name for unit in cases.awaited(case)),
        "duty": duty_words.shown(duty_of(case)) if case.state in DUTY_STATES and office else None,
        "offences": offences_of(case, user, parts),
        "similar": list(
            zip(showing.rows([other for other, _m in near]), [round(metres) for _other, metres in near], strict=True)
        ),
        "asked": list(case.extension_requests.filter(decided_at__isnull=True).select_related("unit", "asked_by")),
        "reports": list(case.reports.order_by("id")) if office or Role.AUDITOR in user.roles else [],
        "may_answer": office,
        "sees_contacts": office,
        "followers": list(case.merged_cases.order_by("number")) if case.state != State.MERGED else [],
        "rebounds": list(case.rebound_cases.order_by("number")),
        "suggested": suggesting.shown(case, "accept", user) if case.state == State.REPORTED else None,
        "why_merged": next((move.note for move in reversed(thread) if move.verb == "merge" and case.state == State.MERGED), ""),
        "sees_journal": user.has_perm("desk.see_journal"),
    }
