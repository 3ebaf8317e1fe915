"""The state tables of looking: a campaign, and one visit of one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.machine import Machine, move


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("编制中")
    OPEN = "open", _("进行中")
    CLOSED = "closed", _("已结束")
    CANCELLED = "cancelled", _("已取消")


CAMPAIGN = Machine(
    "inspections",
    {s.value: s.label for s in CampaignState},
    [
        move("change_campaign", "draft open", "=", _("修改检查计划")),
        move("assign_places", "draft open", "=", _("安排点位和检查员")),
        move("remove_places", "draft open", "=", _("移出点位")),
        move("open_campaign", "draft", "open", _("启动检查")),
        move("close_campaign", "open", "closed", _("结束检查")),
        move("cancel_campaign", "draft open", "cancelled", _("取消检查计划")),
        move("start_visit", "open", "=", _("开始检查点位")),
    ],
)


class VisitState(models.TextChoices):
    OPEN = "open", _("检查中")
    FINISHED = "finished", _("已完成")
    MISSED = "missed", _("未检成")


VISIT = Machine(
    "inspections",
    {s.value: s.label for s in VisitState},
    [
        move("record_finding", "open", "=", _("记录检查结果")),
        move("pass_rest", "open", "=", _("其余全部合格")),
        move("finish_visit", "open", "finished", _("完成检查")),
        move("give_up_visit", "open", "missed", _("无法检查")),
    ],
)
