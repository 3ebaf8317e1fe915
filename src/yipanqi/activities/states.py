"""The state tables of activities, their shifts, sign-ups, swaps and series; the states of an attendance."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class ActivityState(models.TextChoices):
    DRAFT = "draft", _("筹备中")
    OPEN = "open", _("报名中")
    CLOSED = "closed", _("已结项")
    CANCELLED = "cancelled", _("已取消")


ACTIVITY = Machine(
    "activities",
    {s.value: s.label for s in ActivityState},
    [
        move("open_activity", "draft", "open", _("发布招募")),
        move("change_activity", "draft open", "=", _("修改活动")),
        move("add_shift", "draft open", "=", _("增加班次")),
        move("close_activity", "open", "closed", _("结项")),
        move("correct_report", "closed", "=", _("更正结项报告")),
        move("cancel_activity", "draft open", "cancelled", _("取消活动")),
    ],
)


class ShiftState(models.TextChoices):
    PLANNED = "planned", _("正常")
    CANCELLED = "cancelled", _("已取消")


SHIFT = Machine(
    "activities",
    {s.value: s.label for s in ShiftState},
    [
        move("sign_up", "planned", "=", _("报名")),
        move("change_shift", "planned", "=", _("修改班次")),
        move("brief_shift", "planned", "=", _("登记安全交底")),
        move("cancel_shift", "planned", "cancelled", _("取消班次")),
    ],
)


class SignUpState(models.TextChoices):
    SIGNED = "signed", _("已报名")
    WAITING = "waiting", _("候补")
    WITHDRAWN = "withdrawn", _("已退出")
    REMOVED = "removed", _("未录用")
    SWAPPED = "swapped", _("已换出")
    CANCELLED = "cancelled", _("班次取消")


#: States in which somebody still means to come.
HELD = (SignUpState.SIGNED, SignUpState.WAITING)

SIGN_UP = Machine(
    "activities",
    {s.value: s.label for s in SignUpState},
    [
        move("withdraw", "signed waiting", "withdrawn", _("退出")),
        move("move_up", "waiting", "signed", _("递补")),
        move("keep_sign_up", "signed", "=", _("同意保留")),
        move("remove_sign_up", "signed waiting", "removed", _("不录用")),
        move("ask_swap", "signed", "=", _("换班")),
    ],
)


class SwapState(models.TextChoices):
    ASKED = "asked", _("待对方答复")
    AGREED = "agreed", _("已换班")
    REFUSED = "refused", _("对方不同意")
    TAKEN_BACK = "taken_back", _("已收回")
    LAPSED = "lapsed", _("已失效")


SWAP = Machine(
    "activities",
    {s.value: s.label for s in SwapState},
    [
        move("agree_to_swap", "asked", "agreed", _("同意换班")),
        move("refuse_swap", "asked", "refused", _("不同意")),
        move("take_back_swap", "asked", "taken_back", _("收回请求")),
    ],
)


class SeriesState(models.TextChoices):
    RUNNING = "running", _("进行中")
    ENDED = "ended", _("已停止")


SERIES = Machine(
    "activities",
    {s.value: s.label for s in SeriesState},
    [
        move("skip_date", "running", "=", _("跳过某一天")),
        move("move_date", "running", "=", _("改某一天")),
        move("change_following", "running", "ended", _("修改此后各期")),
        move("end_series", "running", "ended", _("停止系列")),
    ],
)


class AttendanceState(models.TextChoices):
    IN = "in", _("服务中")
    PROPOSED = "proposed", _("待确认")
    DONE = "done", _("已签退")
    SETTLED = "settled", _("已入账")
    VOID = "void", _("已作废")


ATTENDANCE = Machine(
    "activities",
    {s.value: s.label for s in AttendanceState},
    [
        move("confirm_attendance", "proposed", "done", _("确认时间")),
        move("settle_hours", "done", "settled", _("入账")),
        move("ask_correction", "in proposed done settled", "=", _("提出更正")),
    ],
)


class CorrectionState(models.TextChoices):
    ASKED = "asked", _("待审核")
    AGREED = "agreed", _("已更正")
    DECLINED = "declined", _("未同意")
    TAKEN_BACK = "taken_back", _("已撤回")


CORRECTION = Machine(
    "activities",
    {s.value: s.label for s in CorrectionState},
    [
        move("agree_correction", "asked", "agreed", _("同意更正")),
        move("decline_correction", "asked", "declined", _("不同意")),
        move("take_back_correction", "asked", "taken_back", _("撤回")),
    ],
)
