"""What the office decides: settings and the working calendar."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yipanqi.calendar.actions import clear_day, clear_hours, set_day, set_hours
from yipanqi.calendar.models import CalendarDay, WorkingHours
from yipanqi.calendar.selectors import DEFAULT_SPANS
from yipanqi.calendar.working import CalendarError
from yipanqi.desk import actions
from yipanqi.desk.views.gates import gate, person
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.models import Policy
from yipanqi.kernel.policy import POLICIES, PolicySpec
from yipanqi.people.models import Unit, User
from yipanqi.typed import whole

#: The settings as the office thinks of them: title, and keys or beginnings of keys in their order. The last takes the rest.
GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("城市"), ("kernel.",)),
    (gettext_lazy("各环节时限"), (
        "standards.accept_hours", "standards.dispatch_hours", "cases.sign_hours", "cases.ruling_hours", "cases.handle_hours",
        "standards.verify_hours",
    )),
    (gettext_lazy("分拣台"), ("desk.reject_reasons",)),
    (gettext_lazy("看板目标"), ("desk.",)),
    (gettext_lazy("消息"), ("messaging.",)),
    (gettext_lazy("督办"), ("escalation.",)),
    (gettext_lazy("回查"), ("rechecks.",)),
    (gettext_lazy("考核"), ("scoring.",)),
    (gettext_lazy("检查"), ("inspections.",)),
    (gettext_lazy("照片提示"), ("cases.photo_alike_bits", "cases.photo_early_days", "cases.photo_far_metres")),
    (gettext_lazy("基层负担"), ("burden.",)),
    (gettext_lazy("点单派单"), ("services.",)),
    (gettext_lazy("点位"), ("places.",)),
    (gettext_lazy("类别和单位建议"), ("suggestions.",)),
    (gettext_lazy("疑似重复"), ("duplicates.",)),
    (gettext_lazy("市民反映和查询的次数限制"), ("portal.", "files.", "cases.wrong_codes_per_hour", "cases.api_reports_per_hour")),
    (gettext_lazy("批量办理"), ("batches.",)),
    (gettext_lazy("账号"), ("people.",)),
    (gettext_lazy("对外接口"), ("interop.",)),
    (gettext_lazy("志愿者"), ("volunteers.",)),
    (gettext_lazy("单位值勤"), ("rosters.",)),
    (gettext_lazy("志愿服务活动"), ("activities.",)),
    (gettext_lazy("道德储蓄积分"), ("points.",)),
    (gettext_lazy("志愿服务记录、星级和证明"), ("records.",)),
    (gettext_lazy("其他"), ()),
)  # fmt: skip


class BadValue(Refused):
    """What was typed is not a value of the setting's kind."""


@require_safe
@gate("desk.see_settings")
def settings(request: HttpRequest) -> HttpResponse:
    """Every declared setting with its value in force, its default, and who changed it."""
    return _page(request, saved=request.GET.get("saved", ""))


def _page(request: HttpRequest, *, saved: str = "", wrong: tuple[str, str, str] | None = None) -> HttpResponse:
    """The settings; at the one that was `saved` it is said so, at a `wrong` one (key, what was typed, why) what is wrong."""
    stored = {row.key: row for row in Policy.objects.all()}
    groups: dict[Any, list[dict[str, Any]]] = {}
    for key, spec in sorted(POLICIES.items(), key=lambda item: _place_of(item[0])):
        groups.setdefault(GROUPS[_place_of(key)[0]][0], []).append(
            _row(spec, stored.get(key)) | {"saved": key == saved} | (_typed(*wrong[1:]) if wrong and wrong[0] == key else {})
        )
    may_change = person(request).has_perm("desk.change_policy")
    context = {"groups": list(groups.items()), "may_change": may_change}
    return render(request, "desk/settings.html", context, status=BadValue.status if wrong else 200)


def _typed(text: str, why: str) -> dict[str, Any]:
    """What a setting's field holds after it was refused: what was typed, and why it does not do."""
    return {"value": text, "text": text, "wrong": why}


def _place_of(key: str) -> tuple[int, int, str]:
    """Number of the group a setting stands in, and its place there."""
    for number, (_title, members) in enumerate(GROUPS):
        for place, member in enumerate(members):
            if key == member or (member.endswith(".") and key.startswith(member)):
                return number, place, key
    return len(GROUPS) - 1, 0, key


def _row(spec: PolicySpec, stored: Policy | None) -> dict[str, Any]:
    value = spec.default if stored is None else stored.value
    return {
        "spec": spec,
        "value": value,
        "text": json.dumps(value, ensure_ascii=False, indent=1) if spec.kind == "json" else value,
        "stored": stored,
        "default": in_words(spec, spec.default),
        "shown": in_words(spec, value),
        "changed_by": _who(stored.changed_by) if stored else "",
        "step": "1" if spec.kind == "int" else "any",
        "least": f"{spec.least:g}",
        "most": f"{spec.most:.0f}",
    }


def in_words(spec: PolicySpec, value: Any) -> str:
    """A value of a setting as it is read."""
    if spec.kind == "bool":
        return _("启用") if value else _("不启用")
    return str(value) if value != "" else _("空")


def _who(actor: str) -> str:
    """The name behind the key of whoever changed a setting."""
    kind, _colon, username = actor.partition(":")
    found = User.objects.filter(username=username).first() if kind == "user" else None
    return found.name if found else _("系统") if kind == "system" else actor


def read_value(spec: PolicySpec, text: str) -> Any:
    """What was typed as a value of the setting's kind. Raises BadValue."""
    text = text.strip()
    if spec.kind == "bool":
        return text == "on"
    if spec.kind == "text":
        return text
    try:
        value: Any = int(text) if spec.kind == "int" else float(text) if spec.kind == "float" else json.loads(text)
    except json.JSONDecodeError as error:
        raise BadValue(_("没有保存：第 %(line)d 行写法有误，请检查引号、逗号和括号是否成对。") % {"line": error.lineno}) from error
    except ValueError as error:
        kind = _("整数") if spec.kind == "int" else _("数字")
        raise BadValue(_("没有保存：这里只能填%(kind)s，不要带单位或其他文字。") % {"kind": kind}) from error
    if spec.kind == "json" and type(value) is not type(spec.default):
        shape = _("用 [ ] 括起来的一列") if isinstance(spec.default, list) else _("用 { } 括起来的“名称: 值”")
        raise BadValue(_("没有保存：这里应填%(shape)s。") % {"shape": shape})
    if spec.kind != "json" and not spec.least <= value <= spec.most:
        raise BadValue(_("没有保存：应在 %(least)s 和 %(most)s 之间。") % {"least": f"{spec.least:g}", "most": f"{spec.most:,.0f}"})
    return value


@require_http_methods(["GET", "POST"])
@gate("desk.change_policy")
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Store a setting, or go back to its default."""
    spec, text = POLICIES.get(key), request.POST.get("value", "")
    if spec is None:
        raise Http404
    if request.method != "POST":  # a refused value's page, opened again
        return redirect("desk:settings")
    try:
        value = None if "default" in request.POST else read_value(spec, text)
        actions.change_policy(None, key=key, value=value, by=person(request), at=timezone.now())
    except Refused as refusal:
        return _page(request, wrong=(key, text[:2000], str(refusal)))
    return redirect(f"{reverse('desk:settings')}?{urlencode({'saved': key})}#setting-{slugify(key)}")


@require_safe
@gate("desk.see_settings")
def calendar(request: HttpRequest) -> HttpResponse:
    """The year's days that differ from their weekday, working hours, and a warning where a year is not announced."""
    today = timezone.localdate()
    year = whole(request.GET.get("year", ""), 1950, 2150) or today.year
    announced = set(
        CalendarDay.objects.filter(announced=True, day__year__in=(year, today.year, today.year + 1)).values_list(
            "day__year", flat=True
        )
    )
    units = dict(Unit.objects.values_list("code", "name"))
    context = {
        "year": year,
        "years": (year - 1, year + 1),
        "days": CalendarDay.objects.filter(day__year=year).order_by("day"),
        "unannounced": [y for y in sorted({year, today.year}) if y not in announced],
        "next_missing": today.year + 1 if today.month >= 11 and today.year + 1 not in announced else None,
        "hours": [
            (row, units.get(row.unit, row.unit), "、".join("–".join(span) for span in row.spans))
            for row in WorkingHours.objects.order_by("unit", "id")
        ],
        "default_hours": "、".join("–".join(span) for span in DEFAULT_SPANS),
        "units": units.items(),
        "may_change": person(request).has_perm("calendar.set_day"),
    }
    return render(request, "desk/calendar.html", context)


@require_POST
@gate("calendar.set_day")
def save_day(request: HttpRequest) -> HttpResponse:
    """Set or clear one day."""
    day, user, now = _day(request.POST.get("day", "")), person(request), timezone.now()
    if day is None:
        messages.error(request, _("日期有误，请按 2026-01-31 的格式填写。"))
        return redirect("desk:calendar")
    if "clear" in request.POST:
        row = CalendarDay.objects.filter(day=day).first()
        if row is not None:
            clear_day(row, by=user, at=now)
        messages.success(request, _("%(day)s 恢复按星期计算。") % {"day": day})
    else:
        working = request.POST.get("is_working") == "1"
        set_day(
            None,
            day=day,
            is_working=working,
            name=request.POST.get("name", "").strip()[:40],
            announced="announced" in request.POST,
            by=user,
            at=now,
        )
        messages.success(
            request, _("%(day)s 已设为%(what)s。") % {"day": day, "what": _("上班") if working else _("放假")}
        )
    response = redirect("desk:calendar")
    response["Location"] += f"?year={day.year}"
    return response


@require_POST
@gate("calendar.set_hours")
def save_hours(request: HttpRequest) -> HttpResponse:
    """Set the working hours of the city or of one unit, perhaps for a season; written as 08:30-12:00 14:30-18:00."""
    spans = [
        part.split("-")
        for part in request.POST.get("spans", "").replace("–", "-").replace("、", " ").replace("，", " ").split()
    ]
    unit, window = (
        request.POST.get("unit", ""),
        {k: request.POST.get(k, "").strip() for k in ("season_from", "season_to")},
    )
    if unit and not Unit.objects.filter(code=unit).exists():
        raise Http404
    try:
        set_hours(None, unit=unit, spans=spans, by=person(request), at=timezone.now(), **window)
    except (CalendarError, Refused) as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("工作时间已保存。"))
    return redirect("desk:calendar")


@require_POST
@gate("calendar.set_hours")
def remove_hours(request: HttpRequest) -> HttpResponse:
    """Take away hours, named by their unit, season and dates; a unit without its own follows the city."""
    named = {key: request.POST.get(key, "") for key in ("unit", "season_from", "season_to")}
    dates = {key: _day(request.POST.get(key, "")) for key in ("valid_from", "valid_to")}
    rows = [
        row
        for row in WorkingHours.objects.filter(**named)
        if (row.valid_from, row.valid_to) == (dates["valid_from"], dates["valid_to"])
    ]
    if not rows:
        raise Http404
    try:
        clear_hours(rows[0], by=person(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("工作时间已删除，今后按其余的工作时间计算。"))
    return redirect("desk:calendar")


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
