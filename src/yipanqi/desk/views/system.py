"""The machine room: what failed, what runs when, and whether the journal is whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yipanqi.desk import actions, selectors
from yipanqi.desk.views.gates import gate, person
from yipanqi.kernel import journal
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.jobs import JOBS
from yipanqi.kernel.models import Delivery, JobRun, JournalEntry, JournalSeal
from yipanqi.kernel.paging import keyset_page, next_url

SHOWN = 50
PROBLEMS = {
    "seal missing": gettext_lazy("缺少一个封存批次"),
    "entry claims a seal that does not exist": gettext_lazy("记录声称属于不存在的批次"),
    "inserted after sealing": gettext_lazy("封存之后被插入"),
    "changed after sealing": gettext_lazy("封存之后被改动"),
    "missing": gettext_lazy("封存之后被删除"),
    "seal changed": gettext_lazy("封存批次本身被改动"),
    "older than the seal before its own": gettext_lazy("时间早于上一批封存，系事后补入"),
    "not sealed, yet older than the last seal": gettext_lazy("未封存，时间却早于最近一次封存，系事后补入"),
    "waits for its seal too long": gettext_lazy("超过七天仍未封存，请检查后台进程是否运行"),
    "seal noted in journal.head is gone": gettext_lazy("数据目录中登记过的封存批次已不在数据库中"),
    "seal differs from journal.head": gettext_lazy("封存批次与数据目录中登记的不一致"),
}


@require_safe
@gate("desk.see_system")
def system(request: HttpRequest) -> HttpResponse:
    """Failed deliveries, jobs with their last run and error, the journal's newest seal."""
    page = keyset_page(selectors.failed_deliveries(), ("-id",), request.GET.get("cursor"), SHOWN)
    runs = {run.key: run for run in JobRun.objects.all()}
    context = {
        "failed": page.items,
        "more": bool(page.next),
        "next_url": next_url(request, page.next),
        "waiting": Delivery.objects.filter(state__in=("waiting", "running")).count(),
        "jobs": [(job, runs.get(key), interval(job.every)) for key, job in sorted(JOBS.items())],
        "head": journal.head(),
        "sealed": JournalSeal.objects.order_by("-number").first(),
        "unsealed": JournalEntry.objects.filter(batch__isnull=True).count(),
        "may_retry": person(request).has_perm("desk.retry_delivery"),
    }
    return render(request, "desk/system.html", context)


def interval(every: dt.timedelta) -> str:
    """How often a job runs, in words."""
    seconds = int(every.total_seconds())
    for length, words in ((86_400, _("每 %(n)s 天")), (3_600, _("每 %(n)s 小时")), (60, _("每 %(n)s 分钟"))):
        if seconds >= length:
            return words % {"n": f"{seconds / length:g}"}
    return _("每 %(n)s 秒") % {"n": seconds}


@require_POST
@gate("desk.retry_delivery")
def retry_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a failed delivery another round."""
    return _again(request, actions.retry_delivery, get_object_or_404(Delivery, pk=pk), _("已重新排队，几秒内会再试。"))


@require_POST
@gate("desk.retry_job")
def retry_job(request: HttpRequest, key: str) -> HttpResponse:
    """Run a scheduled job now."""
    return _again(request, actions.retry_job, get_object_or_404(JobRun, key=key), _("已安排马上运行。"))


def _again(request: HttpRequest, retry: Callable[..., Any], what: Delivery | JobRun, done: str) -> HttpResponse:
    """Have something tried once more, and say on the page how that went."""
    try:
        retry(what, by=person(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("desk:system")


@require_POST
@gate("desk.check_journal")
def verify(request: HttpRequest) -> HttpResponse:
    """Re-derive the journal and say whether it is whole, or which row is the first bad one."""
    fault = actions.check_journal(None, by=person(request), at=timezone.now())
    if fault is None:
        messages.success(request, _("日志完整：每一批都与封存时一致。"))
    else:
        words = _("日志不完整：第 %(seal)s 批，记录 %(entry)s：%(problem)s。请保留现场并联系审计。")
        messages.error(
            request,
            words
            % {"seal": fault.seal, "entry": fault.entry or "—", "problem": PROBLEMS.get(fault.problem, fault.problem)},
        )
    return redirect("desk:system")
