"""One star, one certificate, one correction: what it says and what may be done next."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.addresses import absolute
from yipanqi.kernel.api import now
from yipanqi.kernel.permissions import why_not
from yipanqi.records import actions, paper, selectors
from yipanqi.records.forms import PROPOSE_FORMS, DeclineForm, IssueForm, WhyForm
from yipanqi.records.hours import hours_text
from yipanqi.records.models import Amendment, Certificate, Star
from yipanqi.records.panels import TITLES, TONES
from yipanqi.records.rules import is_about_me
from yipanqi.records.states import AMENDMENT, CERTIFICATE, STAR
from yipanqi.records.views.showing import allowed, carried_out, status

#: Moves with nothing to say beside them, and those that need a reason, by what they are made on.
DIRECT = {"confirm_star": actions.confirm_star, "drop_star": actions.drop_star, "drop_certificate": actions.drop_certificate, "agree_amendment": actions.agree_amendment, "drop_amendment": actions.drop_amendment}
WITH_WHY = {
    "refuse_star": actions.refuse_star, "keep_star": actions.keep_star, "withdraw_star": actions.withdraw_star, "refuse_certificate": actions.refuse_certificate,
    "keep_certificate": actions.keep_certificate, "revoke_certificate": actions.revoke_certificate,
}  # fmt: skip
MACHINES = {"stars": STAR, "certificates": CERTIFICATE, "amendments": AMENDMENT}


def _found(request: HttpRequest, kind: str, uuid: Any) -> Any:
    """The star, certificate or correction of the address, if it may be seen."""
    rows = {
        "stars": lambda: selectors.stars_visible_to(request.user).select_related("volunteer__user", "station", "decided_by"),
        "certificates": lambda: selectors.certificates_visible_to(request.user).select_related("volunteer", "issuer", "decided_by"),
        "amendments": lambda: selectors.amendments_visible_to(request.user).select_related("volunteer", "issuer", "service", "training", "commendation", "evaluation", "asked_by", "proposed_by", "decided_by"),
    }[kind]()
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def star(request: HttpRequest, uuid: Any) -> HttpResponse:
    """One star: what the rules ask, what the record says by whom, what may be done."""
    found: Star = _found(request, "stars", uuid)
    return _star_page(request, found, None)


def _star_page(request: HttpRequest, found: Star, form: WhyForm | None) -> HttpResponse:
    moves = _shown_moves(allowed(STAR, found, request.user), found.short_since is not None, ("keep_star",))
    shares = [(name, hours_text(minutes)) for name, minutes in selectors.minutes_by_issuer(found.volunteer)]
    return render(request, "records/star.html", {
        "star": found, "tone": TONES[found.state], "direct": _listed(STAR, moves & DIRECT.keys()), "with_why": _listed(STAR, moves & WITH_WHY.keys()), "form": form or WhyForm(),
        "needed": hours_text(found.needed), "minutes": hours_text(selectors.minutes_of(found.volunteer)), "asked_minutes": hours_text(found.minutes), "shares": shares,
        "own": is_about_me.test(request.user, found), "tab": "stars",
    }, status=status(form))  # fmt: skip


@login_required
@require_safe
def certificate(request: HttpRequest, uuid: Any) -> HttpResponse:
    """One certificate: what is asked, what it says, what differs from the record, what may be done."""
    return _certificate_page(request, _found(request, "certificates", uuid), None, None)


def _certificate_page(request: HttpRequest, found: Certificate, form: WhyForm | None, issue: IssueForm | None) -> HttpResponse:
    moves = _shown_moves(allowed(CERTIFICATE, found, request.user), found.broken_since is not None, ("keep_certificate",))
    services = list(selectors.services_for(found.volunteer, found.issuer, found.from_on, found.to_on)) if found.state == "asked" else []
    differs = [{"line": line, "before": hours_text(line.minutes), "now": hours_text(0 if line.service.struck_at else line.service.minutes)} for line in selectors.lines_that_differ(found)] if found.number else []
    may_issue = "issue_certificate" in moves
    return render(request, "records/certificate.html", {
        "certificate": found, "tone": TONES[found.state], "direct": _listed(CERTIFICATE, moves & DIRECT.keys()), "with_why": _listed(CERTIFICATE, moves & WITH_WHY.keys()),
        "form": form or WhyForm(), "issue": (issue or IssueForm(initial={"handler": getattr(request.user, "name", "")})) if may_issue else None,
        "hours": hours_text(found.minutes or sum(one.minutes for one in services)), "services": services[:200], "differs": differs, "own": is_about_me.test(request.user, found), "tab": "certificates",
    }, status=status(form) if form else status(issue))  # fmt: skip


@login_required
@require_safe
def certificate_pdf(request: HttpRequest, uuid: Any) -> HttpResponse:
    """The paper, from what was frozen."""
    found: Certificate = _found(request, "certificates", uuid)
    if not found.facts:
        raise Http404
    response = HttpResponse(paper.pdf(json.loads(found.facts)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="certificate-{found.serial:06d}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def issue(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Issue a certificate that was asked for."""
    found: Certificate = _found(request, "certificates", uuid)
    form = IssueForm(request.POST or None)
    site = absolute(request, "/")
    if carried_out(request, form, lambda given: actions.issue_certificate(found, **given, site=site, by=request.user, at=now()), _("已出具。请打印、签字、盖章后交给本人。")):
        return redirect("records:certificate", found.uuid)
    if request.method != "POST":
        return redirect("records:certificate", found.uuid)
    return _certificate_page(request, _found(request, "certificates", uuid), None, form)


@login_required
@require_POST
def make_move(request: HttpRequest, kind: str, uuid: Any, move: str) -> HttpResponse:
    """Make a move that is asked nothing, or nothing but the reason."""
    if kind not in MACHINES or move not in MACHINES[kind].moves or move not in (DIRECT | WITH_WHY):
        raise Http404
    found = _found(request, kind, uuid)
    title = MACHINES[kind].moves[move].title
    if move in DIRECT:
        DIRECT[move](found, by=request.user, at=now())
        return redirect(f"records:{kind[:-1]}", found.uuid)
    form = WhyForm(request.POST)
    if carried_out(request, form, lambda given: WITH_WHY[move](found, **given, by=request.user, at=now()), _("已办理：%(what)s") % {"what": title}):
        return redirect(f"records:{kind[:-1]}", found.uuid)
    found = _found(request, kind, uuid)
    return _star_page(request, found, form) if kind == "stars" else _certificate_page(request, found, form, None)


@login_required
def amendment(request: HttpRequest, uuid: Any) -> HttpResponse:
    """One correction: what is said to be wrong, what is proposed, what may be done; whoever recorded it proposes here."""
    found: Amendment = _found(request, "amendments", uuid)
    moves = allowed(AMENDMENT, found, request.user)
    entry, kind = found.entry, next(kind for kind, model in selectors.KINDS.items() if isinstance(found.entry, model))
    posted = request.POST if request.method == "POST" else None
    form = PROPOSE_FORMS[type(entry)](posted, instance=entry) if "propose_amendment" in moves else None
    if posted is not None:
        if form is None:
            raise NotAllowed(why_not("records.propose_amendment"))
        if carried_out(request, form, lambda given: actions.propose_amendment(found, changes=form.changes, by=request.user, at=now()), _("已提出，等待第二人复核。")):
            return redirect("records:amendment", found.uuid)
    return _amendment_page(request, found, form, None, kind)


def _amendment_page(request: HttpRequest, found: Amendment, form: Any, declining: DeclineForm | None, kind: str) -> HttpResponse:
    moves, entry = allowed(AMENDMENT, found, request.user), found.entry
    changes = [(getattr(entry._meta.get_field(name), "verbose_name", name), *pair) for name, pair in found.changes.items() if name != "strike"]
    return render(request, "records/amendment.html", {
        "amendment": found, "entry": entry, "kind": kind, "title": TITLES[kind], "tone": TONES[found.state], "form": form, "changes": changes, "strike": found.changes.get("strike"),
        "direct": _listed(AMENDMENT, moves & DIRECT.keys()), "decline": (declining or DeclineForm()) if "decline_amendment" in moves else None,
        "second_needed": found.state == "proposed" and "agree_amendment" not in moves, "tab": "amendments",
        "by_attendance": kind == "service" and getattr(entry, "attendance_id", None) is not None,
    }, status=status(form) if form is not None and form.errors else status(declining))  # fmt: skip


@login_required
@require_POST
def decline(request: HttpRequest, uuid: Any) -> HttpResponse:
    """The record stays as it is."""
    found: Amendment = _found(request, "amendments", uuid)
    form = DeclineForm(request.POST)
    if carried_out(request, form, lambda given: actions.decline_amendment(found, **given, by=request.user, at=now()), _("已答复")):
        return redirect("records:amendment", found.uuid)
    kind = next(kind for kind, model in selectors.KINDS.items() if isinstance(found.entry, model))
    return _amendment_page(request, _found(request, "amendments", uuid), None, form, kind)


def _shown_moves(moves: set[str], marked: bool, only_marked: tuple[str, ...]) -> set[str]:
    """Moves that make sense now: keeping what fits is no decision."""
    return moves if marked else moves - set(only_marked)


def _listed(machine: Any, names: set[str]) -> list[dict[str, Any]]:
    return [{"name": name, "title": machine.moves[name].title} for name in machine.moves if name in names]
