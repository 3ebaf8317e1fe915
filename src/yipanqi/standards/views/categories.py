"""Place categories and the check items of an edition."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.standards import actions, selectors
from yipanqi.standards.forms import CategoryForm, ItemForm, NewCategoryForm
from yipanqi.standards.models import CheckItem, Edition, PlaceCategory
from yipanqi.standards.views.pages import done, edit_page, edition_of, named_edition, require, saved


@login_required
@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """All kinds of places by group, with the number of items in an edition."""
    edition = edition_of(request)
    rows = selectors.visible_to(request.user, selectors.categories_with_items(edition))
    names, departments = selectors.groups(), selectors.departments()
    order = {key: n for n, key in enumerate(names)}
    listed = sorted(rows, key=lambda row: (order.get(row.group, len(order)), row.order, row.key))
    groups = [
        (names.get(key, key), [(row, departments.get(row.department_type, row.department_type)) for row in found])
        for key, found in groupby(listed, key=lambda row: row.group)
    ]
    return render(
        request,
        "standards/categories.html",
        {
            "edition": edition,
            "editions": selectors.visible_to(request.user, Edition.objects.all()),
            "groups": groups,
            "may_add": request.user.has_perm("standards.add_category"),
        },
    )


@login_required
@require_safe
def category(request: HttpRequest, key: str) -> HttpResponse:
    """The check items of one kind of place."""
    row = get_object_or_404(selectors.visible_to(request.user, PlaceCategory.objects.all()), key=key)
    edition, departments = edition_of(request), selectors.departments()
    items = selectors.items_for(row, edition).prefetch_related("indicators") if edition else []
    return render(
        request,
        "standards/category.html",
        {
            "category": row,
            "edition": edition,
            "items": items,
            "department": departments.get(row.department_type, row.department_type),
            "co_departments": _("、").join(departments.get(key, key) for key in row.co_departments),
            "group": selectors.groups().get(row.group, row.group),
            "may_change": request.user.has_perm("standards.change_category", row),
            "may_edit_items": edition is not None
            and not edition.used
            and request.user.has_perm("standards.add_item", edition),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_category(request: HttpRequest) -> HttpResponse:
    """A further kind of place."""
    require(request, "standards.add_category")
    form = NewCategoryForm(request.POST or None, initial={"order": PlaceCategory.objects.count() + 1})

    def save() -> None:
        key = form.cleaned_data["key"]
        actions.add_category(None, key=key, values=form.values, by=request.user, at=timezone.now())

    return edit_page(request, form, save, title=_("新增点位类型"), done=saved(), back=reverse("standards:categories"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_category(request: HttpRequest, key: str) -> HttpResponse:
    """Edit one kind of place."""
    row = get_object_or_404(selectors.visible_to(request.user, PlaceCategory.objects.all()), key=key)
    require(request, "standards.change_category", row)
    form = CategoryForm(request.POST or None, instance=row)

    def save() -> None:
        actions.change_category(row, values=form.values, seen=form.seen_state, by=request.user, at=timezone.now())

    back = reverse("standards:category", args=[key])
    return edit_page(request, form, save, title=_("修改点位类型"), done=saved(), back=back)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_item(request: HttpRequest, code: str) -> HttpResponse:
    """A new check item in an edition."""
    edition = named_edition(request, code)
    require(request, "standards.add_item", edition)
    place_category = PlaceCategory.objects.filter(key=request.GET.get("category", "")).first()
    form = ItemForm(request.POST or None, edition=edition, initial=_next_item(edition, place_category))

    def save() -> None:
        actions.add_item(
            edition, values=form.values, indicators=form.cleaned_data["indicators"], by=request.user, at=timezone.now()
        )

    return edit_page(
        request, form, save, title=_("新增检查项"), done=saved(), back=_items_page(edition, place_category),
        frozen=edition.used, edition=edition,
    )  # fmt: skip


def _next_item(edition: Edition, place_category: PlaceCategory | None) -> dict[str, Any]:
    """A new item of a category starts with the next free code and place."""
    if place_category is None:
        return {}
    held = set(CheckItem.objects.filter(edition=edition).values_list("code", flat=True))
    count = CheckItem.objects.filter(edition=edition, category=place_category).count()
    numbers = range(count + 1, count + len(held) + 2)
    code = next(c for n in numbers if (c := f"{place_category.code_prefix}-{n:02d}") not in held)
    return {"category": place_category, "code": code, "order": count + 1}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_item(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """Edit one check item of an edition."""
    edition = named_edition(request, code)
    row = get_object_or_404(edition.items.select_related("category"), code=item)
    require(request, "standards.change_item", row)
    back = _items_page(edition, row.category)
    form = ItemForm(request.POST or None, instance=row, edition=edition)

    def save() -> None:
        values, chosen = form.values, form.cleaned_data["indicators"]
        actions.change_item(
            row, values=values, indicators=chosen, seen=form.seen_state, by=request.user, at=timezone.now()
        )

    remove = reverse("standards:remove_item", args=[code, item])
    return edit_page(
        request, form, save, title=_("修改检查项 %(code)s") % {"code": item}, done=saved(), back=back,
        remove_url=remove, remove_title=_("删除检查项"), frozen=edition.used, edition=edition,
    )  # fmt: skip


@login_required
@require_POST
def remove_item(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """Take a check item out of an edition."""
    edition = named_edition(request, code)
    row = get_object_or_404(edition.items.select_related("category"), code=item)
    actions.remove_item(row, by=request.user, at=timezone.now())
    return done(request, _("检查项 %(code)s 已删除") % {"code": item}, _items_page(edition, row.category))


def _items_page(edition: Edition, place_category: PlaceCategory | None) -> str:
    if place_category is None:
        return f"{reverse('standards:categories')}?edition={edition.code}"
    return f"{reverse('standards:category', args=[place_category.key])}?edition={edition.code}"
