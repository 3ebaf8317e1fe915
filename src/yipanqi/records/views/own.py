"""A volunteer's own record: what was recorded, the stars, the certificates, and what can be asked for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.actions import NotAllowed
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.permissions import why_not
from yipanqi.records import actions, selectors
from yipanqi.records.forms import AmendmentForm, AskCertificateForm
from yipanqi.records.panels import TITLES, entries_of, gathered
from yipanqi.records.rules import is_about_me, looks_after
from yipanqi.records.views.showing import amendable, carried_out, paged, status
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.selectors import volunteer_of


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My own record."""
    volunteer = volunteer_of(request.user)
    if volunteer is None:
        raise NotAllowed(_("您的账号没有对应的志愿者登记；注册成为志愿者后，这里有您的服务记录。"))
    return redirect("records:volunteer", volunteer.number)


@login_required
@require_safe
def volunteer(request: HttpRequest, number: str) -> HttpResponse:
    """The record of one volunteer: all of it for the volunteer, for the centre and whoever looks after them; of it what they
    recorded for others who record."""
    found, whole = _volunteer(request, number)
    return render(request, "records/volunteer.html", gathered(request.user, found, whole) | {"may_amend": amendable(request.user, found)})


def _volunteer(request: HttpRequest, number: str) -> tuple[Volunteer, bool]:
    """The volunteer of the address and whether all of the record may be seen. Raises Http404 where nothing may."""
    found = get_object_or_404(Volunteer, number=number)
    user: Any = request.user
    whole = is_about_me.test(user, found) or looks_after.test(user, found) or selectors.sees_all(user)
    if not whole and not any(entries_of(user, found, kind, False).exists() for kind in selectors.KINDS):
        raise Http404
    return found, whole


@login_required
@require_safe
def volunteer_entries(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """All entries of a kind of one volunteer, newest first."""
    if kind not in selectors.KINDS:
        raise Http404
    found, whole = _volunteer(request, number)
    listed = paged(request, entries_of(request.user, found, kind, whole), ("-on", "-id"))
    return render(request, "records/entries.html", {**listed, "kind": kind, "title": TITLES[kind], "of": found, "tab": "entries", "may_amend": amendable(request.user, found)})


@login_required
@require_POST
def ask_star(request: HttpRequest, number: str) -> HttpResponse:
    """Apply for the highest grade that the record reaches."""
    found, _whole = _volunteer(request, number)
    star = actions.ask_star(found, by=request.user, at=now())
    return redirect("records:star", star.uuid)


@login_required
def ask_certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Ask whoever recorded the service for a certificate."""
    found, _whole = _volunteer(request, number)
    if not request.user.has_perm("records.ask_certificate", found):
        raise NotAllowed(why_not("records.ask_certificate"))
    form = AskCertificateForm(request.POST or None, volunteer=found)
    if carried_out(request, form, lambda given: actions.ask_certificate(found, **given, by=request.user, at=now()), _("已提交申请，办好后会通知您，不收取任何费用。")):
        return redirect("records:volunteer", found.number)
    lead = _("证明由记录服务的单位免费出具。出具后可以下载打印，别人扫码就能核验。")
    back = ("records:volunteer", found.number)
    return render(request, "records/form.html", {"form": form, "title": _("申请志愿服务记录证明"), "lead": lead, "button": _("提交申请"), "back": back}, status=status(form))


@login_required
def ask_amendment(request: HttpRequest, kind: str, uuid: Any) -> HttpResponse:
    """Say what is wrong in an entry."""
    entry = selectors.entry_visible_to(request.user, kind, uuid)
    if entry is None:
        raise Http404
    demand(request.user, "records.ask_amendment", entry)
    form = AmendmentForm(request.POST or None)
    if carried_out(request, form, lambda given: actions.ask_amendment(entry, **given, by=request.user, at=now()), _("已提交，由记录单位核实，第二人复核后更正。")):
        return redirect("records:volunteer", entry.volunteer.number)
    lead = f"{TITLES[kind]}：{entry}（{entry.on:%Y-%m-%d}，{entry.issuer}）"
    return render(request, "records/form.html", {"form": form, "title": _("申请更正记录"), "lead": lead, "button": _("提交"), "back": ("records:volunteer", entry.volunteer.number)}, status=status(form))


@login_required
@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """Certificates publicised inside one's own organisations and stations 内部公示."""
    demand(request.user, "records.see_shown")
    rows = selectors.certificates_shown_to(request.user, timezone.localdate()).select_related("issuer", "volunteer")
    return render(request, "records/shown.html", {**paged(request, rows, ("-shown_until", "-id")), "tab": "shown"})

