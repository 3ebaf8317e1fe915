"""The office's own calendar: days that differ from their weekday, and working hours."""

from __future__ import annotations

from django.db import models


class CalendarDay(models.Model):
    """A day whose nature differs from its weekday, or is confirmed by the yearly announcement."""

    code_field = "day"
    day = models.DateField(unique=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=40, blank=True)
    announced = models.BooleanField(default=True)

    class Meta:
        default_permissions = ()


class WorkingHours(models.Model):
    """Working spans of a day: the city's default (unit empty) or a unit's own, perhaps for a season."""

    unit = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    season_from = models.CharField(max_length=5, blank=True)
    season_to = models.CharField(max_length=5, blank=True)
    spans = models.JSONField()

    class Meta:
        default_permissions = ()
