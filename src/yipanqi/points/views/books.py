"""The books for those who keep or audit them: entries, one account at a time, funds, rules."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi import sheets
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.points import actions, selectors
from yipanqi.points.entries import month_figures
from yipanqi.points.forms import (
    AccountFilter,
    ChangeFundForm,
    ChangeRuleForm,
    EntryFilter,
    NewFundForm,
    NewRuleForm,
    ReverseForm,
    UseFundForm,
    WhyForm,
)
from yipanqi.points.models import Entry, Fund, Rule
from yipanqi.points.sheets import BOOKS, book_lines
from yipanqi.points.views.gates import ROWS, form_page, points_page, sent

NEWEST = ("-at", "-id")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _chosen(request: HttpRequest) -> tuple[EntryFilter, Any]:
    form = EntryFilter(request.GET or None)
    given = {name: value for name, value in (form.cleaned_data if form.is_valid() else {}).items() if value}
    return form, selectors.entries_visible_to(request.user).filter(**given)


@points_page("points.see_books")
@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """Every entry, newest first; nobody is listed by points."""
    form, rows = _chosen(request)
    page = keyset_page(rows, NEWEST, request.GET.get("cursor"), ROWS)
    return render(request, "points/books.html", {
        "form": form, "rows": page.items, "next_url": next_url(request, page.next), "figures": month_figures(request.user, now()), "look_up": AccountFilter(auto_id="look_%s"),
        "query": request.GET.urlencode(), "tab": "books",
    })  # fmt: skip


@points_page("points.export_books")
@require_safe
def book_sheet(request: HttpRequest) -> HttpResponse:
    """The books, as chosen, as a workbook."""
    out = io.BytesIO()
    sheets.export(BOOKS, book_lines(_chosen(request)[1].order_by("at", "id")), out)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="points-books.xlsx"'
    return response


def _entry(request: HttpRequest, uuid: UUID) -> Entry:
    return get_object_or_404(selectors.entries_visible_to(request.user).select_related("reverses"), uuid=uuid)


@points_page("points.see_books")
@require_safe
def entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One entry with its lines, what it set right, and what set it right."""
    return _entry_page(request, _entry(request, uuid))


def _entry_page(request: HttpRequest, found: Entry, form: ReverseForm | None = None) -> HttpResponse:
    undone = Entry.objects.filter(reverses=found).first()
    may = undone is None and found.kind in actions.REVERSIBLE and request.user.has_perm("points.reverse", found)
    form = form or ReverseForm()
    if found.kind != Entry.Kind.REDEEM:
        form.fields.pop("back_in_stock", None)
    return render(request, "points/entry.html", {"entry": found, "undone": undone, "form": form if may or form.errors else None}, status=422 if form.errors else 200)


@points_page("points.see_books")
@require_POST
def reverse_entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set an entry right by its opposite."""
    found = _entry(request, uuid)
    demand(request.user, "points.reverse", found)
    form = ReverseForm(request.POST)
    if made := sent(request, form, lambda given: actions.reverse(found, **given, by=request.user, at=now())):
        messages.success(request, _("已冲正"))
        return redirect("points:entry", made.uuid)
    return _entry_page(request, found, form)


@points_page("points.see_books")
@require_safe
def find_account(request: HttpRequest) -> HttpResponse:
    """One account, by the number of its volunteer."""
    form = AccountFilter(request.GET or None, auto_id="look_%s")
    found = selectors.account_by_number(request.user, form.cleaned_data["number"]) if form.is_valid() else None
    if found is None:
        messages.error(request, _("没有这个编号的积分账户，请核对。"))
        return redirect("points:books")
    return redirect("points:account", found.uuid)


@points_page("points.see_books")
@require_safe
def account(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One account and its lines."""
    found = get_object_or_404(selectors.accounts_visible_to(request.user), uuid=uuid)
    page = keyset_page(selectors.statement(found), ("-id",), request.GET.get("cursor"), ROWS)
    form = WhyForm() if found.debt and request.user.has_perm("points.forgive_debt", found) else None
    return render(request, "points/account.html", {"account": found, "rows": page.items, "next_url": next_url(request, page.next), "form": form})


@points_page("points.see_books")
@require_POST
def forgive(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let somebody off what they owe."""
    found = get_object_or_404(selectors.accounts_visible_to(request.user), uuid=uuid)
    demand(request.user, "points.forgive_debt", found)
    try:
        actions.forgive_debt(found, why=request.POST.get("why", ""), by=request.user, at=now())
        messages.success(request, _("已免除"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("points:account", uuid)


@points_page("points.see_books")
@require_safe
def funds(request: HttpRequest) -> HttpResponse:
    """The funds and what they hold."""
    return render(request, "points/funds.html", {"rows": Fund.objects.select_related("account").order_by("code"), "may_add": request.user.has_perm("points.add_fund"), "tab": "funds"})


@points_page("points.add_fund")
def new_fund(request: HttpRequest) -> HttpResponse:
    """Open a fund."""
    form = NewFundForm(request.POST or None)
    if sent(request, form, lambda given: actions.add_fund(None, **given, by=request.user, at=now())):
        return redirect("points:funds")
    return form_page(request, form, _("新的爱心基金"), reverse("points:funds"))


@points_page("points.see_books")
def edit_fund(request: HttpRequest, code: str) -> HttpResponse:
    """Change a fund, or close it."""
    found = get_object_or_404(Fund, code=code)
    demand(request.user, "points.change_fund", found)
    form = ChangeFundForm(request.POST or None, initial={"name": found.name, "purpose": found.purpose, "closed_on": found.closed_on})
    if sent(request, form, lambda given: actions.change_fund(found, **given, by=request.user, at=now())):
        return redirect("points:funds")
    return form_page(request, form, _("修改爱心基金"), reverse("points:funds"))


@points_page("points.see_books")
def use_fund(request: HttpRequest, code: str) -> HttpResponse:
    """Use points of a fund for its purpose."""
    found = get_object_or_404(Fund.objects.select_related("account"), code=code)
    demand(request.user, "points.use_fund", found.account)
    form = UseFundForm(request.POST or None)
    if sent(request, form, lambda given: actions.use_fund(found.account, **given, by=request.user, at=now())):
        messages.success(request, _("已记账"))
        return redirect("points:funds")
    return form_page(request, form, _("使用“%(name)s”的积分") % {"name": found.name}, reverse("points:funds"), words=_("现有 %(points)s 分。") % {"points": found.account.points})


@points_page("points.add_rule")
def new_rule(request: HttpRequest) -> HttpResponse:
    """Lay down new terms from a day on, starting from those in force."""
    form = NewRuleForm(request.POST or None, initial=_terms(selectors.rule_on(timezone.localdate())))
    if sent(request, form, lambda given: actions.add_rule(None, **given, by=request.user, at=now())):
        return redirect("points:rules")
    return form_page(request, form, _("新的积分规则"), reverse("points:rules"))


@points_page("points.change_rule")
def edit_rule(request: HttpRequest, day: Any) -> HttpResponse:
    """Change terms that are not in force yet."""
    found = get_object_or_404(Rule, starts_on=day)
    form = ChangeRuleForm(request.POST or None, initial=_terms(found))
    if sent(request, form, lambda given: actions.change_rule(found, **given, by=request.user, at=now())):
        return redirect("points:rules")
    return form_page(request, form, _("修改积分规则"), reverse("points:rules"))


@points_page("points.drop_rule")
@require_POST
def drop_rule(request: HttpRequest, day: Any) -> HttpResponse:
    """Take back terms that are not in force yet."""
    try:
        actions.drop_rule(get_object_or_404(Rule, starts_on=day), by=request.user, at=now())
        messages.success(request, _("已撤销这条规则"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("points:rules")


def _terms(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    names = ("per_hour", "step", "report", "reports_a_month", "cap", "months", "basis")
    return {name: getattr(rule, name) for name in names} | {"coefficients": "\n".join(f"{key} {value:g}" for key, value in rule.coefficients.items())}
