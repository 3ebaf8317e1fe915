"""Kept views of the case list: looked after on one page, kept from the list itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.cases.selectors.cells import is_cell
from yipanqi.desk import actions, saved
from yipanqi.desk.forms import YES, CaseFilter
from yipanqi.desk.models import SavedView
from yipanqi.desk.spots import arounds
from yipanqi.desk.views.gates import gate, person
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.paging import follow_page, next_url
from yipanqi.people.models import User

PAGE = 50
#: An address that is longer shows the whole list instead: no browser sends it, and no redirect carries it.
LONGEST = 4_000


class Words:
    """What views show, in words; what their filters name is read once for all of them."""

    def __init__(self, queries: Iterable[str]) -> None:
        queries, form = list(queries), CaseFilter()
        self.labels = {name: str(field.label) for name, field in form.fields.items()} | {"place": _("点位")}
        self.choices = {name: dict(getattr(field, "choices", ())) for name, field in form.fields.items()}
        self.named = saved.Named(queries)
        cells = {cell for query in queries if (cell := saved.values_of(query).get("cell")) and is_cell(cell)}
        self.spots = arounds(sorted(cells))

    def of(self, query: str) -> str:
        """For example "状态：整改中；主办单位：城管局"."""
        return _("；").join(
            _("%(label)s：%(value)s") % {"label": self.labels[name], "value": self.word(name, value)}
            for name, value in saved.values_of(query).items() if name in self.labels
        )  # fmt: skip

    def word(self, name: str, value: str) -> str:
        """What a filter is set to, as people call it; what nobody knows (any more) as it stands there."""
        if name == "overdue" and value.lower() in YES:
            value = "true"
        return self.named.word(name, value) or self.spots.get(value, "") or str(self.choices[name].get(value, value))


@require_safe
@gate("cases.see_cases")
def saved_views(request: HttpRequest) -> HttpResponse:
    """One's own views and those that others share, with all that may be done with each."""
    user = person(request)
    everything = saved.visible_to(user)
    page = follow_page((str(uuid) for uuid in everything.values_list("uuid", flat=True)), request.GET.get("cursor"), PAGE)
    opening, views = saved.opening_of(user), list(everything.filter(uuid__in=page.items))
    words = Words(view.query for view in views)
    lines = [
        {
            "view": view,
            "url": f"{reverse('desk:cases')}?{view.query}",
            "words": words.of(view.query),
            "gone": words.named.gone(view.query),
            "mine": view.owner_id == user.pk,
            "opens": opening == view,
            "may_change": user.has_perm("desk.rename_view", view),
        }
        for view in views
    ]
    context = {
        "lines": lines, "may_share_with_all": any(user.has_perm("desk.share_view_with_all", view) for view in views), "next_url": next_url(request, page.next),
    }  # fmt: skip
    return render(request, "desk/saved_views.html", context)


@require_POST
@gate("cases.see_cases")
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep what the list shows now; the list is shown again."""
    user, query = person(request), request.POST.get("query", "")
    try:
        view = actions.keep_view(user, name=request.POST.get("name", ""), query=query, by=user, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已保存视图“%(name)s”。") % {"name": view.name})
        query = view.query
    shown = saved.tidy(query)
    return redirect(f"{reverse('desk:cases')}?{shown if 0 < len(shown) <= LONGEST else 'order='}")


def _share(view: SavedView, whom: str, user: User, at: Any) -> None:
    ways = {"unit": actions.share_view_with_unit, "all": actions.share_view_with_all, "owner": actions.keep_view_to_owner}
    if whom not in ways:
        raise Http404
    ways[whom](view, by=user, at=at)


#: What a button of the page does: the action, and the sentence when it is done.
CHANGES: dict[str, Callable[[HttpRequest, SavedView, User, Any], str]] = {}


def _change(verb: str) -> Callable[[Any], Any]:
    def wrap(fn: Any) -> Any:
        CHANGES[verb] = fn
        return fn

    return wrap


@_change("rename")
def _rename(request: HttpRequest, view: SavedView, user: User, at: Any) -> str:
    return _("已改名为“%(name)s”。") % {"name": actions.rename_view(view, name=request.POST.get("name", ""), by=user, at=at).name}


@_change("remove")
def _remove(request: HttpRequest, view: SavedView, user: User, at: Any) -> str:
    actions.remove_view(view, by=user, at=at)
    return _("已删除视图“%(name)s”。") % {"name": view.name}


@_change("move")
def _move(request: HttpRequest, view: SavedView, user: User, at: Any) -> str:
    actions.move_view(view, earlier=request.POST.get("to") == "earlier", by=user, at=at)
    return ""


@_change("share")
def _sharing(request: HttpRequest, view: SavedView, user: User, at: Any) -> str:
    _share(view, request.POST.get("with", ""), user, at)
    return _("已更改谁能看到这个视图。")


@_change("open")
def _open(request: HttpRequest, view: SavedView, user: User, at: Any) -> str:
    actions.open_with_view(view, by=user, at=at)
    return _("以后打开案件列表先显示“%(name)s”。") % {"name": view.name}


@require_POST
@gate("cases.see_cases")
def change_view(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """One change of one view, for whoever sees it; what the rules forbid is refused."""
    user = person(request)
    view = saved.visible_to(user).filter(uuid=uuid).first()
    if view is None or verb not in CHANGES:
        raise Http404
    try:
        done = CHANGES[verb](request, view, user, timezone.now())
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if done:
            messages.success(request, done)
    return redirect("desk:saved_views")


@require_POST
@gate("cases.see_cases")
def open_without_view(request: HttpRequest) -> HttpResponse:
    """The list opens again as one left it."""
    user = person(request)
    actions.open_without_view(user, by=user, at=timezone.now())
    messages.success(request, _("以后打开案件列表恢复上次的样子。"))
    return redirect("desk:saved_views")
