"""Pictures, originals and papers over HTTP. Nothing is ever served by its path; what one may not see is not there."""

from typing import IO
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.files import actions, receiving, selectors, storage
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import Refused

#: A picture never changes, but the right to see it may: browsers ask again after this many seconds.
FRESH_S = 300


@require_safe
def picture(request: HttpRequest, uuid: UUID, size: str) -> HttpResponseBase:
    """``large`` or ``thumb`` of a photo, for whoever may see it."""
    photo = selectors.visible_photo(receiving.actor_of(request), uuid)
    if photo is None:
        raise Http404
    etag = f'"{photo.uuid.hex}-{size}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = FileResponse(_opened(photo.large if size == "large" else photo.thumb), content_type="image/jpeg")
    answer["ETag"] = etag
    answer["Cache-Control"] = f"private, max-age={FRESH_S}"
    return _harmless(answer)


@require_safe
def original(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The untouched original as a download of plain bytes; each one is written into the journal."""
    actor = receiving.actor_of(request)
    photo = selectors.visible_photo(actor, uuid)
    if photo is None:
        raise Http404
    try:
        actions.open_original(photo, by=actor, at=timezone.now())
    except Refused as refusal:
        return HttpResponse(str(refusal), status=refusal.status, content_type="text/plain; charset=utf-8")
    return _download(photo.original, f"{photo.uuid}.bin", "application/octet-stream")


@require_safe
def attachment(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """A paper as a download, for whoever may see it."""
    paper = selectors.visible_attachment(receiving.actor_of(request), uuid)
    if paper is None:
        raise Http404
    return _download(paper.file, paper.name, paper.mime)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Takes one photo (field ``photo``, and ``kind``) from a page: a tile for htmx, JSON for everyone else."""
    try:
        photo = receiving.take_photo(
            _sent(request, "photo"),
            kind=_kind(request.POST.get("kind", Photo.Kind.OTHER)),
            by=receiving.sender_of(request),
            address=request.META.get("REMOTE_ADDR", ""),
            at=timezone.now(),
        )
    except Refused as refusal:
        return _refusal(request, refusal)
    facts = receiving.photo_facts(photo)
    if _by_htmx(request):
        return render(request, "files/_photo_tile.html", {"photo": facts}, status=201)
    return JsonResponse(facts, status=201)


@require_POST
def upload_attachment(request: HttpRequest) -> HttpResponse:
    """Takes one paper (field ``file``) from a page: a line for htmx, JSON for everyone else."""
    try:
        paper = receiving.take_attachment(_sent(request, "file"), by=receiving.actor_of(request), at=timezone.now())
    except Refused as refusal:
        return _refusal(request, refusal)
    if _by_htmx(request):
        return render(request, "files/_attachment_line.html", {"attachment": paper}, status=201)
    return JsonResponse({"id": str(paper.uuid), "name": paper.name, "size_bytes": paper.size_bytes}, status=201)


def _sent(request: HttpRequest, field: str) -> UploadedFile:
    file = request.FILES.get(field)
    if not isinstance(file, UploadedFile):
        raise Refused(_("没有收到文件，请选择后再上传。"), field=field)
    return file


def _kind(value: str) -> str:
    if value not in Photo.Kind.values:
        raise Refused(_("照片类别不对，请刷新页面后重试。"), field="kind")
    return value


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _refusal(request: HttpRequest, refusal: Refused) -> HttpResponse:
    if _by_htmx(request):  # htmx shows only successful answers, and the reason must be seen where the tile would be
        return render(request, "files/_refused.html", {"message": str(refusal)})
    answer = JsonResponse({"detail": str(refusal)}, status=refusal.status)
    retry_after = getattr(refusal, "retry_after", None)
    if retry_after is not None:
        answer["Retry-After"] = str(retry_after)
    return answer


def _download(path: str, name: str, content_type: str) -> HttpResponseBase:
    answer = FileResponse(_opened(path), as_attachment=True, filename=name, content_type=content_type)
    answer["Cache-Control"] = "private, no-store"
    return _harmless(answer)


def _opened(path: str) -> IO[bytes]:
    try:
        return storage.open_file(path)
    except storage.FileMissing as error:  # said in the log; the reader can do nothing about it
        raise Http404(str(error)) from error


def _harmless(answer: HttpResponseBase) -> HttpResponseBase:
    """Whatever the bytes are, no browser runs them."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
