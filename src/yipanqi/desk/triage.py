"""The triage desk: which cases wait there and in which order, and all that is shown of one."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.desk import case_page, claims, duty_words, pictures, showing, suggesting
from yipanqi.desk.catalogue import REJECT_REASONS
from yipanqi.desk.triage_form import TriageForm, duty_for
from yipanqi.duplicates import selectors as duplicates
from yipanqi.duplicates import telling
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import Role, User
from yipanqi.standards.models import IssueClass

WAITING = (State.REPORTED, State.FILED)
#: So far down the queue a case is looked for that nobody else has before them.
LOOKED_THROUGH = 40
#: Keys of the suggested classes and of the likely duplicates, and how many ready reasons there are.
CLASS_KEYS, DUPLICATE_KEYS, MOST_REASONS = "1234", "56789", 9


def queue(user: User) -> QuerySet[Case]:
    """What waits to be accepted or handed over: the most severe first, of equals what is due first."""
    waiting = cases.visible_to(user).filter(state__in=WAITING)
    return waiting.order_by("-severity", F("stage_due_at").asc(nulls_last=True), "id")


def waiting(user: User) -> list[tuple[int, str]]:
    """Row ids and numbers of the queue in its order."""
    return list(queue(user).values_list("pk", "number"))


def free(found: list[tuple[int, str]], user: User, *, after: str = "") -> str:
    """The number of the first case of the queue, or the first behind `after`, that nobody else has before them; of all
    taken the first; empty where nothing waits."""
    numbers = [number for _pk, number in found]
    start = numbers.index(after) + 1 if after in numbers else 0
    turned = [row for row in found[start:] + found[:start] if row[1] != after]
    for pk, number in turned[:LOOKED_THROUGH]:
        if not claims.held_by_another(pk, user):
            return number
    return turned[0][1] if turned else ""


def before(found: list[tuple[int, str]], number: str) -> str:
    """The number of the case before one in the queue; empty for the first."""
    numbers = [one for _pk, one in found]
    place = numbers.index(number) if number in numbers else 0
    return numbers[place - 1] if place else ""


def context(case: Case, user: User, form: TriageForm | None = None) -> dict[str, Any]:
    """Everything that desk/_triage.html shows of a case."""
    found = waiting(user)
    photos = pictures.of_case(case)
    following = free(found, user, after=case.number)
    numbers = [number for _pk, number in found]
    return {
        "case": case, "form": form or TriageForm(initial={"requirements": case.requirements}), "left": len(found),
        "place": numbers.index(case.number) + 1 if case.number in numbers else 0,
        "open": case.state in WAITING, "reported": case.state == State.REPORTED,
        "state_tone": showing.state_tone(case.state), "deadline": showing.deadline(case, timezone.now()),
        "severity": showing.SEVERITIES[case.severity], "found": showing.moment(case.found_at),
        "photos": [pictures.picture(photo) for photo in photos],
        "reports": list(case.reports.order_by("id")) if user.roles & {Role.HEAD, Role.DESK} else [],
        "classes": _classes(case, user, form), "duplicates": _duplicates(case, user, photos), "reasons": _reasons(),
        "decided": suggesting.shown(case, "dispatch", user) if case.state == State.FILED else None,
        "other": claims.take(case, user) if case.state in WAITING else "", "following": following, "previous": before(found, case.number),
        "ahead": [pictures.picture(photo)["thumb"] for photo in _photos_of(following)],
    }  # fmt: skip


def _photos_of(number: str) -> list[Any]:
    """The photos of the case that comes next, so that the browser has them when it comes."""
    case = Case.objects.filter(number=number).first() if number else None
    return pictures.of_case(case)[:3] if case else []


def _classes(case: Case, user: User, form: TriageForm | None) -> list[dict[str, Any]]:
    """The classes to choose from, each with its key and who answers under it: the case's own first, then the suggested."""
    today = timezone.localdate()
    own = case.issue_class
    if case.state != State.REPORTED:
        return [_class(case, own, "", "", _("已定类别"), today, user)] if own else []
    suggested = suggesting.shown(case, "accept", user)
    choices = [one for one in (suggested["choices"] if suggested else []) if own is None or one["value"] != own.key]
    rows = {row.key: row for row in IssueClass.objects.filter(key__in=[one["value"] for one in choices])}
    found = [_class(case, own, "", "", _("登记时的类别"), today, user)] if own else []
    found += [_class(case, rows[one["value"]], one["sure"], one["why"], one["note"], today, user) for one in choices if one["value"] in rows]
    chosen = form["issue_class"].value() if form is not None and form.is_bound else (own.key if own else "")
    return [{**one, "key": key, "chosen": one["value"] == chosen} for one, key in zip(found, CLASS_KEYS, strict=False)]


def _class(case: Case, row: IssueClass, sure: str, why: str, note: str, today: Any, user: User) -> dict[str, Any]:
    duty = duty_words.shown(duty_for(case, row, today))
    decided = suggesting.went_to(case, row, user)
    return {"value": row.key, "name": row.name, "note": note, "sure": sure, "why": why, "duty": duty, "decided": decided, "condition": row.closing_condition}


def _duplicates(case: Case, user: User, photos: list[Any]) -> list[dict[str, Any]]:
    if not user.has_perm("duplicates.see_duplicates"):
        return []
    found = duplicates.likely(case, user, photos)
    return [
        {
            "key": key, "case": one.case, "state": one.case.get_state_display(), "tone": showing.state_tone(one.case.state),
            "percent": round(one.score * 100), "reasons": telling.reasons(one), "through": one.through,
            "why_not": telling.why_not(duplicates.why_not_merged(case, one.case)),
        }
        for one, key in zip(found, DUPLICATE_KEYS, strict=False)
    ]  # fmt: skip


def _reasons() -> list[tuple[int, str]]:
    """The office's ready reasons, numbered."""
    texts = [text.strip() for text in str(policy_value(REJECT_REASONS.key)).split("|")]
    return list(enumerate([text for text in texts if text][:MOST_REASONS], 1))


#: How each decision of the desk is taken back.
BACK = {"dispatch": "withdraw", "accept": "unaccept", "merge": "split_off"}


def undone_by(case: Case, user: User) -> str:
    """The move by which `user` may take back at once what they decided, where that is the last that happened to the case: a
    hand-over that no unit has signed, an acceptance, a merge; empty where there is none."""
    last = next(reversed(cases.moves_of(case)), None)
    back = BACK.get(last.verb, "") if last is not None and last.actor_id == user.pk and last.target == case.state else ""
    return back if any(move.name == back and move.allowed for move in cases.open_moves(case, user)) else ""


def shown_case(number: str, user: User) -> Case | None:
    """The case of a number, if the person may see it, with all that the page names."""
    related = ("area", "place__category", "place__area")
    return case_page.visible_cases(user).select_related("issue_class", "unit", "merged_into", *related).filter(number=number).first()
