"""Writing down a new problem: the desk's, a grid worker's or an inspector's own entry."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yipanqi.cases import actions
from yipanqi.cases.models import Source
from yipanqi.cases.selectors import sources_for
from yipanqi.desk import pictures
from yipanqi.desk.forms import NewCaseForm
from yipanqi.desk.views.gates import gate, person
from yipanqi.files.models import Photo
from yipanqi.files.receiving import take_form_photos
from yipanqi.kernel.actions import Refused
from yipanqi.people.models import Role, User
from yipanqi.standards.models import IssueClass


def usual_source(user: User) -> str:
    """The source that the person's role stands for."""
    if user.roles & {Role.DESK, Role.HEAD}:
        return Source.HOTLINE
    if Role.INSPECTOR in user.roles:
        return Source.INSPECTION
    if Role.GRID in user.roles:
        return Source.GRID
    return Source.LEADER if Role.LEADER in user.roles else Source.SELF


@require_http_methods(["GET", "HEAD", "POST"])
@gate("cases.report_case")
def new_case(request: HttpRequest) -> HttpResponse:
    """The form and its sending; a refusal stands beside the form and nothing typed is lost."""
    user, problem = person(request), ""
    photos: list[Photo] = []
    form = NewCaseForm(
        request.POST or None,
        sources=sources_for(user),
        initial={"source": usual_source(user), "place": request.GET.get("place", "")},
    )
    if request.method == "POST":
        photos, wrong = take_form_photos(request, user, Photo.Kind.BEFORE, timezone.now())
        problem = " ".join(wrong)
        if not problem and form.is_valid():
            try:
                case = actions.report_case(None, photos=tuple(photos), by=user, at=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                problem = str(refusal)
            else:
                messages.success(request, _("已登记，编号 %(number)s。") % {"number": case.number})
                return redirect("desk:case", case.number)
    context = {
        "form": form,
        "problem": problem,
        "photos": [pictures.picture(p) for p in photos],
        "camera_first": not user.roles & {Role.DESK, Role.HEAD},
        "classes": IssueClass.objects.filter(active=True).values_list("code", "name"),
    }
    return render(request, "desk/new_case.html", context, status=422 if problem or form.errors else 200)
