"""Suggestions as the desk's forms show them: what to tap, how sure, why."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.cases.models import Case
from yipanqi.people.models import User
from yipanqi.standards.models import IssueClass
from yipanqi.suggestions import selectors

RIGHT = "suggestions.see_suggestions"
#: The field of each form that a suggestion fills.
FIELDS = {"accept": "issue_class", "dispatch": "unit", "uphold": "unit"}


def shown(case: Case, verb: str, user: User) -> dict[str, Any] | None:
    """For the template: `choices` of {value, title, note, sure, why, url}, the `field` they fill, and whether what is said
    of them was ever `tried`; None where there is nothing to suggest or the person does not decide."""
    if verb not in FIELDS or not user.has_perm(RIGHT):
        return None
    learnt = selectors.in_force()
    tried = learnt is not None and selectors.tried(learnt.classes if verb == "accept" else learnt.units)
    choices = _classes(case, tried) if verb == "accept" else _units(case, tried)
    if not choices:
        return None
    for one in choices:
        one["url"] = f"{reverse('desk:move', args=[case.number, verb])}?{urlencode({FIELDS[verb]: one['value']})}"
    return {
        "field": FIELDS[verb], "choices": choices, "tried": tried, "learnt": bool(learnt and learnt.classes["cases"]),
        "of_classes": verb == "accept",
    }  # fmt: skip


def went_to(case: Case, issue_class: IssueClass | None, user: User) -> dict[str, Any] | None:
    """For the triage desk: to whom such cases went before, if this one were accepted under the class; None where nothing is known."""
    if issue_class is None or not user.has_perm(RIGHT):
        return None
    learnt = selectors.in_force()
    choices = _units(case, learnt is not None and selectors.tried(learnt.units), issue_class)
    return {"choices": choices} if choices else None


def initial(case: Case, verb: str, user: User, request: HttpRequest) -> dict[str, Any]:
    """What a form begins with by suggestion: what was tapped on a page without script; else the class of which the office's
    setting says that it is sure enough."""
    found = shown(case, verb, user)
    if found is None:
        return {}
    tapped = request.GET.get(found["field"], "")
    if tapped in [one["value"] for one in found["choices"]]:
        return {found["field"]: tapped}
    sure = selectors.preselected(selectors.suggested_classes(case)) if verb == "accept" and case.issue_class_id is None else None
    return {"issue_class": sure} if sure else {}


def kept(case: Case, user: User) -> str:
    """The keys of the classes that the page of a case that waits to be accepted suggests, for the acceptance to keep. Made
    anew from the case when it is decided, never taken from the browser, which could tell otherwise or nothing: text and
    training are what they were when the page was drawn, unless the night's training came between."""
    found = shown(case, "accept", user)
    return ",".join(str(one["value"]) for one in found["choices"]) if found else ""


def _classes(case: Case, tried: bool) -> list[dict[str, Any]]:
    return [
        {
            "value": one.issue_class.key, "title": one.issue_class.name, "note": f"{one.issue_class.code} {one.issue_class.group_name}",
            "sure": _sure(one.confidence, tried), "why": _("因为提到：%(words)s") % {"words": _("、").join(one.words)} if one.words else "",
        }
        for one in selectors.suggested_classes(case)
    ]  # fmt: skip


def _units(case: Case, tried: bool, under: IssueClass | None = None) -> list[dict[str, Any]]:
    return [
        {
            "value": one.unit.code, "title": one.unit.name, "note": "", "sure": _sure(one.confidence, tried),
            "why": _("以往同类案件 %(of)d 件中有 %(had)d 件由它主办") % {"of": one.of, "had": one.had} if one.had else "",
        }
        for one in selectors.suggested_units(case, timezone.localdate(), under)
    ]  # fmt: skip


def _sure(share: float, tried: bool) -> str:
    """A confidence in words, with percent where it was measured what such percent are worth."""
    words = _("把握较大") if share >= 0.7 else _("把握一般") if share >= 0.4 else _("把握较小")
    if not tried:
        return _("%(sure)s（未检验）") % {"sure": words}
    return _("%(sure)s %(percent)d%%") % {"sure": words, "percent": min(round(share * 100), 99)}  # nothing is sure
