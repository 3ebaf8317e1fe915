"""核查 on the phone: which mended cases to look at, and one of them with its photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yipanqi.cases import actions
from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case
from yipanqi.cases.states import State
from yipanqi.files.models import Photo
from yipanqi.files.receiving import take_form_photos
from yipanqi.inspections.selectors import stops_of
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.mobile.selectors import errands_of
from yipanqi.mobile.views.gates import distance_words, inspector_page, position_of, user_of, version_of
from yipanqi.people.models import User


@dataclass(frozen=True)
class Result:
    """What may be said of a mended case: the move it makes, what its photos show, and the words when it is done."""

    move: Callable[..., Case]
    shows: Photo.Kind
    words: Any


RESULTS = {
    "pass": Result(actions.verify_pass, Photo.Kind.AFTER, gettext_lazy("%(number)s 核查通过，已销号")),
    "fail": Result(actions.verify_fail, Photo.Kind.OTHER, gettext_lazy("%(number)s 核查不通过，已退回整改")),
}


@inspector_page
@require_safe
def verify_list(request: HttpRequest) -> HttpResponse:
    """Mended cases to look at: at my places first, then nearest."""
    user, position = user_of(request), position_of(request)
    mine = frozenset(stop.place.pk for stop in stops_of(user, localdate()))
    lines = [{"errand": e, "distance": distance_words(e.distance_m)} for e in errands_of(user, mine, position)]
    return render(request, "mobile/verify_list.html", {"lines": lines, "position": position})


@inspector_page
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """One mended case: before and after, what was done, and passes or does not."""
    user = user_of(request)
    case = cases.by_number(user, number)
    if case is None:
        raise Http404
    kept: list[Photo] = []
    wrong: list[str] = []
    if request.method == "POST":
        result = RESULTS.get(request.POST.get("result", ""))
        kept, wrong = take_form_photos(request, user, result.shows if result else Photo.Kind.OTHER, now())
        try:
            if not wrong:
                _judge(case, result, request, kept)
                return redirect("mobile:verify_list")
        except Refused as refusal:
            wrong = [str(refusal)]
    shown = cases.photos(case)
    return render(request, "mobile/verify.html", {
        "case": case, "before": [p for p in shown if p.kind != Photo.Kind.AFTER], "after": [p for p in shown if p.kind == Photo.Kind.AFTER],
        "parts": cases.live(case), "waiting": case.state == State.RESOLVED, "may": user.has_perm("cases.verify_pass", case),
        "unseen": case.state == State.RESOLVED and not cases.mending_is_shown(case), "wrong": wrong, "photos": kept, "note": request.POST.get("note", ""),
        "told": _told(case, user, shown),
    }, status=422 if wrong else 200)  # fmt: skip


def _told(case: Case, user: User, shown: list[Photo]) -> dict[str, Any]:
    """What the inspector is told of the photos before and after."""
    after = {str(p.uuid) for p in shown if p.kind == Photo.Kind.AFTER}
    flags = cases.photo_flags(case, user, shown) or []
    return {"any": bool(flags), "before": [f for f in flags if f.photo not in after], "after": [f for f in flags if f.photo in after]}


def _judge(case: Case, result: Result | None, request: HttpRequest, photos: list[Photo]) -> None:
    """Make the move that the result stands for. Raises Refused for anything else than a known result, or what the move refuses."""
    if result is None:
        raise Refused(_("请选择“核查通过”或“不通过”。"), field="result")
    note = request.POST.get("note", "").strip()
    more = {"false_reply": request.POST.get("false_reply") == "on"} if result is RESULTS["fail"] else {}
    result.move(case, note=note, photos=photos, **more, version=version_of(request), by=user_of(request), at=now())
    messages.success(request, str(result.words) % {"number": case.number})
