"""The tables of a rollup. The app whose records are counted derives its own three from these, and is who writes them."""

from __future__ import annotations

from django.db import models

#: Conditions of one clock that a cell can hold counters for.
SLOTS = 16
#: What a cell tells apart, as its columns are called: ids, and a word. 0 and "": none, or not told apart in this view.
DIMS = ("unit", "area", "kind", "source")
KEY = ("view", "clock", "grain", "start", *DIMS, "bin")
COUNTERS = tuple(f"n{at}" for at in range(SLOTS))


class Tally(models.Model):
    """Counters of one view: how many records of a stretch of time, a unit … meet each condition of a clock."""

    view = models.PositiveSmallIntegerField(help_text="bits: which of unit, area, kind and source are told apart")
    clock = models.PositiveSmallIntegerField(help_text="which moment of a record places it in time; from 100 on, which span is measured")
    grain = models.PositiveSmallIntegerField(help_text="0 all time, 1 a month, 2 a day")
    start = models.IntegerField(help_text="first day of the stretch, as its ordinal in the calendar")
    unit = models.BigIntegerField(default=0)
    area = models.BigIntegerField(default=0)
    kind = models.BigIntegerField(default=0)
    source = models.CharField(max_length=20, default="", blank=True)
    bin = models.SmallIntegerField(default=0, help_text="of a span: the class of lengths it falls in")
    n0 = models.IntegerField(default=0)
    n1 = models.IntegerField(default=0)
    n2 = models.IntegerField(default=0)
    n3 = models.IntegerField(default=0)
    n4 = models.IntegerField(default=0)
    n5 = models.IntegerField(default=0)
    n6 = models.IntegerField(default=0)
    n7 = models.IntegerField(default=0)
    n8 = models.IntegerField(default=0)
    n9 = models.IntegerField(default=0)
    n10 = models.IntegerField(default=0)
    n11 = models.IntegerField(default=0)
    n12 = models.IntegerField(default=0)
    n13 = models.IntegerField(default=0)
    n14 = models.IntegerField(default=0)
    n15 = models.IntegerField(default=0)

    class Meta:
        abstract = True
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=KEY, name="%(class)s_cell")]


class Counted(models.Model):
    """What one record has put into the tallies, so that exactly this can be taken out again. Bears the record's row id."""

    id = models.BigIntegerField(primary_key=True)
    unit = models.BigIntegerField(default=0)
    area = models.BigIntegerField(default=0)
    kind = models.BigIntegerField(default=0)
    source = models.CharField(max_length=20, default="", blank=True)
    shares = models.JSONField(default=list, help_text="[[clock, day, mask of the counters, bin], …]")
    span0_at = models.DateTimeField(null=True)
    span0_bin = models.SmallIntegerField(null=True)
    span0 = models.BigIntegerField(null=True, help_text="microseconds")
    span1_at = models.DateTimeField(null=True)
    span1_bin = models.SmallIntegerField(null=True)
    span1 = models.BigIntegerField(null=True, help_text="microseconds")

    class Meta:
        abstract = True
        default_permissions = ()
        indexes = [
            models.Index(fields=["span0_bin", "span0_at"], name="%(class)s_span0", condition=models.Q(span0_bin__isnull=False)),
            models.Index(fields=["span1_bin", "span1_at"], name="%(class)s_span1", condition=models.Q(span1_bin__isnull=False)),
        ]


class Ledger(models.Model):
    """One row: how often the tallies were changed, under which declaration of the figures, and whether all is counted."""

    round = models.BigIntegerField(default=0)
    layout = models.CharField(max_length=64, default="", blank=True)
    ready = models.BooleanField(default=False)
    anew_from = models.BigIntegerField(
        null=True, help_text="while all is counted anew: the row id up to which that is done"
    )

    class Meta:
        abstract = True
        default_permissions = ()
