"""The office's own tables: views of the case list that people keep."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yipanqi.people.models import Unit, User


class SavedView(models.Model):
    """Filters and order of the case list under a name: for oneself, for one's unit, or for everybody."""

    class For(models.TextChoices):
        OWNER = "owner", _("仅自己")
        UNIT = "unit", _("本单位")
        ALL = "all", _("全体")

    lock_first = ("owner",)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(User, models.PROTECT, related_name="saved_views")
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(max_length=1_000, help_text="as it stands in the address of the list")
    shown_to = models.CharField(_("谁能看到"), max_length=5, choices=For, default=For.OWNER)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", help_text="for whose people it is, if for a unit")
    position = models.PositiveSmallIntegerField(default=0)
    kept_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once"),
            models.CheckConstraint(name="saved_view_names_unit", condition=~Q(shown_to="unit") | Q(unit__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["unit"], name="saved_view_unit", condition=Q(shown_to="unit")),
            models.Index(fields=["name"], name="saved_view_all", condition=Q(shown_to="all")),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class OpeningView(models.Model):
    """With which view the case list opens for somebody."""

    user = models.OneToOneField(User, models.PROTECT, related_name="opening_view")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="opened_by")

    class Meta:
        default_permissions = ()
