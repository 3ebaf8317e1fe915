"""The list of functions for the filing of a government app (备案): drawn from the code, so that it cannot lag behind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from yipanqi import sheets
from yipanqi.asking import FORMS
from yipanqi.config.api import api
from yipanqi.config.context import section_of
from yipanqi.config.generated import machines, may
from yipanqi.kernel.gates import demand
from yipanqi.kernel.jobs import JOBS
from yipanqi.kernel.navigation import NAVIGATION
from yipanqi.kernel.permissions import RULES
from yipanqi.people.models import Role
from yipanqi.sheets import Column

__ = gettext_lazy


class Functions(sheets.Layout):
    """One line for each function, page, form, job and personal field. Not registered: it is written, never read."""

    name = "functions"
    title = __("备案功能清单")
    columns = (
        Column("sort", __("类别")), Column("name", __("名称")), Column("who", __("谁可以用")), Column("what", __("说明")), Column("key", __("代号")),
    )  # fmt: skip


FUNCTIONS = Functions()
#: What government apps may not force on people, and how it is kept out.
NOT_DONE = (
    (__("打卡签到"), __("没有这项功能")), (__("积分排名"), __("没有个人积分和排名；只比较单位和问题类别")),
    (__("在线时长统计"), __("不统计在线时长，不显示最近登录")), (__("工作轨迹"), __("不记录人员轨迹；检查和上报只记当时一次位置")),
    (__("强制上传工作照片"), __("只在问题本身需要时要照片，不要求拍会议和工作场景")), (__("强制定期登录、推广下载"), __("没有这项功能；网页即可使用")),
)


def rows() -> Iterator[dict[str, Any]]:
    """Every line, in the language in force."""
    yield from (_row(_("功能"), str(move.title), _who(f"{app}.{verb}"), "", f"{app}.{verb}") for app, _name, machine in machines() for verb, move in machine.moves.items())
    for entry in sorted(NAVIGATION.entries, key=lambda entry: entry.order):
        yield _row(_("页面"), str(entry.title), "", str(section_of(entry.order)), entry.route)
    for path, found in sorted(api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()):
        for verb, operation in found.items():
            yield _row(_("数据接口"), str(operation.get("summary", "")), _who(str(operation.get("operationId", ""))), f"{verb.upper()} {path}", str(operation.get("operationId", "")))
    for asked in FORMS.values():
        yield _row(_("填写"), str(asked.title), str(asked.who), _("、").join(asked.label(name) for name in asked.fields if "*" not in name), asked.key)
    for key, job in sorted(JOBS.items()):
        yield _row(_("定时任务"), str(job.title), _("系统"), str(job.every), key)
    yield from _personal()
    yield from (_row(_("不做的"), str(name), "", str(how), "") for name, how in NOT_DONE)


def _personal() -> Iterator[dict[str, Any]]:
    for model in apps.get_models():
        for name, why in getattr(model, "personal", {}).items():
            field = model._meta.get_field(name)
            title = str(getattr(field, "verbose_name", name))
            yield _row(_("个人信息"), title, "", _("用途：%(purpose)s；保存：%(retention)s") % {"purpose": _(why.purpose), "retention": _(why.retention)}, f"{model._meta.label_lower}.{name}")


def _row(sort: str, name: str, who: str, what: str, key: str) -> dict[str, Any]:
    return {"sort": sort, "name": name, "who": who, "what": what, "key": key}


def _who(action: str) -> str:
    """The roles that may do it, some of them only about what is theirs."""
    rule = RULES.get(action)
    return "" if rule is None else _("、").join(str(role.label) for role in Role if may(rule, role.value) is not False)


@login_required
@require_safe
def functions(request: HttpRequest) -> HttpResponse:
    """The list on screen, by kind."""
    demand(request.user, "burden.see_forms")
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows():
        groups.setdefault(row["sort"], []).append(row)
    return render(request, "config/functions.html", {"groups": list(groups.items())})


@login_required
@require_safe
def functions_sheet(request: HttpRequest) -> HttpResponse:
    """The list as a workbook to hand in."""
    demand(request.user, "burden.see_forms")
    out = io.BytesIO()
    sheets.export(FUNCTIONS, rows(), out)
    response = HttpResponse(out.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = 'attachment; filename="functions.xlsx"'
    return response
