"""A service request of another program becomes a resident's report."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yipanqi.cases import actions
from yipanqi.cases.models import Report
from yipanqi.files import receiving
from yipanqi.files.models import Photo
from yipanqi.interop import arguments, selectors
from yipanqi.interop.catalogue import KEY_REQUIRED, POSTS
from yipanqi.interop.encoding import GeoReportError
from yipanqi.kernel.actors import Actor, Visitor
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import ApiToken, Role, User
from yipanqi.places.models import Place
from yipanqi.standards.models import IssueClass

MOST_PHOTOS = 9


def take_request(request: HttpRequest, at: dt.datetime) -> Report:
    """The report made of a POST.

    Raises:
        GeoReportError: 400 wrong arguments, 403 key, 404 unknown service or address_id.
        TooOften: this network address has sent enough for the hour.
        Refused: a photo or the report itself was refused.
    """
    form = request.POST
    client = api_client(form.get("api_key") or request.GET.get("api_key") or "", at)
    address = request.META.get("REMOTE_ADDR", "")
    facts = _facts(request)
    if client is None:
        POSTS.take(address, at)
    by = Visitor(f"open311-{client.username}-{uuid4().hex}" if client else f"open311-{uuid4().hex}")
    photos = _photos(request, by, address, at)
    return actions.report_by_resident(None, **facts, photos=photos, by=by, at=at)


def api_client(key: str, at: dt.datetime) -> User | None:
    """The program behind an api_key, None when none was sent. Raises GeoReportError(403)."""
    if not key:
        if policy_value(KEY_REQUIRED.key):
            raise GeoReportError(403, _("须提供有效的 api_key"))
        return None
    alive = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    token = (
        ApiToken.objects.select_related("user")
        .filter(alive, digest=hashlib.sha256(key.encode()).hexdigest(), revoked_at=None)
        .first()
    )
    if token is None or not token.user.is_active or Role.API not in token.user.roles:
        raise GeoReportError(403, _("api_key 无效或已停用"))
    return token.user


def _facts(request: HttpRequest) -> dict[str, Any]:
    form = request.POST
    issue_class = _service(form.get("service_code", "").strip())
    position, place = arguments.position(form), _place(form.get("address_id", "").strip())
    address = arguments.clean_text(form, "address_string", 200)
    if position is None and place is None and not address:
        raise GeoReportError(400, _("请给出 lat 和 long，或 address_string，或 address_id"))
    text = arguments.clean_text(form, "description", 4000) or (issue_class.name if issue_class else "")
    if not text:
        raise GeoReportError(400, _("请用 description 说明是什么问题"))
    media_url = arguments.clean_text(form, "media_url", 500)
    name = arguments.clean_text(form, "last_name", 20) + arguments.clean_text(form, "first_name", 20)
    lon, lat = position or (None, None)
    return {
        "text": f"{text}\n{_('照片链接')}：{media_url}" if media_url else text,
        "issue_class": issue_class,
        "lon": lon,
        "lat": lat,
        "place": place,
        "address": address,
        "contact_name": name,
        "contact_phone": arguments.clean_text(form, "phone", 30) or arguments.clean_text(form, "email", 80),
    }


def _service(code: str) -> IssueClass | None:
    if not code:
        raise GeoReportError(400, _("缺少 service_code"))
    if code == selectors.OTHER:
        return None
    found = selectors.service(code)
    if found is None:
        raise GeoReportError(404, _("没有这个 service_code"))
    return found


def _place(code: str) -> Place | None:
    if not code:
        return None
    found = Place.objects.filter(code=code.replace("\0", ""), status=Place.Status.ACTIVE).first()
    if found is None:
        raise GeoReportError(404, _("没有这个 address_id"))
    return found


def _photos(request: HttpRequest, by: Actor, address: str, at: dt.datetime) -> list[Photo]:
    sent = [file for name in request.FILES for file in request.FILES.getlist(name)]
    if len(sent) > MOST_PHOTOS:
        raise GeoReportError(400, _("照片最多 %(most)s 张") % {"most": MOST_PHOTOS})
    return [receiving.take_photo(file, kind=Photo.Kind.REPORT, by=by, address=address, at=at) for file in sent]
