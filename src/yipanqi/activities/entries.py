"""Kinds of news about activities, lines of the menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yipanqi.activities import attendance_panels as _attendance_panels  # noqa: F401  they register themselves
from yipanqi.activities import panels as _panels  # noqa: F401  they register themselves
from yipanqi.activities.actions import joining
from yipanqi.activities.catalogue import ACTIVITY_PHOTOS
from yipanqi.activities.selectors.people import led_teams
from yipanqi.activities.selectors.plans import run_by
from yipanqi.files.catalogue import SENDERS, SUBJECTS
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind
from yipanqi.volunteers.catalogue import ERASURES, LOCKS_FIRST, MERGES


@dataclass(frozen=True)
class ActivityKind(Kind):
    """News about an activity, which is called by its title in the reader's language."""

    def words(self, facts: Mapping[str, Any]) -> str:
        """The sentence, in the language of whoever reads it."""
        english = facts.get("title_en") if (get_language() or "").startswith("en") else ""
        return super().words({**facts, "title": english or facts.get("title", "")})


KINDS.add("activities.place", ActivityKind(_("报名和名额"), {
    "moved_up": _("您候补的“%(title)s”（%(when)s，%(role)s）有了名额，已递补。不能参加请尽早退出。"),
    "said": _("已按您的话为您报名“%(title)s”（%(when)s，%(role)s）。如果不是您的意思，请点开退出。"),
    "said_waiting": _("已按您的话为您登记候补“%(title)s”（%(when)s，%(role)s）。如果不是您的意思，请点开退出。"),
    "said_withdrawn": _("已按您的话为您退出“%(title)s”（%(when)s）。如果不是您的意思，请重新报名或联系队长。"),
    "kept": _("“%(title)s”（%(when)s）的队长已同意保留您的名额，请按时参加。"),
}, "/activities/%(code)s/", private=True))  # fmt: skip
KINDS.add("activities.change", ActivityKind(_("活动变动"), {
    "changed": _("“%(title)s”的时间或地点有变：%(when)s，%(where)s。不能参加请退出，把名额留给候补的人。"),
    "cancelled": _("“%(title)s”（%(when)s）已取消：%(why)s"),
    "affected": _("“%(title)s”（%(when)s）的人数或条件有变，可能影响您的名额，由队长决定，请留意。"),
    "removed": _("“%(title)s”（%(when)s）没有录用您的报名：%(why)s"),
}, "/activities/%(code)s/", private=True))  # fmt: skip
KINDS.add("activities.reminder", ActivityKind(_("活动提醒"), {
    "soon": _("您报名的“%(title)s”于 %(when)s 开始，地点：%(where)s。"),
}, "/activities/%(code)s/", private=True))  # fmt: skip
KINDS.add("activities.swap", ActivityKind(_("换班"), {
    "asked": _("有志愿者想用“%(title)s”（%(when)s，%(role)s）的班次和您换班，请答复。"),
    "offered": _("有志愿者想把“%(title)s”（%(when)s，%(role)s）的班次让给您，请答复。"),
    "agreed": _("对方同意了您“%(title)s”（%(when)s）的换班，班次已更新。"),
    "refused": _("对方没有同意您“%(title)s”（%(when)s）的换班，您的班次不变。"),
}, "/activities/mine/", private=True))  # fmt: skip
KINDS.add("activities.leader", ActivityKind(_("队长须知"), {
    "affected": _("“%(title)s”（%(when)s）的人数或条件变动后，有 %(n)s 名已报名的志愿者受影响，请逐一决定是否保留。"),
    "adults": _("“%(title)s”（%(when)s）有未成年人报名，但成年志愿者不够了，请处理。"),
}, "/activities/run/%(code)s/", private=True))  # fmt: skip


def may_see_photos(actor: Actor, reference: str) -> bool:
    """Photos of reports show people at work: they are for those who run the activity or look on, until somebody publishes one."""
    return run_by(actor).filter(code=reference).exists()


SUBJECTS.add(ACTIVITY_PHOTOS, may_see_photos)
SENDERS.add("activities", lambda actor: bool(led_teams(actor)))
NAVIGATION.add(Entry(_("志愿服务活动"), "activities:runs", "calendar", lambda user: user.has_perm("activities.see_runs"), 52))
NAVIGATION.add(Entry(_("我的班次"), "activities:mine", "calendar-due", lambda user: user.has_perm("activities.see_own_shifts"), 53))
KINDS.add("activities.hours", ActivityKind(_("签退待确认"), {
    "confirm": _("“%(title)s”有 %(n)s 名志愿者没有签退，请确认他们的离开时间。"),
}, "/activities/run/%(code)s/", private=True))  # fmt: skip
KINDS.add("activities.correction", ActivityKind(_("服务时长更正"), {
    "asked": _("“%(title)s”有一份服务时长更正待审核。"), "agreed": _("“%(title)s”的服务时长更正已同意，时长已更新。"),
    "declined": _("“%(title)s”的服务时长更正没有同意，请查看原因。"),
}, "/activities/corrections/%(uuid)s/", private=True))  # fmt: skip
LOCKS_FIRST.add("activities", joining.lock_shifts)
MERGES.add("sign_ups", joining.take_over)
ERASURES.add("sign_ups", joining.erase)
