"""Steps taken about cases, and the letters they ask for."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.models import Case
from yipanqi.escalation.catalogue import PAPERS, STEPS
from yipanqi.escalation.states import LETTER, LetterState
from yipanqi.people.models import Unit


class LetterDue(models.Model):
    """A letter that a person should write: one per unit, kind and week, whatever the number of problems."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="letters_due", verbose_name=_("单位"))
    kind = models.CharField(_("函件"), max_length=20)
    week = models.DateField(_("所在周"), help_text="its Monday")
    state = models.CharField(_("状态"), max_length=10, choices=LetterState, default=LetterState.DUE)
    created_at = models.DateTimeField(_("生成时间"))
    reason = models.CharField(_("不予制发的理由"), max_length=200, blank=True)
    machine = LETTER

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["unit", "kind", "week"], name="letter_once_a_week")]
        indexes = [models.Index(fields=["-created_at", "-id"], name="letter_newest")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def kind_title(self) -> str:
        return str(PAPERS.get(self.kind, self.kind))


class Rung(models.Model):
    """One step taken about one case, once per occasion (a deadline, a rework)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="rungs")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rungs")
    step = models.CharField(max_length=20)
    occasion = models.CharField(max_length=60)
    at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="the deadline under which it was taken")
    overtaken = models.BooleanField(default=False, help_text="a harder step was taken at the same moment; nobody was told of this one")
    capped = models.BooleanField(default=False, help_text="no letter: the unit has had enough this month")
    letter = models.ForeignKey(LetterDue, models.PROTECT, null=True, related_name="rungs")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "step", "occasion"], name="rung_once")]
        indexes = [models.Index(fields=["step", "-at", "-id"], name="rung_newest")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}"

    @property
    def title(self) -> str:
        return str(STEPS[self.step].title) if self.step in STEPS else self.step
