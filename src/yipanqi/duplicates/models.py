"""What makes open and recent cases quick to compare with a new one. All of it can be made anew from the cases."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.models import Case
from yipanqi.places.models import Place


class Sketch(models.Model):
    """Where and when an open or recent case was found, and the grams by which it is found again. It leads to the case, whose
    own row is what is compared: a sketch may be older than what an import changed."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    cell = models.CharField(max_length=16, blank=True, help_text="H3 cell, resolution 9")
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    found_at = models.DateTimeField()
    grams = models.JSONField(default=list, help_text="the rows of Trace, so that they are found again")

    class Meta:
        default_permissions = ()
        #: All that is asked of those around stands in the index: their rows lie far apart.
        indexes = [models.Index(fields=["cell", "lat", "lon", "found_at", "case"], name="sketch_around")]


class Trace(models.Model):
    """That a case has a telling gram."""

    pk = models.CompositePrimaryKey("gram", "case_id")
    gram = models.BigIntegerField(help_text="words.key of it: no words stand here")
    case_id = models.BigIntegerField()

    class Meta:
        default_permissions = ()


class Counted(models.Model):
    """How many of the city's newest texts had each gram. The newest row is in force; older ones are gone."""

    counted_at = models.DateTimeField(_("统计时间"))
    texts = models.PositiveIntegerField()
    having = models.JSONField(default=dict, help_text="{number of a gram: texts}")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"
