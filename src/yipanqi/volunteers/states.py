"""The states of a volunteer, of a membership, of a request about one's own data, and of two entries that look like one person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class VolunteerState(models.TextChoices):
    CONSENT = "consent", _("待监护人同意")
    PENDING = "pending", _("待审核")
    REGISTERED = "registered", _("已注册")
    DECLINED = "declined", _("未通过")
    LEFT = "left", _("已退出")
    MERGED = "merged", _("已合并")
    ERASED = "erased", _("已删除")


class MembershipState(models.TextChoices):
    ASKED = "asked", _("申请中")
    MEMBER = "member", _("在队")
    DECLINED = "declined", _("未同意")
    ENDED = "ended", _("已离队")


class RequestState(models.TextChoices):
    WAITING = "waiting", _("待办理")
    DONE = "done", _("已办理")
    REFUSED = "refused", _("未同意")
    TAKEN_BACK = "taken_back", _("已撤回")


class PairState(models.TextChoices):
    OPEN = "open", _("待判断")
    DISTINCT = "distinct", _("不是同一人")
    MERGED = "merged", _("已合并")


#: Entries that are somebody's: whoever has one of these cannot be entered a second time.
LIVE = (VolunteerState.CONSENT, VolunteerState.PENDING, VolunteerState.REGISTERED)

VOLUNTEER = Machine(
    "volunteers",
    {s.value: s.label for s in VolunteerState},
    [
        move("consent_as_guardian", "consent", "pending registered", _("监护人同意")),
        move("consent_at_station", "consent", "pending registered", _("当面确认监护人同意")),
        move("withdraw_guardian_consent", "pending registered", "consent", _("监护人撤回同意")),
        move("approve", "pending", "registered", _("审核通过")),
        move("decline", "consent pending", "declined", _("不予通过")),
        move("leave", "consent pending registered", "left", _("退出")),
        move("take_back_leaving", "left declined", "consent pending registered", _("恢复登记")),
    ],
)
MEMBERSHIP = Machine(
    "volunteers",
    {s.value: s.label for s in MembershipState},
    [
        move("accept_member", "asked", "member", _("同意入队")),
        move("decline_member", "asked", "declined", _("不同意入队")),
        move("take_back_joining", "asked", "ended", _("撤回申请")),
        move("make_leader", "member", "=", _("任命为队长")),
        move("dismiss_leader", "member", "=", _("免去队长")),
        move("leave_team", "member", "ended", _("离队")),
    ],
)
REQUEST = Machine(
    "volunteers",
    {s.value: s.label for s in RequestState},
    [
        move("agree_to_request", "waiting", "done", _("同意并办理")),
        move("refuse_request", "waiting", "refused", _("不同意")),
        move("take_back_request", "waiting", "taken_back", _("撤回")),
    ],
)
PAIR = Machine(
    "volunteers",
    {s.value: s.label for s in PairState},
    [
        move("call_distinct", "open", "distinct", _("不是同一人")),
        move("merge", "open", "merged", _("合并")),
    ],
)
