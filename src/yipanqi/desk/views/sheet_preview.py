"""Between upload and import: what a held file holds and what is wrong with it, at an address of its own that may be reloaded
and gone back to; and which of its columns is which.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yipanqi.batches.actions import ask_for_file
from yipanqi.batches.files import forget_check, found
from yipanqi.batches.models import Batch
from yipanqi.batches.states import BatchState
from yipanqi.desk.views import sheet_columns
from yipanqi.desk.views.gates import person
from yipanqi.desk.views.sheets import allowed, is_large
from yipanqi.kernel.actions import Refused
from yipanqi.sheets import Sheet, SheetError, preview
from yipanqi.sheets.held import Expired, held, noted, noted_of
from yipanqi.sheets.showing import SHOWN, shown


@require_safe
@login_required
def show(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """The preview of one's own held file; where its headings are not ours, on to the page that matches columns."""
    sheet = allowed(request, name)
    try:
        path = _file(request, sheet, token)
        if is_large(path):
            return _checked(request, sheet, path)
        seen = preview(sheet, path, sheet_columns.kept(path), shown=SHOWN)
    except Expired:
        return _gone(request, sheet, token)
    except Refused as problem:
        if sheet_columns.faulty(sheet, path):
            return redirect("desk:sheet_columns", name, token)
        return _unreadable(request, sheet, problem)
    return render(request, "desk/sheet.html", {"sheet": sheet} | _shown(shown(seen), path))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def columns(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """The file's headings beside our columns; what is chosen there is held with the file and shown in its preview."""
    sheet = allowed(request, name)
    try:
        path = _file(request, sheet, token)
        if request.method != "POST":
            asked = sheet_columns.asked(request, sheet, path)
            context = {"sheet": sheet, "token": token, "file_name": noted(path)["file_name"], **asked}
            return render(request, "desk/sheet_columns.html", context)
        sheet_columns.keep_chosen(request, sheet, path)
        forget_check(path)
    except Expired:
        return _gone(request, sheet, token)
    except SheetError as problem:
        return _unreadable(request, sheet, problem)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("desk:sheet_columns", name, token)
    return redirect("desk:sheet_preview", name, token)


def _file(request: HttpRequest, sheet: Sheet, token: str) -> Path:
    """The person's own file that was sent for this sheet. Raises Expired."""
    path = held(person(request), token)
    if noted(path).get("sheet") != sheet.name:
        raise Expired
    return path


def _gone(request: HttpRequest, sheet: Sheet, token: str) -> HttpResponse:
    """What became of a file that is not there any more: imported when and how, or expired; and where to send another."""
    try:
        about = noted_of(person(request), token)
    except Expired:
        about = {}
    done = about.get("imported") if about.get("sheet") == sheet.name else None
    if not done:
        return render(request, "desk/sheet.html", {"sheet": sheet, "expired": True}, status=422)
    imported = {**done, "at": dt.datetime.fromisoformat(done["at"])}
    return render(request, "desk/sheet.html", {"sheet": sheet, "imported": imported, "file_name": about["file_name"]})


def _unreadable(request: HttpRequest, sheet: Sheet, problem: Refused) -> HttpResponse:
    return render(request, "desk/sheet.html", {"sheet": sheet, "problem": str(problem)}, status=422)


def _shown(seen: dict[str, Any], path: Path) -> dict[str, Any]:
    """What desk/_sheet_preview.html shows."""
    return {"token": path.name, "file_name": noted(path)["file_name"]} | seen


def _is_anew(made: Batch, path: Path) -> bool:
    """Whether the columns were matched since the check came to a halt."""
    return made.state == BatchState.FAILED and noted(path).get("columns") != made.given.get("columns")


def _checked(request: HttpRequest, sheet: Sheet, path: Path) -> HttpResponse:
    """The preview of a large file: what the worker's check found, or the page of the check that is under way."""
    seen = found(path)
    if seen is not None:
        made = Batch.objects.filter(file=path.name, kind=Batch.Kind.CHECK).order_by("-pk").first()
        return render(request, "desk/sheet.html", {"sheet": sheet, "check": made} | _shown(seen, path))
    made = Batch.objects.filter(file=path.name, kind=Batch.Kind.CHECK, asked_by=person(request)).order_by("-pk").first()
    if made is None or made.state in (BatchState.CANCELLED, BatchState.DONE) or _is_anew(made, path):
        made = ask_for_file(
            None, kind=Batch.Kind.CHECK, what=sheet.name, file=path.name, file_name=noted(path)["file_name"], words=noted(path)["file_name"],
            given={"columns": noted(path).get("columns")}, back=request.path, by=person(request), at=timezone.now(),
        )  # fmt: skip
    elif made.state == BatchState.FAILED:
        if sheet_columns.faulty(sheet, path):
            return redirect("desk:sheet_columns", sheet.name, path.name)
        return _unreadable(request, sheet, Refused(made.problem))
    return redirect("batches:batch", made.uuid)
