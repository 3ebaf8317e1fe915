"""The state tables of duty work: a roster, one turn of it, and a wish to swap."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class RosterState(models.TextChoices):
    DRAFT = "draft", _("编排中")
    PUBLISHED = "published", _("已发布")
    ENDED = "ended", _("已结束")


ROSTER = Machine(
    "rosters",
    {s.value: s.label for s in RosterState},
    [
        move("change_roster", "draft published", "=", _("修改值勤安排")),
        move("set_posts", "draft published", "=", _("选择点位")),
        move("set_units", "draft published", "=", _("选择单位")),
        move("make_rota", "draft published", "=", _("轮排值勤表")),
        move("publish_roster", "draft", "published", _("发布值勤表")),
        move("end_roster", "draft published", "ended", _("结束值勤安排")),
    ],
)


class TurnState(models.TextChoices):
    PLANNED = "planned", _("待值勤")
    DONE = "done", _("已值勤")
    CANCELLED = "cancelled", _("已取消")


TURN = Machine(
    "rosters",
    {s.value: s.label for s in TurnState},
    [
        move("confirm_turn", "planned", "done", _("确认值勤")),
        move("correct_turn", "done", "=", _("更正值勤记录")),
        move("cancel_turn", "planned", "cancelled", _("取消本次值勤")),
        move("give_turn", "planned", "=", _("改派单位")),
        move("ask_swap", "planned", "=", _("申请调换")),
    ],
)


class SwapState(models.TextChoices):
    ASKED = "asked", _("待对方同意")
    AGREED = "agreed", _("已调换")
    REFUSED = "refused", _("对方未同意")
    WITHDRAWN = "withdrawn", _("已撤回")
    LAPSED = "lapsed", _("已失效")


SWAP = Machine(
    "rosters",
    {s.value: s.label for s in SwapState},
    [
        move("agree_swap", "asked", "agreed", _("同意调换")),
        move("refuse_swap", "asked", "refused", _("不同意调换")),
        move("withdraw_swap", "asked", "withdrawn", _("撤回申请")),
    ],
)
