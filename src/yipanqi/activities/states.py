"""The states of an activity, of a sign-up and of an attendance."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityState(models.TextChoices):
    DRAFT = "draft", _("筹备中")
    OPEN = "open", _("报名中")
    CLOSED = "closed", _("已结项")
    CANCELLED = "cancelled", _("已取消")


class SignUpState(models.TextChoices):
    SIGNED = "signed", _("已报名")
    WAITING = "waiting", _("候补")
    WITHDRAWN = "withdrawn", _("已退出")
    CANCELLED = "cancelled", _("已取消")


class AttendanceState(models.TextChoices):
    IN = "in", _("服务中")
    PROPOSED = "proposed", _("待确认")
    DONE = "done", _("已签退")
    SETTLED = "settled", _("已入账")
    VOID = "void", _("已作废")
