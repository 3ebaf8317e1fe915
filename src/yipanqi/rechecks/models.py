"""Draws of closed cases, and the cases that were drawn."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.models import Case
from yipanqi.rechecks.states import RECHECK, RecheckState


class Draw(models.Model):
    """The draw among the cases that were struck off on one day. Seed, shares and candidates let anyone do it again."""

    day = models.DateField(_("销号日期"), unique=True)
    seed = models.CharField(max_length=64)
    uniform = models.FloatField()
    weighted = models.FloatField()
    candidates = models.JSONField(default=list, help_text="[number, severity, risk] of every case, in order of number")
    drawn_at = models.DateTimeField(_("抽取时间"))

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)


class SampleDraw(models.Model):
    """The draw among the cases reported mended on one day: which a person verifies. Anyone can do it again."""

    day = models.DateField(_("反馈整改日期"), unique=True)
    seed = models.CharField(max_length=64)
    candidates = models.JSONField(default=list, help_text="[number, severity, share, why it is looked at in any case or empty]")
    drawn_at = models.DateTimeField(_("抽取时间"))

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)


class Recheck(models.Model):
    """One case to be looked at again, with the chance by which it was drawn."""

    class Why(models.TextChoices):
        SEVERE = "severe", _("紧急问题必查")
        UNIFORM = "uniform", _("均匀抽取")
        RISK = "risk", _("风险加抽")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="rechecks")
    case = models.ForeignKey(Case, models.CASCADE, related_name="rechecks")
    closed_at = models.DateTimeField(_("销号时间"))
    why = models.CharField(_("抽取原因"), max_length=10, choices=Why)
    chance = models.FloatField()
    due_on = models.DateField(_("回查期限"))
    state = models.CharField(_("状态"), max_length=10, choices=RecheckState, default=RecheckState.DUE)
    done_at = models.DateTimeField(_("回查时间"), null=True)
    machine = RECHECK

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "closed_at"], name="recheck_once"),
            models.CheckConstraint(condition=Q(chance__gt=0, chance__lte=1), name="recheck_chance"),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="recheck_due", condition=Q(state="due")),
            models.Index(fields=["-closed_at", "-id"], name="recheck_newest"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
