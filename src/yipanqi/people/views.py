"""Pages of units and work groups. Pages of people are in views_users.py, those of one's own account in views_own.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.api import now
from yipanqi.people import actions, selectors
from yipanqi.people.forms import DissolveForm, GroupForm, NewGroupForm, NewUnitForm, UnitFilter, UnitForm
from yipanqi.people.models import WorkGroup

INDENT = ("", "ps-4", "ps-5")


def try_form(form: Form, act: Callable[[dict[str, Any]], Any]) -> Any:
    """What `act` makes of a valid form; None when the form is wrong or the action refused, with the words in the form.

    Raises NotAllowed where the person may not act at all.
    """
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None


def must_have(request: HttpRequest, permission: str) -> None:
    """Turn away from a form whom the action's rule would turn away. Raises PermissionDenied."""
    if not request.user.has_perm(permission):
        raise PermissionDenied


@login_required
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The units as a tree, filtered by name, kind and whether dissolved."""
    form = UnitFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = selectors.filtered_units(selectors.visible_units(request.user), **wanted)
    rows = [(INDENT[min(depth, 2)], unit) for depth, unit in selectors.unit_tree(found)]
    may = {"can_add": request.user.has_perm("people.add_unit")}
    return render(request, "people/units.html", {"rows": rows, "form": form, "tab": "units", **may})


@login_required
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: what it is, what stands below it, who serves it."""
    found = get_object_or_404(selectors.visible_units(request.user).select_related("parent"), code=code)
    context = {
        "unit": found,
        "function": selectors.functions().get(found.department_type, found.department_type),
        "children": selectors.filtered_units(found.children.all()),
        "posts": selectors.appointments_of(found, request.user),
        "groups": found.workgroup_set.all(),
        "can_change": not found.is_gone and request.user.has_perm("people.change_unit", found),
        "form": DissolveForm(),
    }
    return render(request, "people/unit.html", context)


@login_required
def add_unit(request: HttpRequest) -> HttpResponse:
    """The form of a new unit."""
    must_have(request, "people.add_unit")
    form = NewUnitForm(request.POST or None)
    made = try_form(form, lambda data: actions.add_unit(None, **data, by=request.user, at=now()))
    if made:
        messages.success(request, _("已新增单位“%(name)s”。") % {"name": made.name})
        return redirect("people:unit", made.code)
    return render(request, "people/form.html", {"form": form, "title": _("新增单位"), "back": "people:units"})


@login_required
def change_unit(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a unit that exists."""
    found = get_object_or_404(selectors.visible_units(request.user).select_related("parent"), code=code)
    must_have(request, "people.change_unit")
    initial = {field: getattr(found, field) for field in actions.UNIT_FIELDS} | {"parent": found.parent and found.parent.code}
    form = UnitForm(request.POST or None, initial=initial)
    if try_form(form, lambda data: actions.change_unit(found, **data, by=request.user, at=now())):
        messages.success(request, _("已保存。"))
        return redirect("people:unit", code)
    return render(request, "people/form.html", {"form": form, "title": _("修改 %(name)s") % {"name": found.name}, "back": "people:units"})


@login_required
@require_POST
def dissolve_unit(request: HttpRequest, code: str) -> HttpResponse:
    """End a unit on the day given."""
    found = get_object_or_404(selectors.visible_units(request.user), code=code)
    form = DissolveForm(request.POST)
    if try_form(form, lambda data: actions.dissolve_unit(found, **data, by=request.user, at=now())):
        messages.success(request, _("已撤销“%(name)s”，它的任职同时结束，历史记录不变。") % {"name": found.name})
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect("people:unit", code)


@login_required
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Working and duty groups with leaders, members and remits."""
    found = selectors.visible_groups(request.user).select_related("leader").prefetch_related("members")
    may = {"can_add": request.user.has_perm("people.add_group")}
    return render(request, "people/groups.html", {"groups": found, "tab": "groups", **may})


@login_required
def add_group(request: HttpRequest) -> HttpResponse:
    """The form of a new group."""
    must_have(request, "people.add_group")
    form = NewGroupForm(request.POST or None)
    if try_form(form, lambda data: actions.add_group(None, **data, by=request.user, at=now())):
        messages.success(request, _("已新增工作组。"))
        return redirect("people:groups")
    return render(request, "people/form.html", {"form": form, "title": _("新增工作组"), "back": "people:groups"})


@login_required
def change_group(request: HttpRequest, code: str) -> HttpResponse:
    """The form of a group that exists."""
    found = get_object_or_404(WorkGroup, code=code)
    must_have(request, "people.change_group")
    initial = {field: getattr(found, field) for field in actions.GROUP_FIELDS}
    initial |= {"leader": found.leader and found.leader.username, "members": [unit.code for unit in found.members.all()]}
    form = GroupForm(request.POST or None, initial=initial)
    if try_form(form, lambda data: actions.change_group(found, **data, by=request.user, at=now())):
        messages.success(request, _("已保存。"))
        return redirect("people:groups")
    return render(request, "people/form.html", {"form": form, "title": _("修改 %(name)s") % {"name": found.name}, "back": "people:groups"})
