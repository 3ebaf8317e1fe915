"""Editions: the list, one with its indicator tree, copy, change, publish, discard, the difference of two."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.standards import actions, selectors
from yipanqi.standards.forms import CopyForm, EditionForm, IndicatorForm
from yipanqi.standards.models import Edition, Indicator
from yipanqi.standards.states import EDITION
from yipanqi.standards.views.pages import done, edit_page, named_edition, require, saved

TONES = {"draft": "act", "current": "done", "retired": "wait"}


@login_required
@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """All editions, the newest code first."""
    rows = selectors.editions_with_counts(selectors.visible_to(request.user, Edition.objects.all()))
    return render(request, "standards/editions.html", {"lines": [(row, TONES[row.state]) for row in rows]})


@login_required
@require_safe
def edition(request: HttpRequest, code: str) -> HttpResponse:
    """One edition: its parts, its indicator tree, and what may be done with it."""
    row = named_edition(request, code)
    user = request.user
    labels = dict(Indicator.Method.choices)
    return render(
        request,
        "standards/edition.html",
        {
            "edition": row,
            "tone": TONES[row.state],
            "parts": [(labels.get(name, name), weight) for name, weight in row.part_weights.items()],
            "tree": [("ps-" + str(min(depth * 2, 5)), one) for depth, one in selectors.indicator_tree(row)],
            "scale": selectors.scale_lines(row),
            "item_count": row.items.count(),
            "others": selectors.visible_to(user, Edition.objects.exclude(pk=row.pk)),
            "moves": {m.name: m for m in EDITION.open_moves(row, user)},
            "may_copy": user.has_perm("standards.copy_edition", row),
            "may_edit": not row.used and user.has_perm("standards.change_edition", row),
            "may_discard": not row.used and row.state == "draft" and user.has_perm("standards.discard_edition", row),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy_edition(request: HttpRequest, code: str) -> HttpResponse:
    """Start a new edition from this one."""
    row = named_edition(request, code)
    require(request, "standards.copy_edition", row)
    form = CopyForm(request.POST or None, initial={"name": _("%(name)s（修订）") % {"name": row.name}})

    def save() -> str:
        facts = form.cleaned_data
        made = actions.copy_edition(row, code=facts["code"], name=facts["name"], by=request.user, at=timezone.now())
        return reverse("standards:edition", args=[made.code])

    title = _("复制版本 %(name)s") % {"name": row.name}
    return edit_page(
        request,
        form,
        save,
        title=title,
        done=_("新版本已建立，可以修改，改好后发布"),
        back=reverse("standards:editions"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_edition(request: HttpRequest, code: str) -> HttpResponse:
    """Edit an edition's own facts."""
    row = named_edition(request, code)
    require(request, "standards.change_edition", row)
    form = EditionForm(request.POST or None, instance=row)

    def save() -> None:
        actions.change_edition(row, values=form.values, seen=form.seen_state, by=request.user, at=timezone.now())

    back = reverse("standards:edition", args=[code])
    return edit_page(
        request, form, save, title=_("修改版本信息"), done=saved(), back=back, frozen=row.used,
        edition=row, template="standards/edit_edition.html",
    )  # fmt: skip


@login_required
@require_POST
def move_edition(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Publish, retire, freeze or discard an edition."""
    row = named_edition(request, code)
    now = timezone.now()
    back = reverse("standards:edition", args=[code])
    if verb == "publish":
        actions.publish_edition(row, by=request.user, at=now)
        return done(request, _("已发布为现行版本"), back)
    if verb == "retire":
        actions.retire_edition(row, by=request.user, at=now)
        return done(request, _("版本已停用"), back)
    if verb == "use":
        actions.use_edition(row, by=request.user, at=now)
        return done(request, _("版本已封存，不再修改"), back)
    actions.discard_edition(row, by=request.user, at=now)
    return done(request, _("版本已删除"), reverse("standards:editions"))


@login_required
@require_safe
def edition_diff(request: HttpRequest, code: str) -> HttpResponse:
    """What differs between this edition and the one named by ``against`` (else the one it was copied from)."""
    row = named_edition(request, code)
    against = request.GET.get("against", "") or (row.copied_from.code if row.copied_from else "")
    old = named_edition(request, against) if against else None
    found = selectors.edition_diff(old, row) if old else None
    others = selectors.visible_to(request.user, Edition.objects.exclude(pk=row.pk))
    sections = (
        [(_("检查项"), found.items, _("检查内容")), (_("指标"), found.indicators, _("指标名称"))] if found else []
    )
    return render(
        request,
        "standards/diff.html",
        {"edition": row, "old": old, "facts": found.facts if found else [], "sections": sections, "others": others},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_indicator(request: HttpRequest, code: str) -> HttpResponse:
    """A new indicator in an edition."""
    row = named_edition(request, code)
    require(request, "standards.add_indicator", row)
    parent = row.indicators.filter(code=request.GET.get("parent", "")).first()
    initial = {"parent": parent, "method": parent.method} if parent else {}
    form = IndicatorForm(request.POST or None, edition=row, initial=initial)

    def save() -> None:
        actions.add_indicator(row, values=form.values, by=request.user, at=timezone.now())

    back = reverse("standards:edition", args=[code])
    return edit_page(request, form, save, title=_("新增指标"), done=saved(), back=back, frozen=row.used, edition=row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_indicator(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """Edit one indicator."""
    row = named_edition(request, code)
    one = get_object_or_404(row.indicators, code=indicator)
    require(request, "standards.change_indicator", one)
    form = IndicatorForm(request.POST or None, instance=one, edition=row)

    def save() -> None:
        actions.change_indicator(one, values=form.values, seen=form.seen_state, by=request.user, at=timezone.now())

    return edit_page(
        request, form, save, title=_("修改指标 %(code)s") % {"code": indicator}, done=saved(),
        back=reverse("standards:edition", args=[code]), frozen=row.used, edition=row, remove_title=_("删除指标"),
        remove_url=reverse("standards:remove_indicator", args=[code, indicator]),
    )  # fmt: skip


@login_required
@require_POST
def remove_indicator(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """Take an indicator out of an edition."""
    row = named_edition(request, code)
    one = get_object_or_404(row.indicators, code=indicator)
    actions.remove_indicator(one, by=request.user, at=timezone.now())
    return done(request, _("指标 %(code)s 已删除") % {"code": indicator}, reverse("standards:edition", args=[code]))
