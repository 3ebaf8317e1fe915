"""The journal of those who help, in words: what each action is called, and what its arguments are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy as _

from yipanqi.desk import journal_words
from yipanqi.kernel.models import JournalEntry
from yipanqi.teams.models import Brand, Institution, JointMeeting, Organisation, ServiceKind, Station, Team

#: Kinds of things whose journal has a page: the model, and the address of the thing's own page.
THINGS: dict[str, tuple[Any, str]] = {
    "teams.station": (Station, "teams:station"), "teams.team": (Team, "teams:team"), "teams.organisation": (Organisation, "teams:organisation"),
    "teams.brand": (Brand, "teams:brand"), "teams.servicekind": (ServiceKind, "teams:kind"), "teams.jointmeeting": (JointMeeting, "teams:meeting"),
    "teams.institution": (Institution, "teams:institution"),
}  # fmt: skip
ACTIONS = {
    "teams.add_kind": _("新增服务类别"), "teams.change_kind": _("修改"), "teams.retire_kind": _("停用"), "teams.add_station": _("新增阵地"), "teams.change_station": _("修改"),
    "teams.close_station": _("撤销"), "teams.add_organisation": _("新增组织"), "teams.change_organisation": _("修改"), "teams.incubate": _("登记孵化"), "teams.end_organisation": _("注销"),
    "teams.reveal_organisation_phone": _("查看号码"), "teams.erase_contacts": _("清除联系人"), "teams.add_team": _("新增队伍"), "teams.change_team": _("修改"), "teams.end_team": _("解散"),
    "teams.add_brand": _("新增品牌项目"), "teams.change_brand": _("修改"), "teams.end_brand": _("结束"), "teams.add_institution": _("登记制度"), "teams.revise_institution": _("修订"),
    "teams.repeal_institution": _("废止"), "teams.add_meeting": _("登记联席会议"), "teams.change_meeting": _("修改"), "teams.add_decision": _("登记议定事项"), "teams.finish_decision": _("登记完成"),
}  # fmt: skip
#: Arguments that are no fields of the thing.
LABELS = {
    "on": _("从哪天起"), "since": _("孵化开始"), "until": _("孵化结束"), "station": _("实践中心（所、站）"), "text": _("内容"), "unit": _("单位"), "due_on": _("完成期限"),
    "outcome": _("完成情况"), "paper": _("文件"),
}  # fmt: skip


def lines(rows: Sequence[JournalEntry], model: Any) -> list[dict[str, Any]]:
    """Lines for desk/journal.html about a thing of one model."""
    told = journal_words.lines(rows, label=lambda argument: label_of(model, argument))
    for line in told:
        line["title"] = ACTIONS.get(line["row"].action, line["title"])
    return told


def label_of(model: Any, argument: str) -> str:
    """What the register calls a field, or what an argument is called."""
    try:
        return str(model._meta.get_field(argument).verbose_name)
    except (FieldDoesNotExist, AttributeError):
        return str(LABELS.get(argument, argument))
