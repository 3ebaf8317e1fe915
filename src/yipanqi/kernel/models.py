"""The kernel's tables: journal, outbox, jobs, idempotency, settings of the office."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JournalEntry(models.Model):
    """One act: who did what to which thing when. Append-only; sealed in batches within seconds."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    actor = models.CharField(max_length=120)
    unit = models.CharField(max_length=40, blank=True)
    subject_kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    batch = models.BigIntegerField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["subject_kind", "subject", "id"], name="journal_subject"),
            models.Index(fields=["id"], name="journal_unsealed", condition=Q(batch__isnull=True)),
        ]


class JournalSeal(models.Model):
    """A Merkle root over a batch of entries, chained to the seal before (after RFC 9162)."""

    number = models.BigIntegerField(unique=True)
    sealed_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    leaves = models.BinaryField()
    root = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()


class OutboxEvent(models.Model):
    """A fact announced inside a transaction, kept for delivery after it."""

    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    payload = models.JSONField()

    class Meta:
        default_permissions = ()


class Delivery(models.Model):
    """One handler's debt towards one event. Done, waiting for its next try, or failed and shown to the office."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待投递")
        RUNNING = "running", _("投递中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE)
    handler = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="delivery_once")]
        indexes = [
            models.Index(fields=["next_at", "id"], name="delivery_due", condition=Q(state__in=["waiting", "running"])),
            models.Index(fields=["-id"], name="delivery_failed", condition=Q(state="failed")),
        ]


class JobRun(models.Model):
    """The last run of a scheduled job, and the lease that keeps two workers from running it at once."""

    key = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        default_permissions = ()


class IdempotencyKey(models.Model):
    """The first answer to a write that carried an Idempotency-Key."""

    actor = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_once")]


class Policy(models.Model):
    """A value the office decided, where it differs from the default declared in code."""

    key = models.CharField(max_length=80, unique=True)
    value = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=120)

    class Meta:
        default_permissions = ()


class Stamp(models.Model):
    """A random value drawn anew whenever a topic's rows change; process caches compare it before they trust themselves."""

    topic = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()


class Series(models.Model):
    """The last number given out in a series without gaps, for example cases of 2026."""

    key = models.CharField(max_length=60, unique=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
