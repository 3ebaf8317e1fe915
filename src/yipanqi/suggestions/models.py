"""What was learnt from the city's decided cases, and how good it proved."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.models import Case


class Learnt(models.Model):
    """One training. The newest is in force; of older ones only the numbers are kept."""

    trained_at = models.DateTimeField(_("训练时间"))
    digest = models.CharField(max_length=64, help_text="of all it was made from: the same makes nothing new")
    classes = models.JSONField(default=dict, help_text="{cases, names, heat_cases, tested, first, of_three, bins, gap}; see calibration.report")
    units = models.JSONField(default=dict, help_text="{cases, caution, heat, tested, first, of_three, bins, gap}")
    weights = models.JSONField(default=dict, help_text="{classes: bayes.train, units: custom.count}; empty in older rows")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"


class HeldOut(models.Model):
    """A case that the training in force had not seen, and what it would have suggested: at which place the desk's own
    decision stood (0: not among three), how sure it was of its first suggestion, and in which band of percent that is."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="held_out")
    class_rank = models.PositiveSmallIntegerField(null=True)
    class_said = models.FloatField(null=True)
    class_band = models.CharField(max_length=8, blank=True)
    unit_rank = models.PositiveSmallIntegerField(null=True)
    unit_said = models.FloatField(null=True)
    unit_band = models.CharField(max_length=8, blank=True)

    class Meta:
        default_permissions = ()
