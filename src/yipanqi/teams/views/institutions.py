"""The register of rules and institutions: what is in force, its versions and papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.files import receiving
from yipanqi.files.models import Attachment
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand, gate
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.teams import actions, selectors
from yipanqi.teams.forms import EndForm, InstitutionFilter, InstitutionForm, NewInstitutionForm
from yipanqi.teams.models import INSTITUTION_PAPERS, Institution
from yipanqi.teams.views.pages import ROWS, tabs, tried, wanted_of
from yipanqi.teams.views.registers import SEE


@require_safe
@gate(SEE)
def institutions(request: HttpRequest) -> HttpResponse:
    """What is in force today, or everything that ever was."""
    form, today = InstitutionFilter(request.GET), timezone.localdate()
    found = selectors.filtered(selectors.visible_to(request.user, Institution), wanted_of(form), today)
    page = keyset_page(found, ("code", "version"), request.GET.get("cursor"), ROWS)
    context = {"rows": [(one, one.exists_on(today)) for one in page.items], "form": form, "next_url": next_url(request, page.next), "tab": "institutions"}
    return render(request, "teams/institutions.html", {**context, "may_add": request.user.has_perm("teams.add_institution"), **tabs(request)})


@require_safe
@gate(SEE)
def institution(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version: its words, its papers, the other versions."""
    return _page(request, _find(request, code, version), EndForm())


def _page(request: HttpRequest, found: Institution, form: Form) -> HttpResponse:
    newest = selectors.versions(found)[0].pk == found.pk
    may = newest and found.in_force_until is None and request.user.has_perm("teams.revise_institution", found)
    papers = Attachment.objects.of(INSTITUTION_PAPERS, found.paper_ref)
    return render(request, "teams/institution.html", {
        "thing": found, "versions": selectors.versions(found), "papers": papers, "may_revise": may, "form": form, "in_force": found.exists_on(timezone.localdate()),
        "tab": "institutions", **tabs(request),
    }, status=422 if form.errors else 200)  # fmt: skip


def _find(request: HttpRequest, code: str, version: int) -> Institution:
    found: Institution | None = selectors.visible_to(request.user, Institution).filter(code=code, version=version).first()
    if found is None:
        raise Http404
    return found


@login_required
def add_institution(request: HttpRequest) -> HttpResponse:
    """The form of a new entry."""
    demand(request.user, "teams.add_institution")
    form = NewInstitutionForm(request.POST or None, request.FILES or None)
    made = tried(form, lambda data: actions.add_institution(None, **_given(request, data), by=request.user, at=now()))
    return _answer(request, form, made, _("登记制度"))


@login_required
def revise_institution(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The form of the next version, beginning with the words of this one."""
    demand(request.user, "teams.revise_institution")
    found = _find(request, code, version)
    form = InstitutionForm(request.POST or None, request.FILES or None, initial={"title": found.title, "issuer": found.issuer, "text": found.text})
    made = tried(form, lambda data: actions.revise_institution(found, **_given(request, data), by=request.user, at=now()))
    return _answer(request, form, made, _("修订 %(title)s") % {"title": found.title})


def _given(request: HttpRequest, data: dict[str, Any]) -> dict[str, Any]:
    """What the action is given: the file that was sent as a paper."""
    file = data.pop("paper", None)
    return data | {"paper": receiving.take_attachment(file, by=receiving.actor_of(request), at=now()) if file else None}


def _answer(request: HttpRequest, form: Form, made: Institution | None, title: str) -> HttpResponse:
    if made:
        messages.success(request, _("已登记“%(name)s”。") % {"name": made.title})
        return redirect("teams:institution", made.code, made.version)
    return render(request, "teams/form.html", {"form": form, "title": title, "back": "/practice/institutions/", "has_file": True}, status=422 if form.errors else 200)


@login_required
@require_POST
def repeal_institution(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """In force no more from a day on."""
    demand(request.user, "teams.repeal_institution")
    found, form = _find(request, code, version), EndForm(request.POST)
    if tried(form, lambda data: actions.repeal_institution(found, **data, by=request.user, at=now())) is None:
        return _page(request, found, form)
    messages.success(request, _("已登记。"))
    return redirect("teams:institution", code, version)
