"""The public pages. None of them asks who one is; what they show is public or belongs to whoever has the code."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_response_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from yipanqi.burden.selectors import year_report
from yipanqi.cases import actions
from yipanqi.cases.catalogue import WRONG_CODES
from yipanqi.cases.models import Report
from yipanqi.cases.selectors import zoom_of
from yipanqi.files import receiving as files
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import Refused
from yipanqi.places.coarse import coarse_address
from yipanqi.portal import numbers, privacy, receiving, selectors
from yipanqi.portal.forms import RatingForm, ReportForm, TrackForm
from yipanqi.portal.progress import progress_of
from yipanqi.typed import whole

#: What is reported most, ready to be tapped.
PHRASES = (
    gettext_lazy("垃圾没清"), gettext_lazy("车辆乱停"), gettext_lazy("路面破损"), gettext_lazy("井盖坏了"),
    gettext_lazy("路灯不亮"), gettext_lazy("占道经营"), gettext_lazy("乱贴小广告"), gettext_lazy("污水外溢"),
)  # fmt: skip
HOME_RESULTS = 6
MAP_FRESH_S = 600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this site is for, the button to report, the field for a code, and what was done lately."""
    context = {
        "track_form": TrackForm(auto_id="track_%s"),
        "results": [_result(result) for result in selectors.recent_results(HOME_RESULTS)],
        "numbers": numbers.numbers(timezone.now()),
    }
    return render(request, "portal/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """One screen to report a problem."""
    if request.method != "POST":
        return _report_page(request, ReportForm(initial={"attempt": uuid4()}), [], [])
    by, at = files.sender_of(request), timezone.now()
    photos, refused = receiving.take_photos(request, by, at)
    form = ReportForm(request.POST)
    form.full_clean()
    receiving.locate(form, photos)
    if refused or form.errors:
        return _report_page(request, form, photos, refused, 422)
    try:
        made = receiving.send(form, photos, address=_address(request), by=by, at=at)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _report_page(request, form, photos, [], refusal.status, getattr(refusal, "retry_after", 0))
    return redirect("portal:sent", code=made.code)


@require_safe
def place_sign(request: HttpRequest, qr: UUID) -> HttpResponse:
    """Someone scanned the sign at a door: inspectors come to the place's check list, everybody else to the report form with
    the place filled in and who answers for it."""
    if request.user.has_perm("mobile.see_my_places"):
        return redirect("mobile:place_by_qr", qr)
    if selectors.place_of_sign(qr) is None:
        return render(request, "portal/no_sign.html", status=404)
    return _report_page(request, ReportForm(initial={"place": qr, "attempt": uuid4()}), [], [])


@require_safe
def sent(request: HttpRequest, code: str) -> HttpResponse:
    """The code of the report just made, to keep."""
    found = _find(request, code)
    if found is None:
        return _wrong_code(request, code)
    import segno  # noqa: PLC0415  takes 70 ms and 13 MB, needed only where codes are drawn

    address = request.build_absolute_uri(f"/track/{found.code}/")
    picture = segno.make(address, error="m").svg_inline(
        scale=5, border=2, dark="#0d2b4d", svgclass="img-fluid", omitsize=False
    )
    return _private(render(request, "portal/sent.html", {"report": found, "address": address, "picture": picture}))


@require_GET
def track(request: HttpRequest) -> HttpResponse:
    """Asks for a code."""
    form = TrackForm(request.GET or None)
    if form.is_valid() and (code := selectors.clean_code(form.cleaned_data["code"])):
        return redirect("portal:progress", code=code)
    return render(request, "portal/track.html", {"form": form})


@require_safe
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """How far a report is, for whoever has its code."""
    found = _find(request, code)
    return _wrong_code(request, code) if found is None else _progress_page(request, found, RatingForm())


@require_POST
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """The resident says how satisfied they are."""
    found = _find(request, code)
    if found is None:
        return _wrong_code(request, code)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return _progress_page(request, found, form, 422)
    try:
        actions.rate(
            found,
            rating=form.cleaned_data["rating"],
            note=form.cleaned_data["note"],
            by=files.sender_of(request),
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _progress_page(request, found, form, refusal.status)
    return redirect("portal:progress", code=found.code)


@require_safe
def nearby(request: HttpRequest) -> HttpResponse:
    """The map of problems mended lately."""
    return render(request, "portal/nearby.html", {"days": selectors.MAP_SPAN.days})


@require_safe
def nearby_points(request: HttpRequest) -> HttpResponse:
    """The points of that map as GeoJSON."""
    found = selectors.results_map(timezone.now(), zoom_of(request.GET.get("zoom", "")))
    return _fresh(JsonResponse(found, content_type="application/geo+json"))


@require_safe
def streets(request: HttpRequest) -> HttpResponse:
    """Outlines of streets and towns as GeoJSON."""
    return _fresh(JsonResponse(selectors.streets_map(), content_type="application/geo+json"))


@require_safe
def about_privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about residents, why and how long, from the models' own declarations."""
    return render(request, "portal/privacy.html", {"kept": privacy.kept_of_residents()})


@require_safe
def burden(request: HttpRequest) -> HttpResponse:
    """What the grass roots were asked for in a year, the whole city together; counted anew every ten minutes."""
    this_year = timezone.localdate().year
    year = whole(request.GET.get("year", ""), 2020, this_year) or this_year
    report = cache.get_or_set(f"portal:burden:{year}", lambda: year_report(year, timezone.now()), numbers.FRESH_S)
    return render(request, "portal/burden.html", {"report": report, "years": [this_year - n for n in range(3)]})


def _report_page(
    request: HttpRequest,
    form: ReportForm,
    photos: list[Photo],
    refused: list[str],
    status: int = 200,
    retry_after: int = 0,
) -> HttpResponse:
    declared = Report.personal["contact_phone"]
    place = selectors.place_of_sign(form["place"].value()) if _is_uuid(form["place"].value()) else None
    context = {
        "form": form,
        "photos": [files.photo_facts(photo) for photo in photos],
        "refused": refused,
        "place": place,
        "unit": selectors.answers_for(place, timezone.localdate()) if place else None,
        "most_photos": receiving.MOST_PHOTOS,
        "phrases": PHRASES,
        "contact": {"purpose": _(declared.purpose), "retention": _(declared.retention)},
    }
    response = render(request, "portal/report.html", context, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def _progress_page(request: HttpRequest, found: Report, form: RatingForm, status: int = 200) -> HttpResponse:
    case = selectors.worked_case(found)
    before, after = selectors.public_photos([case.number]).get(case.number, (None, None))
    context: dict[str, Any] = {
        "report": found,
        "case": case,
        "progress": progress_of(found, timezone.now()),
        "where": coarse_address(found.case.area),
        "done": selectors.what_was_done(case),
        "pair": {"before": _picture(before), "after": _picture(after)} if before or after else None,
        "mine": [_picture(photo) for photo in selectors.own_photos(found, files.actor_of(request))],
        "form": form,
    }
    return _private(render(request, "portal/progress.html", context, status=status))


def _find(request: HttpRequest, code: str) -> Report | None:
    """The report with a code; wrong ones count, right ones always open. Raises TooOften."""
    found = selectors.report_by_code(code)
    if found is None:
        WRONG_CODES.take(_address(request), timezone.now())
    return found


def _wrong_code(request: HttpRequest, code: str) -> HttpResponse:
    form = TrackForm({"code": code[:40]})
    form.add_error("code", _("没有查到这个查询码。请对照回执逐字核对；查询码里没有容易混淆的字母。"))
    return _private(render(request, "portal/track.html", {"form": form}, status=404))


def _result(result: selectors.Result) -> dict[str, Any]:
    return {"facts": result, "before": _picture(result.before), "after": _picture(result.after)}


def _picture(photo: Photo | None) -> dict[str, Any] | None:
    if photo is None:
        return None
    taken: dt.datetime | None = photo.taken_at
    at = timezone.localtime(taken).strftime("%Y-%m-%d") if taken else ""
    return {
        "thumb": files.picture_url(photo, "thumb"),
        "full": files.picture_url(photo, "large"),
        "alt": photo.get_kind_display(),
        "at": at,
    }


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _is_uuid(value: Any) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


def _private(response: HttpResponse) -> HttpResponse:
    """Whoever has the code may read it; no cache on the way may keep it, no search engine may list it."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _fresh(response: HttpResponse) -> HttpResponse:
    patch_response_headers(response, MAP_FRESH_S)
    return response
