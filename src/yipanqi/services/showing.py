"""How orders look: tones, the steps of an order as the one who asked reads them, moves with their addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.policy import policy_value
from yipanqi.services.catalogue import GRAB, MAKE_ORDERS, RATE
from yipanqi.services.models import Request
from yipanqi.services.states import REQUEST, DispatchState, OfferState, RequestState

TONES = {
    RequestState.ASKED: "act", RequestState.OPEN: "act", RequestState.SENT: "soon", RequestState.ACCEPTED: "act", RequestState.SERVED: "wait",
    RequestState.CLOSED: "done", RequestState.DECLINED: "wait", RequestState.CANCELLED: "wait", RequestState.UNMET: "late",
}  # fmt: skip
SENT_TONES = {DispatchState.WAITING: "soon", DispatchState.ACCEPTED: "done", DispatchState.REFUSED: "wait", DispatchState.LAPSED: "late"}
OFFER_TONES = {OfferState.OPEN: "done", OfferState.PAUSED: "soon", OfferState.ENDED: "wait"}
ICONS = {
    "make_order": "pencil", "dispatch": "send", "accept": "check", "refuse": "x", "grab": "hand-grab", "report_service": "clipboard-check", "decline": "ban",
    "cancel": "trash-x", "recall": "arrow-back-up", "give_back": "arrow-back-up", "join_activity": "calendar", "give_up": "mood-sad", "reply_to_rating": "message",
    "rate": "star",
}  # fmt: skip
HARSH = ("decline", "cancel", "give_up", "give_back", "refuse")
#: Moves that the platform makes by itself, or the one served through the code.
BY_ITSELF = ("lapse", "close_unrated")
SENTENCES = {
    RequestState.ASKED: gettext_lazy("已收到，实践站正在核实、安排方案。"), RequestState.OPEN: gettext_lazy("已收到，正在为您找合适的队伍。"),
    RequestState.SENT: gettext_lazy("已派给一支队伍，等它答复。"), RequestState.ACCEPTED: gettext_lazy("已经有队伍接单，会电话与您联系。"),
    RequestState.SERVED: gettext_lazy("服务已完成，请您评价。"), RequestState.CLOSED: gettext_lazy("已办结，谢谢您。"),
    RequestState.DECLINED: gettext_lazy("很抱歉，这件事不能受理。"), RequestState.CANCELLED: gettext_lazy("这一单已经撤销。"),
    RequestState.UNMET: gettext_lazy("很抱歉，这一次没有队伍能来。"),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of an order: done, now or ahead."""

    title: str
    at: Any
    state: str
    note: str = ""


def steps(request: Request) -> list[Step]:
    """点单 – (制单) – 派单 – 接单 – 服务 – (评单), as far as the order has come."""
    party = request.party
    rows: list[tuple[str, Any, str, tuple[str, ...]]] = [(_("点单"), request.asked_at, "", ())]
    if policy_value(MAKE_ORDERS.key) or request.plan:
        rows.append((_("制单"), None, "", (RequestState.ASKED,)))
    rows.append((_("派单"), request.sent_at, "", (RequestState.OPEN,)))
    rows.append((_("接单"), request.accepted_at, party.name if party is not None else "", (RequestState.SENT,)))
    rows.append((_("服务"), request.served_at, "", (RequestState.ACCEPTED,)))
    if policy_value(RATE.key):
        rows.append((_("评单"), request.rated_at, "", (RequestState.SERVED,)))
    at = next((n for n, row in enumerate(rows) if request.state in row[3]), None)
    ended = request.state in (RequestState.DECLINED, RequestState.CANCELLED, RequestState.UNMET)
    last = len(rows) if at is None and not ended else 1 if at is None else at
    return [Step(title, when, "done" if n < last else "now" if n == at else "ahead", note) for n, (title, when, note, _states) in enumerate(rows)]


def moves(request: Request, user: Any) -> list[dict[str, Any]]:
    """What may be done with an order now, as `components/moves.html` shows it."""
    found = []
    hidden = set(BY_ITSELF) | (set() if policy_value(GRAB.key) and not request.private else {"grab"}) | (set() if policy_value(RATE.key) else {"rate"})
    if request.rated_at is not None:
        hidden.add("rate")
    if request.rated_at is None or request.replied_at is not None:
        hidden.add("reply_to_rating")
    for open_move in REQUEST.open_moves(request, user):
        if open_move.name in hidden:
            continue
        found.append({
            "name": open_move.name, "title": open_move.title, "allowed": open_move.allowed, "why_not": open_move.why_not, "icon": ICONS.get(open_move.name, ""),
            "tone": "late" if open_move.name in HARSH else "", "primary": open_move.name in ("accept", "dispatch", "make_order", "report_service"),
            "url": reverse("services:move", args=[request.number, open_move.name]), "direct": False,
        })  # fmt: skip
    return sorted(found, key=lambda move: (not move["allowed"], not move["primary"], move["tone"] == "late"))


def hours_in_words(hours: dict[str, list[str]]) -> str:
    """A weekly pattern in words."""
    days = {"1": _("周一"), "2": _("周二"), "3": _("周三"), "4": _("周四"), "5": _("周五"), "6": _("周六"), "7": _("周日")}
    parts = {"morning": _("上午"), "afternoon": _("下午"), "evening": _("晚上")}
    if not hours:
        return _("时间可以商量")
    told = []
    for day, given in sorted(hours.items()):
        told.append(days[day] if len(given) == len(parts) else days[day] + _("、").join(parts[part] for part in given))
    return _("，").join(told)


def dressed(rows: list[Request]) -> list[Request]:
    """Rows of a list with their tones."""
    for row in rows:
        row.tone = TONES[RequestState(row.state)]  # type: ignore[attr-defined]
    return rows
