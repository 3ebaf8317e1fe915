"""Tables of people: blank template, upload, import, rejected rows back, export. The preview in between: sheet_preview."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.batches.actions import FileInHand, ask_for_file
from yipanqi.batches.catalogue import EXPORT_AT_ONCE
from yipanqi.batches.files import found as found_in
from yipanqi.batches.models import Batch
from yipanqi.batches.states import BatchState
from yipanqi.desk.actions import note_export
from yipanqi.desk.views import sheet_columns
from yipanqi.desk.views.gates import person
from yipanqi.kernel.actions import NotAllowed, Refused
from yipanqi.kernel.permissions import why_not
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import User
from yipanqi.sheets import (
    SHEETS,
    Report,
    Sheet,
    SheetError,
    export,
    run_import,
    write_template,
)
from yipanqi.sheets.held import Expired, held, hold, note, noted, noted_of
from yipanqi.sheets.showing import SHOWN

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = 50 * 1024 * 1024
LARGE = 1024 * 1024  # bytes from which on a file is checked and imported by the worker
RESULT = ".result"


def allowed(request: HttpRequest, name: str, *, reading: bool = False) -> Sheet:
    """The sheet, if the person may import and export it, or with `reading` only export it. Raises Http404, NotAllowed."""
    found, user = SHEETS.get(name), person(request)
    if found is None:
        raise Http404
    if not user.has_perm(found.permission) and not (reading and reads(user, found)):
        raise NotAllowed(why_not(found.permission))
    return found


def reads(user: User, sheet: Sheet) -> bool:
    """Whether the person may export a sheet without importing it."""
    return bool(sheet.reading) and user.has_perm(sheet.reading)


@require_safe
@login_required
def sheet_list(request: HttpRequest) -> HttpResponse:
    """The sheets the person may use, and whether also for import."""
    user = person(request)
    open_to = [(s, user.has_perm(s.permission)) for s in SHEETS.values()]
    return render(request, "desk/sheets.html", {"sheets": [(s, full) for s, full in open_to if full or reads(user, s)]})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sheet(request: HttpRequest, name: str) -> HttpResponse:
    """One sheet: template, export, and where a file is sent to. Whatever was sent, another page answers: nobody who goes
    back or reloads is asked to send the file again.
    """
    found = allowed(request, name, reading=request.method != "POST")
    if request.method != "POST":
        context = {"sheet": found, "export_only": not person(request).has_perm(found.permission)}
        return render(request, "desk/sheet.html", context)
    try:
        path = _sent(request, found)
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("desk:sheet", name)
    try:
        sheet_columns.keep_file(request, found, path)
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect("desk:sheet_preview", name, path.name)


def _sent(request: HttpRequest, sheet: Sheet) -> Path:
    """Where the file that was sent is held, noted with its name and sheet. Raises Refused."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refused(_("请先选择 .xlsx 或 .csv 文件。"))
    if (file.size or 0) > LARGEST:
        raise Refused(_("文件超过 50 MB，请分成几个文件导入。"))
    path = hold(person(request), file.name or "")
    with path.open("wb") as out:
        for piece in file.chunks():
            out.write(piece)
    note(path, sheet=sheet.name, file_name=(file.name or "")[:200])
    return path


@require_POST
@login_required
def import_sheet(request: HttpRequest, name: str) -> HttpResponse:
    """Import the file that was previewed, all rows or none, or with `partial` the good ones; then go to a page of its own
    that tells what was done, so that going back or reloading never imports again.
    """
    found = allowed(request, name)
    token = request.POST.get("token", "")
    if "imported" in noted_of(person(request), token):
        return redirect("desk:sheet_preview", name, token)
    path = held(person(request), token)
    if is_large(path):
        return _by_worker(request, found, path)
    try:
        report = run_import(
            found, path, partial="partial" in request.POST, dry_run=False, by=person(request), at=timezone.now(),
            mapping=sheet_columns.kept(path),
        )  # fmt: skip
    except (Refused, SheetError) as problem:
        messages.error(request, f"{problem} {_('什么都没有写入。')}")
        return redirect("desk:sheet", name)
    result_of = _keep_result(report, person(request), path.name) if report.rejected else ""
    if report.saved:
        note(path, imported={"at": timezone.now().isoformat(), "result": result_of, **_counted(report)})
        path.unlink(missing_ok=True)
    if result_of:
        return redirect("desk:sheet_result", name, result_of)
    messages.success(
        request,
        _("已导入：新增 %(a)d 条，更新 %(b)d 条，未变 %(c)d 条。")
        % {"a": report.created, "b": report.updated, "c": report.unchanged},
    )
    return redirect("desk:sheet", name)


def is_large(path: Path) -> bool:
    """Whether a file takes too long for a page to wait for it."""
    return path.stat().st_size >= LARGE


def _by_worker(request: HttpRequest, sheet: Sheet, path: Path) -> HttpResponse:
    """Leave the import of a checked file to the worker; whoever sends the same once more gets to the import that there is."""
    seen, about = found_in(path), noted(path)
    known = Batch.objects.filter(file=path.name, kind=Batch.Kind.IMPORT, asked_by=person(request)).exclude(state__in=(BatchState.CANCELLED, BatchState.FAILED)).first()
    if seen is None or known is not None:
        return redirect("batches:batch", known.uuid) if known else redirect("desk:sheet_preview", sheet.name, path.name)
    if seen["counts"].get("bad") and "partial" not in request.POST:
        messages.error(request, _("有错的行没有改正，什么都没有写入。请改正后再传，或只导入没有错误的行。"))
        return redirect("desk:sheet_preview", sheet.name, path.name)
    try:
        made = ask_for_file(
            None, kind=Batch.Kind.IMPORT, what=sheet.name, file=path.name, file_name=about["file_name"], words=about["file_name"],
            back=reverse("desk:sheet", args=[sheet.name]), total=seen["counts"].get("rows"), by=person(request), at=timezone.now(),
        )  # fmt: skip
    except FileInHand:  # sent twice at the same moment
        return redirect("batches:batch", Batch.objects.filter(file=path.name, kind=Batch.Kind.IMPORT).latest("pk").uuid)
    return redirect("batches:batch", made.uuid)


def _counted(report: Report) -> dict[str, int]:
    counts = {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}
    return counts | {"refused": len(report.rejected)}


def _keep_result(report: Report, owner: User, token: str) -> str:
    """Hold what an import did beside its refused rows, as long as any file that was sent; the name by which to find it."""
    back = hold(owner, "rejected.xlsx")
    with back.open("wb") as out:
        report.write_rejected(out)
    errors = [(row.line_no, [message for _key, message in row.errors]) for row in report.rejected[:SHOWN]]
    kept = {"report": {"saved": report.saved, **_counted(report)}, "errors": errors, "token": token}
    back.with_suffix(RESULT).write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    return back.stem


@require_safe
@login_required
def result(request: HttpRequest, name: str, token: UUID) -> HttpResponse:
    """What one's own import did where rows were refused; may be reloaded until the file is dropped."""
    found = allowed(request, name)
    try:
        kept = json.loads(held(person(request), f"{token}.xlsx").with_suffix(RESULT).read_text("utf-8"))
    except (Expired, FileNotFoundError) as error:
        raise Http404 from error
    address = reverse("desk:sheet_rejected", args=[name, token])
    return render(request, "desk/sheet.html", {"sheet": found, "rejected_url": address, **kept})


@require_POST
@login_required
def faulty_rows(request: HttpRequest, name: str) -> HttpResponseBase:
    """Before anything is imported: the rows of the previewed file that would be refused, with reasons; nothing is written."""
    found, user = allowed(request, name), person(request)
    path = held(user, request.POST.get("token", ""))
    if is_large(path):
        return redirect("batches:refused", get_object_or_404(Batch, file=path.name, kind=Batch.Kind.CHECK, state=BatchState.DONE, asked_by=user).uuid)
    mapping = sheet_columns.kept(path)
    try:
        report = run_import(found, path, partial=True, dry_run=True, by=user, at=timezone.now(), mapping=mapping)
    except SheetError as problem:
        raise Refused(str(problem)) from problem
    if not report.rejected:
        raise Refused(_("现在没有不能导入的行，可以直接导入。"))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    report.write_rejected(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}-{_('有错的行')}.xlsx", content_type=XLSX)


@require_safe
@login_required
def rejected(request: HttpRequest, name: str, token: UUID) -> HttpResponseBase:
    """The refused rows of one's own import with reasons, to be mended and imported again."""
    allowed(request, name)
    try:
        path = held(person(request), f"{token}.xlsx")
    except Expired as error:
        raise Http404(str(error)) from error
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{name}-{_('未导入')}.xlsx", content_type=XLSX)


@require_safe
@login_required
def template(request: HttpRequest, name: str) -> HttpResponseBase:
    """The blank sheet with drop-downs and instructions."""
    found = allowed(request, name)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    write_template(found, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{found.title}-{_('模板')}.xlsx", content_type=XLSX)


@require_safe
@login_required
def export_sheet(request: HttpRequest, name: str, fmt: str) -> HttpResponseBase:
    """Everything that can be imported, as it stands now."""
    found = allowed(request, name, reading=True)
    if (found.size(person(request)) or 0) > int(policy_value(EXPORT_AT_ONCE.key)):
        made = ask_for_file(
            None, kind=Batch.Kind.EXPORT, what="sheet", given={"sheet": name, "fmt": fmt}, file_name=f"{found.title}.{fmt}", words=str(found.title),
            total=found.size(person(request)), back=reverse("desk:sheet", args=[name]), by=person(request), at=timezone.now(),
        )  # fmt: skip
        return redirect("batches:batch", made.uuid)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    rows = export(found, found.rows(person(request)), file, fmt)
    note_export(None, sheet=found.name, rows=rows, by=person(request), at=timezone.now())
    file.seek(0)
    kind = XLSX if fmt == "xlsx" else "text/csv; charset=utf-8"
    return FileResponse(file, as_attachment=True, filename=f"{found.title}.{fmt}", content_type=kind)
