"""Pages of news: one's own, one's wishes, the chat groups, and the log of what left the house."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import now
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.messaging import actions, push, selectors
from yipanqi.messaging.catalogue import CHANNELS, kinds_for_groups
from yipanqi.messaging.channels import PERSONAL
from yipanqi.messaging.forms import DeviceForm, GroupForm, LogFilter, WishesForm
from yipanqi.messaging.models import ChatGroup

ROWS = 30
TONES = {"waiting": "wait", "running": "act", "sent": "done", "failed": "late"}


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own news, the newest first; with ``?unread=1`` those not read."""
    demand(request.user, "messaging.see_messages")
    only = request.GET.get("unread") == "1"
    rows = selectors.visible_to(request.user)
    page = keyset_page(rows.filter(read_at__isnull=True) if only else rows, ("-created_at", "-id"), request.GET.get("cursor"), ROWS)
    return render(request, "messaging/mine.html", {
        "rows": page.items, "only": only, "next_url": next_url(request, page.next), "unread": selectors.unread_count(request.user),
        "keeps": request.user.has_perm("messaging.see_log"), "tab": "mine",
    })  # fmt: skip


@login_required
@require_safe
def unread(request: HttpRequest) -> HttpResponse:
    """The number beside the bell."""
    return render(request, "messaging/_unread.html", {"unread": selectors.unread_count(request.user)})


@login_required
@require_POST
def open_message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read one piece of news, and go to what it is about."""
    message = get_object_or_404(selectors.visible_to(request.user), uuid=uuid)
    actions.read(message, by=request.user, at=now())
    return redirect(message.link)


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Nothing is unread any more."""
    actions.read_all(request.user, by=request.user, at=now())
    return redirect("messaging:mine")


@login_required
def wishes(request: HttpRequest) -> HttpResponse:
    """How one wants one's news."""
    demand(request.user, "messaging.see_messages")
    rows = selectors.kinds_with_ways(request.user)  # type: ignore[arg-type]
    form = WishesForm(request.POST or None, rows=rows, channels=PERSONAL)
    if request.method == "POST" and form.is_valid():
        actions.keep_wishes(request.user, ways=form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("已保存。"))
        return redirect("messaging:wishes")
    mine = request.user
    keeps = mine.has_perm("messaging.see_log")
    closed = [(CHANNELS[channel].title, CHANNELS[channel].why_off()) for channel in PERSONAL if CHANNELS[channel].why_off()]
    off = [str(why) if keeps else _("%(channel)s还没有开通，如需要请联系系统管理员。") % {"channel": title} for title, why in closed]
    return render(request, "messaging/wishes.html", {
        "form": form, "channels": [CHANNELS[channel].title for channel in PERSONAL], "off": off,
        "address": mine.email, "devices": selectors.devices_visible_to(mine), "device_form": DeviceForm(), "push_key": push.public_key(),  # type: ignore[union-attr]
        "keeps": keeps, "tab": "wishes",
    })  # fmt: skip


@login_required
@require_POST
def add_device(request: HttpRequest) -> HttpResponse:
    """This browser shows one's news from now on."""
    form = DeviceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("浏览器没有给出推送地址，请刷新后重试。"))
        return redirect("messaging:wishes")
    try:
        actions.add_device(request.user, **form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("已开启。有新消息时，这台设备会弹出提示。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("messaging:wishes")


@login_required
@require_POST
def remove_device(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A device shows nothing any more."""
    actions.remove_device(get_object_or_404(selectors.devices_visible_to(request.user), uuid=uuid), by=request.user, at=now())
    messages.success(request, _("已关闭，推送地址已清除。"))
    return redirect("messaging:wishes")


@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows a note while no page is open. It stands here because it may only look after pages below itself."""
    script = Path(str(finders.find("push-worker.js"))).read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@login_required
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """What left the house and what did not."""
    demand(request.user, "messaging.see_log")
    form = LogFilter(request.GET or None)
    given = {k: v for k, v in (form.cleaned_data if form.is_valid() else {}).items() if v}
    rows = selectors.log_visible_to(request.user).filter(**given).prefetch_related("messages")
    page = keyset_page(rows, ("-created_at", "-id"), request.GET.get("cursor"), ROWS)
    for row in page.items:
        row.tone = TONES[row.state]
    may = request.user.has_perm("messaging.send_again")
    return render(request, "messaging/log.html", {
        "form": form, "rows": page.items, "next_url": next_url(request, page.next), "may": may, "keeps": True, "tab": "log",
    })  # fmt: skip


@login_required
@require_POST
def send_again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Try once more what was given up."""
    demand(request.user, "messaging.send_again")
    sending = get_object_or_404(selectors.log_visible_to(request.user), uuid=uuid)
    try:
        actions.send_again(sending, by=request.user, at=now())
        messages.success(request, _("已重新排入发送。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("messaging:log")


@login_required
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """The chat groups and what each is told."""
    demand(request.user, "messaging.see_log")
    rows = list(ChatGroup.objects.select_related("unit"))
    return render(request, "messaging/groups.html", {"rows": rows, "may": request.user.has_perm("messaging.add_group"), "keeps": True, "tab": "groups"})


@login_required
def edit_group(request: HttpRequest, uuid: UUID | None = None) -> HttpResponse:
    """A new chat group, or a change of one."""
    demand(request.user, "messaging.change_group" if uuid else "messaging.add_group")
    group = get_object_or_404(ChatGroup, uuid=uuid) if uuid else None
    initial = {"name": group.name, "unit": group.unit.code if group.unit else "", "kinds": group.kinds, "active": group.active} if group else {"kinds": list(kinds_for_groups())}
    form = GroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if group:
                actions.change_group(group, **form.cleaned_data, by=request.user, at=now())
            else:
                actions.add_group(None, **form.cleaned_data, by=request.user, at=now())
            return redirect("messaging:groups")
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    status = 422 if form.errors else 200
    return render(request, "messaging/group_form.html", {"form": form, "group": group}, status=status)


@login_required
@require_POST
def remove_group(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A chat group is told nothing any more."""
    demand(request.user, "messaging.remove_group")
    actions.remove_group(get_object_or_404(ChatGroup, uuid=uuid), by=request.user, at=now())
    return redirect("messaging:groups")
