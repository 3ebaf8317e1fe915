"""From the form of a resident to a report: photos first, since what has arrived is kept whatever else is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yipanqi.cases import actions
from yipanqi.cases.models import Report
from yipanqi.files import receiving as files
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import Conflict, Refused
from yipanqi.kernel.actors import Actor
from yipanqi.portal import selectors
from yipanqi.portal.catalogue import REPORTS
from yipanqi.portal.forms import ReportForm

MOST_PHOTOS = 9
#: How long a filling-in is remembered, in seconds.
ATTEMPT_S = 86_400


class StillSending(Conflict):
    """The form was sent twice at once."""

    message = _lazy("刚才那次提交还在处理，请过几秒再点一次“提交”，不会重复登记。")


def take_photos(request: HttpRequest, by: Actor, at: datetime) -> tuple[list[Photo], list[str]]:
    """The photos of this form, those uploaded before and those sent with it, at most nine; and what was refused why."""
    photos = sent_before(request, by)
    refused: list[str] = []
    sent = request.FILES.getlist("photo_files")
    room = MOST_PHOTOS - len(photos)
    if len(sent) > room:
        refused.append(_("一次最多九张照片，多出的没有收下。"))
    for file in sent[:room]:
        try:
            address = request.META.get("REMOTE_ADDR", "")
            photos.append(files.take_photo(file, kind=Photo.Kind.REPORT, by=by, address=address, at=at))
        except Refused as refusal:
            refused.append(_("“%(name)s”没有收下：%(why)s") % {"name": (file.name or "")[:60], "why": refusal})
    return photos, refused


def sent_before(request: HttpRequest, by: Actor) -> list[Photo]:
    """Photos that this visitor uploaded and that are not part of anything yet, in the order of the form."""
    wanted = [uuid for text in request.POST.getlist("photos") if (uuid := _uuid(text))][: MOST_PHOTOS * 2]
    mine = Photo.objects.filter(uuid__in=wanted, uploader_key=by.actor_key, attached_at__isnull=True)
    by_uuid = {photo.uuid: photo for photo in mine}
    return [by_uuid[uuid] for uuid in dict.fromkeys(wanted) if uuid in by_uuid][:MOST_PHOTOS]


def locate(form: ReportForm, photos: list[Photo]) -> None:
    """Fills in the position of the place sign, else of the first photo that knows one; says so when there is nothing.

    Works on the cleaned data of a form; adds an error when neither position, place nor address is known.
    """
    data = form.cleaned_data
    place = selectors.place_of_sign(data["place"]) if data.get("place") else None
    data["place"] = place
    if place is None and data.get("lon") is None:
        position = next((photo.position for photo in photos if photo.position), None)
        data["lon"], data["lat"] = position or (None, None)
    if place is None and data.get("lon") is None and not data.get("address") and "address" not in form.errors:
        form.add_error("address", _("请告诉我们地点：用手机定位、在地图上点一下，或写明路名和旁边的标志。"))


def send(form: ReportForm, photos: list[Photo], *, address: str, by: Actor, at: datetime) -> Report:
    """Makes the report of a valid form; the same filling-in sent again gives the report that it made before.

    Raises:
        StillSending: the same filling-in is being received at this very moment.
        TooOften: this network address has sent enough for the hour.
        Refused: the report itself was refused.
    """
    attempt = form.cleaned_data.get("attempt")
    if attempt is None:
        return _make(form, photos, address, by, at)
    key = f"portal:attempt:{by.actor_key}:{attempt}"
    if not cache.add(key, "", ATTEMPT_S):
        return _made_before(key)
    try:
        made = _make(form, photos, address, by, at)
    except Exception:
        cache.delete(key)
        raise
    cache.set(key, made.code, ATTEMPT_S)
    return made


def _made_before(key: str) -> Report:
    made = Report.objects.filter(code=cache.get(key) or "").first()
    if made is None:
        raise StillSending
    return made


def _make(form: ReportForm, photos: list[Photo], address: str, by: Actor, at: datetime) -> Report:
    REPORTS.take(address, at)
    names = ("text", "lon", "lat", "place", "address", "contact_name", "contact_phone")
    facts: dict[str, Any] = {name: form.cleaned_data[name] for name in names}
    return actions.report_by_resident(None, **facts, photos=photos, by=by, at=at)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
