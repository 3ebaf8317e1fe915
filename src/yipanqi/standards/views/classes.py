"""Issue classes: list with filters, one class, its edit form."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yipanqi.kernel.paging import keyset_page
from yipanqi.standards import actions, selectors
from yipanqi.standards.clocks import STAGES, handle_words, limit_words
from yipanqi.standards.forms import SEVERITIES, ClassFilter, ClassForm, NewClassForm
from yipanqi.standards.models import IssueClass
from yipanqi.standards.views.pages import edit_page, require, saved

PER_PAGE = 50
ORDER = ("group_code", "code", "standard", "kind")
TONES = {3: "soon", 4: "late"}


def _line(row: IssueClass) -> dict[str, Any]:
    return {
        "row": row,
        "limit": handle_words(row.clocks),
        "severity": dict(SEVERITIES).get(row.severity, row.severity),
        "tone": TONES.get(row.severity, "wait"),
    }


@login_required
@require_safe
def classes(request: HttpRequest) -> HttpResponse:
    """All classes that fit the filters in the address."""
    form = ClassFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = selectors.filtered_classes(selectors.visible_to(request.user, IssueClass.objects.all()), chosen)
    page = keyset_page(rows, ORDER, request.GET.get("cursor"), PER_PAGE)
    kept = {name: value for name, value in request.GET.items() if name != "cursor" and value}
    return render(
        request,
        "standards/classes.html",
        {
            "form": form,
            "lines": [_line(row) for row in page.items],
            "total": rows.count(),
            "next_url": f"?{urlencode({**kept, 'cursor': page.next})}" if page.next else "",
            "may_add": request.user.has_perm("standards.add_issue_class"),
        },
    )


@login_required
@require_safe
def issue_class(request: HttpRequest, key: str) -> HttpResponse:
    """One class: limits, closing condition, old codes, and the check items that raise it."""
    row = get_object_or_404(selectors.visible_to(request.user, IssueClass.objects.all()), key=key)
    edition = selectors.current_edition()
    stages = [(title, limit_words(row.clocks[stage])) for stage, title in STAGES.items() if stage in row.clocks]
    steps = [(step["title"], limit_words(step)) for step in row.clocks.get("handle", {}).get("stages", [])]
    return render(
        request,
        "standards/class.html",
        {
            **_line(row),
            "stages": stages,
            "steps": steps,
            "department": selectors.departments().get(row.department_type, row.department_type),
            "legacy": [(selectors.LEGACY.get(name, name), code) for name, code in row.legacy_codes.items()],
            "edition": edition,
            "items": row.items.filter(edition=edition).select_related("category") if edition else [],
            "may_change": request.user.has_perm("standards.change_issue_class", row),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_class(request: HttpRequest) -> HttpResponse:
    """A local extension of the classification."""
    require(request, "standards.add_issue_class")
    form = NewClassForm(request.POST or None, initial={"active": True})

    def save() -> None:
        code = form.cleaned_data["code"]
        actions.add_issue_class(None, code=code, values=form.values, by=request.user, at=timezone.now())

    back = reverse("standards:classes")
    return edit_page(
        request, form, save, title=_("新增本地问题类别"), done=saved(), back=back, template="standards/edit_class.html"
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_class(request: HttpRequest, key: str) -> HttpResponse:
    """Edit one class and its limits."""
    row = get_object_or_404(selectors.visible_to(request.user, IssueClass.objects.all()), key=key)
    require(request, "standards.change_issue_class", row)
    form = ClassForm(request.POST or None, instance=row)

    def save() -> None:
        actions.change_issue_class(row, values=form.values, seen=form.seen_state, by=request.user, at=timezone.now())

    back = reverse("standards:class", args=[key])
    title = _("修改问题类别 %(name)s") % {"name": row.name}
    return edit_page(request, form, save, title=title, done=saved(), back=back, template="standards/edit_class.html")
