"""The public pages: the menu, an order as easily as a meal, and following it by its code. Nobody signs in here."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.files.receiving import sender_of
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.actors import Actor, Visitor
from yipanqi.kernel.paging import keyset_page
from yipanqi.services import actions, selectors
from yipanqi.services.catalogue import ORDERS, WRONG_CODES
from yipanqi.services.forms import (
    CancelForm,
    ComplaintForm,
    FreeOrderForm,
    MenuFilter,
    OrderForm,
    RatingForm,
    TrackForm,
    WordsFilter,
    tomorrow,
)
from yipanqi.services.models import Form, Request
from yipanqi.services.showing import SENTENCES, TONES, hours_in_words, steps
from yipanqi.services.states import REQUEST, RequestState

LECTURERS = 30


@require_safe
def menu(request: HttpRequest) -> HttpResponse:
    """What can be ordered, by kind."""
    form = MenuFilter(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    found = selectors.menu(
        timezone.localdate(), theme=given.get("theme", ""), form=given.get("form", ""), area=given.get("area"), words=given.get("q", ""), sort=request.GET.get("sort", "")
    )
    return render(request, "services/menu.html", {"groups": list(found.items()), "form": form, "narrowed": bool(given and any(given.values()))})


@require_safe
def lecturers(request: HttpRequest) -> HttpResponse:
    """The pool of lecturers, with what each gives."""
    form = WordsFilter(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = keyset_page(selectors.lecturers(words), ("code",), request.GET.get("cursor"), LECTURERS)
    offers = selectors.can_serve_today(timezone.localdate()).filter(lecturer__in=page.items).select_related("item").order_by("id")
    for lecturer in page.items:
        lecturer.talks = [offer for offer in offers if offer.lecturer_id == lecturer.pk]
    return render(request, "services/lecturers.html", {"rows": page.items, "form": form, "next_url": f"?q={words}&cursor={page.next}" if page.next else ""})


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, code: str) -> HttpResponse:
    """One dish, who gives it, and the order."""
    item = get_object_or_404(selectors.on_menu(), code=code)
    offers = list(selectors.can_serve_today(timezone.localdate()).filter(item=item).select_related("team", "station", "lecturer", "area").order_by("id"))
    for offer in offers:
        offer.words = hours_in_words(offer.hours)  # type: ignore[attr-defined]
    wished = next((offer for offer in offers if offer.code == (request.POST.get("offer") or request.GET.get("offer"))), None)
    form = OrderForm(request.POST or None, initial={"wished_from": tomorrow(), "attempt": uuid4(), "offer": wished.code if wished else ""})
    context = {"item": item, "offers": offers, "wished": wished, "no_address": item.form in (Form.STATION, Form.PHONE), "open_more": item.form == Form.SITE}
    return _ordered(request, form, "services/order.html", context, item=item, offer=wished)


@require_http_methods(["GET", "HEAD", "POST"])
def free_order(request: HttpRequest) -> HttpResponse:
    """An order of what the menu does not have."""
    form = FreeOrderForm(request.POST or None, initial={"wished_from": tomorrow(), "attempt": uuid4(), "kind": request.GET.get("kind", "")})
    return _ordered(request, form, "services/free_order.html", {})


def _ordered(request: HttpRequest, form: OrderForm, template: str, context: dict[str, Any], **wanted: Any) -> HttpResponse:
    """The form, or where it was sent the order that it makes."""
    status, retry = (422 if form.errors else 200), 0
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            ORDERS.take(str(request.META.get("REMOTE_ADDR", "")), at)
            made = actions.ask(None, **form.facts(), **wanted, by=sender_of(request), at=at)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            status, retry = refusal.status, getattr(refusal, "retry_after", 0)
        else:
            return redirect("services:sent", made.code)
    declared = Request.personal["contact_phone"]
    response = render(request, template, {**context, "form": form, "purpose": _(declared.purpose), "retention": _(declared.retention)}, status=status)
    if retry:
        response["Retry-After"] = str(retry)
    return response


@require_safe
def sent(request: HttpRequest, code: str) -> HttpResponse:
    """The code of the order just made, to keep."""
    found = _find(request, code)
    if found is None:
        return _wrong_code(request, code)
    import segno  # noqa: PLC0415  takes 70 ms and 13 MB, needed only where codes are drawn

    address = request.build_absolute_uri(f"/services/track/{found.code}/")
    picture = segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#0d2b4d", svgclass="img-fluid", omitsize=False)
    return _private(render(request, "services/sent.html", {"order": found, "address": address, "picture": picture}))


@require_safe
def track(request: HttpRequest) -> HttpResponse:
    """Asks for a code."""
    form = TrackForm(request.GET or None)
    if form.is_valid():
        return redirect("services:follow", "".join(form.cleaned_data["code"].split()).upper())
    return render(request, "services/track.html", {"form": form})


@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """How far an order is, for whoever has its code."""
    found = _find(request, code)
    return _wrong_code(request, code) if found is None else _followed(request, found)


def _followed(request: HttpRequest, found: Request, forms: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    may_rate = found.rated_at is None and found.state in REQUEST.moves["rate"].source
    given = {"rating": RatingForm(), "complaint": ComplaintForm(), "cancelling": CancelForm()} | (forms or {})
    return _private(render(request, "services/follow.html", {
        "order": found, "tone": TONES[RequestState(found.state)], "sentence": SENTENCES[RequestState(found.state)], "steps": steps(found), "forms": given,
        "may_rate": may_rate and actions_allow(found, request, "rate"), "may_cancel": found.state in REQUEST.moves["cancel"].source,
        "service": getattr(found, "service", None), "complaints": list(found.complaints.order_by("said_at")), "may_complain": found.accepted_at is not None,
    }, status=status))  # fmt: skip


def actions_allow(found: Request, request: HttpRequest, verb: str) -> bool:
    """Whether the rule lets the holder of the code do this."""
    return holder(request, found).has_perm(f"services.{verb}", found)


@require_POST
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """The one served says how it was."""
    return _said(request, code, "rating", RatingForm(request.POST), actions.rate, _("谢谢您的评价。"))


@require_POST
def complain(request: HttpRequest, code: str) -> HttpResponse:
    """The one served complains."""
    return _said(request, code, "complaint", ComplaintForm(request.POST), actions.complain, _("投诉已送到实践中心和值班台，凭查询码看答复。"))


@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """It is not needed any more."""
    return _said(request, code, "cancelling", CancelForm(request.POST), actions.cancel, _("已撤销。"))


def _said(request: HttpRequest, code: str, name: str, form: Any, action: Any, words: str) -> HttpResponse:
    found = _find(request, code)
    if found is None:
        return _wrong_code(request, code)
    if not form.is_valid():
        return _followed(request, found, {name: form}, 422)
    try:
        action(found, **form.cleaned_data, by=holder(request, found), at=timezone.now())
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _followed(request, found, {name: form}, refusal.status)
    messages.success(request, words)
    return redirect("services:follow", found.code)


def holder(request: HttpRequest, found: Request) -> Actor:
    """Whoever has the code speaks for the one served, signed in or not; except those who served."""
    user: Any = request.user
    if user.is_authenticated and found.party is not None and selectors.serves_for(user, found.party):
        return user  # type: ignore[no-any-return]
    actor = sender_of(request)
    return actor if isinstance(actor, Visitor) else Visitor(f"code-{found.number}")


def _find(request: HttpRequest, code: str) -> Request | None:
    """The order with a code; wrong ones count. Raises TooOften."""
    found = selectors.code_known(code)
    if found is None:
        WRONG_CODES.take(str(request.META.get("REMOTE_ADDR", "")), timezone.now())
    return found


def _wrong_code(request: HttpRequest, code: str) -> HttpResponse:
    form = TrackForm({"code": code[:40]})
    form.add_error("code", _("没有查到这个查询码，请对照逐字核对；查询码里没有容易混淆的字母。"))
    return _private(render(request, "services/track.html", {"form": form}, status=404))


def _private(response: HttpResponse) -> HttpResponse:
    """Whoever has the code may read it; no cache on the way may keep it, no search engine may list it."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response

