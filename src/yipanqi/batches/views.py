"""Pages of batches: one's own, how far each is, what became of it, and what can be done about it."""

from __future__ import annotations

import tempfile
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.batches import actions, files, running, selectors, verbs
from yipanqi.batches.catalogue import AT_ONCE, VERBS
from yipanqi.batches.models import Batch, BatchItem
from yipanqi.batches.sheets import REFUSALS, refusals
from yipanqi.batches.states import ACTIVE, BatchState, ItemState
from yipanqi.cases import selectors as cases
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page
from yipanqi.kernel.policy import policy_value
from yipanqi.sheets import export
from yipanqi.sheets.held import Expired, held

ROWS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {BatchState.QUEUED: "wait", BatchState.RUNNING: "act", BatchState.DONE: "done", BatchState.CANCELLED: "wait", BatchState.FAILED: "late"}


@login_required
@require_safe
def batch_list(request: HttpRequest) -> HttpResponse:
    """One's own batches, the newest first; for the head also those of others."""
    demand(request.user, "batches.see_batches")
    page = keyset_page(selectors.visible_to(request.user).select_related("takes_back"), ("-asked_at", "-id"), request.GET.get("cursor"), ROWS)
    return render(request, "batches/list.html", {"rows": [_line(row) for row in page.items], "next_url": f"?{urlencode({'cursor': page.next})}" if page.next else ""})


@login_required
@require_safe
def batch(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One batch: how far it is, what was refused and why, and every case in it."""
    found = _found(request, uuid)
    items = found.items.select_related("case")
    only = request.GET.get("only", "")
    if only in ItemState.values:
        items = items.filter(state=only)
    page = keyset_page(items, ("seq", "id"), request.GET.get("cursor"), ROWS)
    kept = {"only": only, "cursor": page.next}
    context = _shown(found, request.user) | {
        "rows": _rows(page.items, request.user) if found.kind == Batch.Kind.MOVES else [],
        "lines": page.items if found.kind != Batch.Kind.MOVES else [],
        "reasons": selectors.reasons(found) if found.kind == Batch.Kind.MOVES else [],
        "only": only, "next_url": f"?{urlencode({k: v for k, v in kept.items() if v})}" if page.next else "",
        "undone": Batch.objects.filter(takes_back=found).first(),
    }  # fmt: skip
    return render(request, "batches/batch.html", context)


@login_required
@require_safe
def progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far a batch is, asked again every two seconds; at its end the whole page is read anew."""
    found = _found(request, uuid)
    response = render(request, "batches/_progress.html", _shown(found, request.user))
    if found.state not in ACTIVE:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Stop it."""
    found = _found(request, uuid)
    return _then(request, lambda: actions.cancel(found, by=request.user, at=now()), found)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take back what a batch did: says on how many cases, asks why, and begins another batch."""
    found = _found(request, uuid)
    demand(request.user, "batches.take_back", found)
    if why := selectors.why_not_taken_back(found):
        messages.error(request, why)
        return redirect("batches:batch", uuid)
    verb = VERBS[found.what].back
    form = verbs.form_of(verb, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _then(request, lambda: _begun(actions.take_back(found, note=request.POST.get("note", ""), by=request.user, at=now())), found)
    context = {"batch": found, "title": selectors.title_of(found), "form": form, "n": found.done}
    return render(request, "batches/take_back.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Try the refused cases of a batch once more, as a batch of their own."""
    found = _found(request, uuid)
    if found.state in ACTIVE:
        messages.error(request, _("这一批还在办理，办完或停止以后才能再办一次。"))
        return redirect("batches:batch", uuid)
    numbers = list(found.items.exclude(state=ItemState.DONE).order_by("seq").values_list("number", flat=True))
    few = len(numbers) <= int(policy_value(AT_ONCE.key))
    return _then(request, lambda: _begun(actions.ask(
        None, verb=found.what, numbers=numbers, given=found.given, words=_("“%(words)s”中未办的") % {"words": found.words} if found.words else _("未办的"),
        back=found.back, at_once=few, by=request.user, at=now(),
    )), found)  # fmt: skip


def _begun(made: Batch) -> Batch:
    """A small batch is done in the request that asks for it."""
    return running.run_now(made) if made.held_until else made


@login_required
@require_safe
def refused(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """What was refused, with the reasons, as .xlsx: cases, or lines of a file to be mended there and sent again."""
    found = _found(request, uuid)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    if found.kind == Batch.Kind.MOVES:
        export(REFUSALS, refusals(found, request.user), out)  # type: ignore[arg-type]
    elif found.asked_by_id == request.user.pk:
        try:
            files.write_refused(found, out)
        except Expired as error:
            raise Http404(str(error)) from error
    else:
        raise Http404
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{selectors.title_of(found)}-{_('未办')}.xlsx", content_type=XLSX)


@login_required
@require_safe
def file(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The table that was written, for whoever asked for it, as long as it is held and they may have it."""
    found = get_object_or_404(Batch, uuid=uuid, asked_by=request.user.pk, kind=Batch.Kind.EXPORT, state=BatchState.DONE)
    if why := files.why_not_served(found, found.asked_by):
        raise NotAllowed(why)
    try:
        path = held(found.asked_by, found.file)
    except Expired as error:
        raise Http404(_("文件已过期，请重新导出。")) from error
    return FileResponse(path.open("rb"), as_attachment=True, filename=found.file_name)


def _found(request: HttpRequest, uuid: UUID) -> Batch:
    return get_object_or_404(selectors.visible_to(request.user).select_related("takes_back"), uuid=uuid)


def _then(request: HttpRequest, act: Any, found: Batch) -> HttpResponse:
    """Do something about a batch and go to the page of what came of it, or back with the reason why not."""
    try:
        return redirect("batches:batch", act().uuid)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("batches:batch", found.uuid)


def _line(row: Batch) -> dict[str, Any]:
    return {
        "batch": row, "title": selectors.title_of(row), "tone": TONES[BatchState(row.state)], "share": selectors.share(row) if row.state in ACTIVE else None,
    }  # fmt: skip


def _shown(found: Batch, user: Any) -> dict[str, Any]:
    left = selectors.left(found, timezone.now())
    is_file = found.kind == Batch.Kind.EXPORT and found.state == BatchState.DONE and found.asked_by_id == user.pk
    asked = verbs.form_of(found.what, found.given) if found.kind == Batch.Kind.MOVES else None
    return _line(found) | {
        "active": found.state in ACTIVE, "share": selectors.share(found), "left": _about(left.total_seconds()) if left else "",
        "gone": found.done + found.refused, "waits": (found.total or 0) - found.done - found.refused, "may": selectors.may(found, user),
        **(_file(found) if is_file else {}),
        "refused_url": reverse("batches:refused", args=[found.uuid]) if found.refused and found.kind != Batch.Kind.CHECK else "",
        "preview_url": found.back if found.kind == Batch.Kind.CHECK else "", "given": _said(asked) if asked else [],
        "may_again": found.kind == Batch.Kind.MOVES and found.state not in ACTIVE and not found.takes_back_id and user.has_perm(f"batches.use_{found.what}"),
    }  # fmt: skip


def _said(form: Any) -> list[tuple[str, str]]:
    """What was asked for and given, by the labels of the form."""
    form.is_valid()
    return [(str(form.fields[name].label), str(value)) for name, value in form.cleaned_data.items() if value not in (None, "")]


def _file(found: Batch) -> dict[str, Any]:
    """Where a table that was written is, or why it cannot be had."""
    is_held, why = _is_held(found), files.why_not_served(found, found.asked_by)
    return {"file_url": reverse("batches:file", args=[found.uuid]) if is_held and not why else "", "expired": not is_held, "not_served": why}


def _is_held(found: Batch) -> bool:
    try:
        return bool(held(found.asked_by, found.file))
    except Expired:
        return False


def _rows(items: list[BatchItem], user: Any) -> list[dict[str, Any]]:
    """Items with the titles of the cases that the person sees."""
    seen = cases.visible_to(user, few=True).in_bulk([item.case_id for item in items if item.case_id])
    return [{"item": item, "number": item.number, "title": seen[item.case_id].title if item.case_id in seen else ""} for item in items]


def _about(seconds: float) -> str:
    if seconds < 60:
        return _("不到一分钟")
    minutes = round(seconds / 60)
    return ngettext("约 %(n)d 分钟", "约 %(n)d 分钟", minutes) % {"n": minutes}
