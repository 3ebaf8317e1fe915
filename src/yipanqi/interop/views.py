"""Open311 GeoReport v2 with the servicerequestupdates extension. Every answer may be read by pages of other origins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from yipanqi.cases.catalogue import WRONG_CODES
from yipanqi.interop import arguments, encoding, rows, selectors
from yipanqi.interop.arguments import Page
from yipanqi.interop.encoding import GeoReportError
from yipanqi.interop.posting import take_request
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.addresses import absolute

View = Callable[..., HttpResponse]
#: When this interface last changed what it promises; told by the discovery document.
CHANGESET = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def geo_report(*methods: str) -> Callable[[View], View]:
    """A view of GeoReport: its methods, its errors in the asked form, readable from any origin, no CSRF token.

    Nothing here reads the session: a forged post does no more than any stranger may.
    """

    def wrap(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def call(request: HttpRequest, *args: str, form: str, **kwargs: str) -> HttpResponse:
            try:
                if request.method == "OPTIONS":
                    response = HttpResponse(status=204)
                elif request.method in methods:
                    response = view(request, *args, form=form, **kwargs)
                else:
                    raise GeoReportError(405, _("这个地址不支持 %(method)s") % {"method": request.method})
            except GeoReportError as error:
                response = encoding.refusal(error, form)
            except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent):
                response = encoding.refusal(
                    GeoReportError(400, _("提交的内容读不出来，请核对 Content-Type 和编码")), form
                )
            except RequestDataTooBig:
                response = encoding.refusal(GeoReportError(413, _("提交的内容过大")), form)
            except Refused as error:
                wait_s = getattr(error, "retry_after", 0)
                response = encoding.refusal(
                    GeoReportError(400 if error.status == 422 else error.status, error, wait_s), form
                )
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Allow-Methods"] = ", ".join((*methods, "OPTIONS"))
            response["Allow"] = ", ".join((*methods, "OPTIONS"))
            return response

        return call

    return wrap


@geo_report("GET", "HEAD")
def services(request: HttpRequest, *, form: str) -> HttpResponse:
    """What can be asked for."""
    return encoding.rows("services", [rows.service_row(c) for c in (*selectors.services(), None)], form)


@geo_report("GET", "HEAD")
def service(request: HttpRequest, *, code: str, form: str) -> HttpResponse:
    """The definition of one service; none of ours asks for further attributes."""
    if code != selectors.OTHER and selectors.service(code) is None:
        raise GeoReportError(404, _("没有这个 service_code"))
    return encoding.single("service_definition", {"service_code": code, "attributes": []}, form)


@geo_report("GET", "HEAD", "POST")
def requests(request: HttpRequest, *, form: str) -> HttpResponse:
    """GET searches, POST makes a request."""
    if request.method == "POST":
        return _post(request, form)
    wanted = arguments.search(request.GET, timezone.now())
    found = selectors.public_cases()
    if wanted.ids:
        found = found.filter(number__in=wanted.ids)
    else:
        found = found.filter(reported_at__gte=wanted.since, reported_at__lte=wanted.until)
        if wanted.codes:
            found = selectors.of_services(found, wanted.codes)
        found = selectors.of_status(found, wanted.statuses)
    cases, more = wanted.page.of(found)
    photos = selectors.public_photos(case.number for case in cases)
    root = request.build_absolute_uri("/")[:-1]
    answer = encoding.rows("requests", [rows.request_row(case, photos.get(case.number), root) for case in cases], form)
    return _leading_on(answer, request, wanted.page, wanted.since, wanted.until) if more else answer


@geo_report("GET", "HEAD")
def request_by_id(request: HttpRequest, *, number: str, form: str) -> HttpResponse:
    """One request."""
    case = selectors.public_cases().filter(number=number).first()
    if case is None:
        raise GeoReportError(404, _("没有这个 service_request_id"))
    photo = selectors.public_photos([case.number]).get(case.number)
    return encoding.rows("requests", [rows.request_row(case, photo, request.build_absolute_uri("/")[:-1])], form)


@geo_report("GET", "HEAD")
def token(request: HttpRequest, *, code: str, form: str) -> HttpResponse:
    """The request behind a token; our tokens are the tracking codes of reports."""
    report = selectors.report_of(code)
    if report is None:
        WRONG_CODES.take(request.META.get("REMOTE_ADDR", ""), timezone.now())
        raise GeoReportError(404, _("没有这个 token"))
    return encoding.rows("requests", [{"service_request_id": report.case.number, "token": report.code}], form)


@geo_report("GET", "HEAD")
def updates(request: HttpRequest, *, form: str) -> HttpResponse:
    """What changed between two moments, for programs that keep their own copy."""
    (since, until), page = arguments.span(request.GET, timezone.now()), arguments.page(request.GET)
    moves, more = page.of(selectors.public_moves(since, until))
    answer = encoding.rows("updates", [rows.update_row(move) for move in moves], form)
    return _leading_on(answer, request, page, since, until) if more else answer


@geo_report("GET", "HEAD")
def discovery(request: HttpRequest, *, form: str) -> HttpResponse:
    """Where this endpoint is and what it speaks."""
    root = request.build_absolute_uri(reverse("interop:root")).rstrip("/")
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": root,
        "changeset": rows.moment(CHANGESET),
        "type": "production",
        "formats": ["application/json", "text/xml"],
    }
    return encoding.single(
        "discovery",
        {
            "changeset": rows.moment(CHANGESET),
            "contact": _("市创城办值班台，政务服务热线 12345"),
            "key_service": _("接口密钥由市创城办发给登记的程序，作为 api_key 使用"),
            "endpoints": [endpoint],
        },
        form,
    )


@geo_report("GET", "HEAD", "POST")
def unknown(request: HttpRequest, *, form: str = encoding.JSON, rest: str = "") -> HttpResponse:
    """An address that GeoReport does not have; told in XML where it ends so."""
    form = encoding.XML if rest.endswith(".xml") else form
    return encoding.refusal(GeoReportError(404, _("没有这个地址；资源名后要加 .json 或 .xml")), form)


def _leading_on(answer: HttpResponse, request: HttpRequest, page: Page, since: dt.datetime, until: dt.datetime) -> HttpResponse:
    """An answer after which there are more rows says where: of the same span, so that the clock moves nothing between two pages."""
    query = request.GET.copy()
    query["page"] = str(page.number + 1)
    if until - since <= arguments.SPAN:
        query["start_date"], query["end_date"] = since.isoformat(), until.isoformat()
    answer["Link"] = f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'
    answer["Access-Control-Expose-Headers"] = "Link"
    return answer


def _post(request: HttpRequest, form: str) -> HttpResponse:
    report = take_request(request, timezone.now())
    notice = _("查询码 %(code)s，可凭查询码在 %(url)s 查看进展并评价。") % {
        "code": report.code,
        "url": absolute(request, f"/track/{report.code}/"),
    }
    row = {"service_request_id": report.case.number, "service_notice": notice, "account_id": None}
    return encoding.rows("requests", [row], form, 201)
