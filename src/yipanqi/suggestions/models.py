"""What was learnt from the city's decided cases, and how good it proved."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


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
