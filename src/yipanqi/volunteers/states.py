"""The states of a volunteer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VolunteerState(models.TextChoices):
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
