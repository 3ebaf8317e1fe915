"""Long work that somebody asked for, and the things it goes through one by one."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yipanqi.batches.states import ACTIVE, BATCH, BatchState, ItemState
from yipanqi.cases.models import Case, CaseMove
from yipanqi.people.models import User

#: A file is imported once, and checked once at a time; after one that was stopped or came to a halt it may be tried again.
ONCE = ~Q(file="") & (
    Q(kind__in=["check", "import"], state__in=[s.value for s in ACTIVE]) | Q(kind="import", state=BatchState.DONE.value)
)


class Batch(models.Model):
    """One piece of long work: a move on many cases, the check or import of a file, an export.

    `what` is the verb, or the name of the sheet or export; `given` is what the person filled in, as plain values that are
    read again when the work is done. `position` is the line of the file up to which everything is stored.
    """

    class Kind(models.TextChoices):
        MOVES = "moves", _("批量办理")
        CHECK = "check", _("检查表格")
        IMPORT = "import", _("导入表格")
        EXPORT = "export", pgettext_lazy("batch", "导出")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    what = models.CharField(_("事项"), max_length=60)
    given = models.JSONField(default=dict)
    words = models.CharField(_("范围"), max_length=300, blank=True)
    back = models.CharField(max_length=2_000, blank=True, help_text="path of the page from which it was asked for")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    language = models.CharField(max_length=10, default="zh-hans")
    state = models.CharField(_("状态"), max_length=10, choices=BatchState, default=BatchState.QUEUED)
    asked_at = models.DateTimeField(_("提交时间"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True, help_text="when a slice of it was done last")
    owner = models.CharField(max_length=40, blank=True, help_text="token of the process that works on it")
    held_until = models.DateTimeField(null=True, help_text="it is its owner's until then; others leave it alone")
    tries = models.PositiveSmallIntegerField(default=0, help_text="slices begun since one came to its end")
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=60, blank=True, help_text="token of the held file that is read or was made")
    file_name = models.CharField(max_length=200, blank=True)
    scope = models.JSONField(default=list, help_text="roles and units under which an export was written")
    problem = models.CharField(max_length=500, blank=True)
    takes_back = models.OneToOneField("self", models.CASCADE, null=True, related_name="taken_back_by")
    machine = BATCH

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["served_at", "id"], name="batch_active", condition=Q(state__in=[s.value for s in ACTIVE])),
            models.Index(fields=["asked_by", "-asked_at", "-id"], name="batch_mine"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["file", "kind"], name="batch_file_once", condition=ONCE),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class BatchItem(models.Model):
    """One case of a batch, or one refused line of a file; `seq` is its place, or the number of the line."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    seq = models.PositiveIntegerField()
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    number = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.WAITING)
    what = models.CharField(max_length=120, blank=True)
    why = models.TextField(blank=True)
    move = models.ForeignKey(CaseMove, models.SET_NULL, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["batch", "seq"], name="batchitem_seq"),
            models.UniqueConstraint(fields=["batch", "case"], name="batchitem_case_once"),
        ]
        indexes = [models.Index(fields=["batch", "state", "seq"], name="batchitem_next")]

    def __str__(self) -> str:
        return self.number or str(self.seq)
