"""The desk of whoever records: what waits, lists of stars, certificates, corrections and entries, the rules of stars."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.records import actions, selectors
from yipanqi.records.forms import ENTRY_FORMS, AddIssuerForm, IssuerForm, StarRulesForm, StateFilter
from yipanqi.records.models import Issuer
from yipanqi.records.panels import TITLES, tables, waiting
from yipanqi.records.states import AmendmentState, CertificateState, StarState
from yipanqi.records.views.showing import amendable, carried_out, paged, status


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What is to be done, and the way to everything else."""
    demand(request.user, "records.see_desk")
    found = waiting(request.user)
    return render(request, "records/desk.html", {**found, "nothing": not any(found.values()), "tab": "desk"})


@login_required
@require_safe
def stars(request: HttpRequest) -> HttpResponse:
    """Stars applied for and had, by state; `short`: those whose hours are gone."""
    demand(request.user, "records.see_desk")
    form = StateFilter(request.GET or None, choices=[*StarState.choices, ("short", _("时长不足"))])
    rows = selectors.stars_visible_to(request.user, at_desk=True).select_related("volunteer", "station")
    return render(request, "records/stars.html", {**paged(request, _of_state(rows, form, "short", "short_since")), "form": form, "tab": "stars"})


@login_required
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """Certificates by state; `broken`: those that the record no longer bears out."""
    demand(request.user, "records.see_desk")
    form = StateFilter(request.GET or None, choices=[*CertificateState.choices, ("broken", _("与记录不符"))])
    rows = selectors.certificates_visible_to(request.user, at_desk=True).select_related("volunteer", "issuer")
    return render(request, "records/certificates.html", {**paged(request, _of_state(rows, form, "broken", "broken_since")), "form": form, "tab": "certificates"})


@login_required
@require_safe
def amendments(request: HttpRequest) -> HttpResponse:
    """Corrections by state."""
    demand(request.user, "records.see_desk")
    form = StateFilter(request.GET or None, choices=AmendmentState.choices)
    rows = selectors.amendments_visible_to(request.user, at_desk=True).select_related("volunteer", "issuer", "service", "training", "commendation", "evaluation")
    return render(request, "records/amendments.html", {**paged(request, _of_state(rows, form)), "form": form, "tab": "amendments"})


def _of_state(rows: Any, form: StateFilter, marked: str = "", column: str = "") -> Any:
    state = form.cleaned_data["state"] if form.is_bound and form.is_valid() else ""
    if state and state == marked:
        return rows.filter(**{f"{column}__isnull": False})
    return rows.filter(state=state) if state else rows


@login_required
@require_safe
def entries(request: HttpRequest, kind: str) -> HttpResponse:
    """What was recorded, newest first."""
    demand(request.user, "records.see_desk")
    if kind not in selectors.KINDS:
        raise Http404
    rows = selectors.entries_visible_to(request.user, selectors.KINDS[kind], at_desk=True).select_related("volunteer", "issuer")
    return render(request, "records/entries.html", {
        **paged(request, rows, ("-on", "-id")), "kind": kind, "title": TITLES[kind], "kinds": TITLES.items(), "may_add": kind in ENTRY_FORMS and request.user.has_perm(f"records.enter_{kind}"), "tab": "entries",
        "may_amend": amendable(request.user),
    })  # fmt: skip


@login_required
def enter(request: HttpRequest, kind: str) -> HttpResponse:
    """Record a training, a commendation or an evaluation."""
    if kind not in ENTRY_FORMS:
        raise Http404
    demand(request.user, f"records.enter_{kind}")
    form = ENTRY_FORMS[kind](request.POST or None, user=request.user)
    act = {"training": actions.enter_training, "commendation": actions.enter_commendation, "evaluation": actions.enter_evaluation}[kind]
    if carried_out(request, form, lambda given: act(given["issuer"], **{k: v for k, v in given.items() if k != "issuer"}, by=request.user, at=now()), _("已记录")):
        return redirect("records:entries", kind)
    lead = _("谁组织谁记录，如实、及时。参加的人可以一次填多个编号。") if kind != "evaluation" else _("评价只进入本人的记录，不汇总、不排名。")
    return render(request, "records/form.html", {"form": form, "title": _("登记%(what)s") % {"what": TITLES[kind]}, "lead": lead, "button": _("登记"), "back": ("records:entries", kind)}, status=status(form))


@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """The rules of stars, those in force and those to come; the centre enters a table from a day on."""
    demand(request.user, "records.see_desk")
    may_set = request.user.has_perm("records.set_star_rules")
    form = StarRulesForm(request.POST or None, initial={"from_on": timezone.localdate()}) if may_set else None
    if request.method == "POST":
        demand(request.user, "records.set_star_rules")
        if form is not None and carried_out(request, form, lambda given: actions.set_star_rules(None, **given, by=request.user, at=now()), _("已登记，从施行日期起按新标准认定；已有的星级不变。")):
            return redirect("records:rules")
    return render(request, "records/rules.html", {"tables": tables(), "form": form, "tab": "rules"}, status=status(form))


@login_required
def issuers(request: HttpRequest) -> HttpResponse:
    """In whose name the person may certify, with what stands on the paper; the centre makes further ones known."""
    demand(request.user, "records.see_desk")
    may_add = request.user.has_perm("records.add_issuer")
    form = AddIssuerForm(request.POST or None) if may_add else None
    if request.method == "POST":
        demand(request.user, "records.add_issuer")
        if form is not None and carried_out(request, form, lambda given: actions.add_issuer(None, **form.named, by=request.user, at=now()), _("已登记，请补全负责人和联系方式。")):
            return redirect("records:issuers")
    return render(request, "records/issuers.html", {**paged(request, selectors.issuers_of(request.user), ("code",)), "form": form, "tab": "issuers"}, status=status(form))


@login_required
def issuer(request: HttpRequest, code: str) -> HttpResponse:
    """Set head and contact of an issuer."""
    found: Issuer | None = selectors.issuers_of(request.user).filter(code=code).first()
    if found is None:
        raise Http404
    form = IssuerForm(request.POST or None, initial={"head": found.head, "contact": found.contact})
    if carried_out(request, form, lambda given: actions.change_issuer(found, **given, by=request.user, at=now()), _("已保存")):
        return redirect("records:issuers")
    return render(request, "records/form.html", {"form": form, "title": found.name, "lead": _("印在这个单位出具的证明上。"), "button": _("保存"), "back": ("records:issuers",)}, status=status(form))
