"""Lines of the menu, kinds of news, parts of other apps' pages, what becomes of a record with its volunteer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.activities.catalogue import TRAININGS, TrainingBook
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind
from yipanqi.records import actions, panels, selectors
from yipanqi.teams.catalogue import CENTRE_PANELS, LEADER_PANELS, PUBLIC_PANELS, STATION_PANELS, Panel
from yipanqi.volunteers.catalogue import ERASURES, KEPT, MERGES, OWN_PANELS, Kept
from yipanqi.volunteers.models import Volunteer

NAVIGATION.add(Entry(_("志愿服务记录"), "records:desk", "certificate", lambda user: user.has_perm("records.see_desk"), 46))
KINDS.add("records.star_desk", Kind(_("星级申请"), {
    "asked": _("收到 %(grade)s 星志愿者的认定申请，请办理。"), "late": _("%(grade)s 星志愿者的认定申请已等待多日，请办理。"),
    "short": _("一位 %(grade)s 星志愿者的记录更正后时长不足，请决定保留或取消星级。"),
}, "/records/stars/%(uuid)s/", private=True))  # fmt: skip
KINDS.add("records.star_mine", Kind(_("我的星级"), {
    "confirmed": _("您申请的 %(grade)s 星志愿者已认定。"), "refused": _("您申请的 %(grade)s 星志愿者未通过，请查看理由。"), "withdrawn": _("您的 %(grade)s 星志愿者已取消，请查看理由。"),
}, "/records/mine/", private=True))  # fmt: skip
KINDS.add("records.certificate_desk", Kind(_("证明申请"), {
    "asked": _("收到一份志愿服务记录证明的申请，请办理。"), "late": _("一份志愿服务记录证明的申请已等待多日，请办理。"),
    "broken": _("证明 %(number)s 所依据的记录已更正，请决定维持或撤销。"),
}, "/records/certificates/%(uuid)s/", private=True))  # fmt: skip
KINDS.add("records.certificate_mine", Kind(_("我的证明"), {
    "issued": _("您的志愿服务记录证明 %(number)s 已出具，可以下载打印。"), "refused": _("您申请的志愿服务记录证明未能出具，请查看理由。"), "revoked": _("您的志愿服务记录证明 %(number)s 已撤销，请查看理由。"),
}, "/records/certificates/%(uuid)s/", private=True))  # fmt: skip
KINDS.add("records.amendment_desk", Kind(_("记录更正"), {
    "asked": _("收到一份志愿服务记录的更正申请，请核实。"), "proposed": _("一份志愿服务记录的更正等待第二人复核。"), "late": _("一份志愿服务记录的更正申请已等待多日，请办理。"),
}, "/records/amendments/%(uuid)s/", private=True))  # fmt: skip
KINDS.add("records.amendment_mine", Kind(_("更正结果"), {
    "done": _("您申请的记录更正已办结。"), "declined": _("您申请的记录更正未采纳，请查看答复。"),
}, "/records/amendments/%(uuid)s/", private=True))  # fmt: skip

OWN_PANELS.add("records.record", Panel(_("我的时长、星级和证明"), "records/panels/record.html", panels.own, 30))
for _homes in (STATION_PANELS, LEADER_PANELS, CENTRE_PANELS):
    _homes.add("records.waiting", Panel(_("记录、星级和证明"), "records/panels/waiting.html", panels.desk, 60))
PUBLIC_PANELS.add("records.check", Panel(_("志愿服务记录证明"), "records/panels/check.html", panels.how_to, 80))
TRAININGS.add("records", TrainingBook(titles=selectors.courses, holders=selectors.holders))


def _take_over(kept: Volunteer, gone: Volunteer, at: dt.datetime) -> None:
    actions.take_over_record(kept, gone=gone, by=SYSTEM, at=at)


def _erase(volunteer: Volunteer, at: dt.datetime) -> None:
    actions.erase_record(volunteer, by=SYSTEM, at=at)


MERGES.add("records", _take_over)
ERASURES.add("records", _erase)


def _services(volunteer: Volunteer) -> Iterator[tuple[Any, ...]]:
    for one in selectors.record_of(volunteer)["service"]:
        yield one.on, one.title, one.place, one.content, one.hours, one.issuer.name, one.get_origin_display()


def _trainings(volunteer: Volunteer) -> Iterator[tuple[Any, ...]]:
    for one in selectors.record_of(volunteer)["training"]:
        yield one.on, one.name, one.content, one.hours, one.trainer, one.issuer.name


def _judged(volunteer: Volunteer) -> Iterator[tuple[Any, ...]]:
    record = selectors.record_of(volunteer)
    for one in record["commendation"]:
        yield one.on, one.name, one.granted_by, ""
    for one in record["evaluation"]:
        yield one.on, one.get_quality_display(), one.evaluator, one.words


def _papers(volunteer: Volunteer) -> Iterator[tuple[Any, ...]]:
    for star in volunteer.stars.order_by("-asked_at"):
        yield star.asked_at.date(), _("%(grade)d 星志愿者") % {"grade": star.grade}, star.get_state_display()
    for one in volunteer.certificates.order_by("-asked_at"):
        yield one.asked_at.date(), one.number or _("证明申请"), one.get_state_display()


KEPT.add("records.services", Kept(_("服务记录"), (_("日期"), _("活动（项目）"), _("地点"), _("服务内容"), _("时长"), _("记录单位"), _("来源")), _services))
KEPT.add("records.trainings", Kept(_("培训记录"), (_("日期"), _("培训名称"), _("主要内容"), _("时长"), _("培训人"), _("记录单位")), _trainings))
KEPT.add("records.judged", Kept(_("表彰奖励和评价"), (_("日期"), _("名称或质量"), _("授予单位或评价人"), _("评价内容")), _judged))
KEPT.add("records.papers", Kept(_("星级和证明"), (_("日期"), _("名称"), _("状态")), _papers))
