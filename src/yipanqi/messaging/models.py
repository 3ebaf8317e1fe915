"""News for people and chat groups, what of it leaves the house, and what each person wishes."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.kernel.personal import EncryptedTextField, Personal
from yipanqi.messaging.catalogue import CHANNELS, KINDS, kinds_for_groups
from yipanqi.messaging.states import SENDING, SendingState
from yipanqi.people.models import Unit, User


class ChatGroup(models.Model):
    """A group of a chat service that is told what its unit, or the whole city, should know."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="chat_groups", verbose_name=_("单位"))
    kinds = models.JSONField(_("接收的消息"), default=list)
    url = EncryptedTextField(_("机器人地址"))
    active = models.BooleanField(_("启用"), default=True)
    personal: ClassVar[dict[str, Personal]] = {"url": Personal(gettext_noop("向工作群发送消息的密钥"), gettext_noop("工作群删除时一并清除"))}

    class Meta:
        default_permissions = ()
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def told(self) -> list[str]:
        """The titles of what it is told."""
        return [str(kind.title) for key, kind in kinds_for_groups().items() if key in self.kinds]


class Message(models.Model):
    """One piece of news for one person or one group. It keeps the facts; the words follow from its kind."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to = models.ForeignKey(User, models.CASCADE, null=True, related_name="messages")
    group = models.ForeignKey(ChatGroup, models.CASCADE, null=True, related_name="messages")
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    why = models.CharField(max_length=120)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["to", "why"], condition=Q(to__isnull=False), name="message_once"),
            models.UniqueConstraint(fields=["group", "why"], condition=Q(group__isnull=False), name="group_message_once"),
            models.CheckConstraint(condition=Q(to__isnull=True, group__isnull=False) | Q(to__isnull=False, group__isnull=True), name="message_to_one"),
        ]
        indexes = [
            models.Index(fields=["to", "-created_at", "-id"], name="message_of"),
            models.Index(fields=["to"], name="message_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["created_at"], name="message_age"),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What it says, in the reader's language."""
        return KINDS[self.kind].words(self.facts)

    @property
    def link(self) -> str:
        return KINDS[self.kind].address(self.facts)

    @property
    def kind_title(self) -> str:
        return str(KINDS[self.kind].title)


class Device(models.Model):
    """A browser that its owner signed up to be shown news, also while no page of ours is open (Web Push, RFC 8030)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    name = models.CharField(_("名称"), max_length=60)
    endpoint = EncryptedTextField(_("推送地址"))
    endpoint_hash = models.CharField(max_length=64, unique=True)
    p256dh = EncryptedTextField()
    auth = EncryptedTextField()
    added_at = models.DateTimeField(_("开启时间"))
    personal: ClassVar[dict[str, Personal]] = {
        name: Personal(gettext_noop("向本人选定的设备推送消息"), gettext_noop("本人关闭推送或账号停用时清除")) for name in ("endpoint", "p256dh", "auth")
    }

    class Meta:
        default_permissions = ()
        ordering = ("added_at", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def endpoint_mark(self) -> str:
        """By which the owner's browser knows itself again, without the address standing on a page."""
        return hashlib.sha256(self.endpoint.encode()).hexdigest()

    @property
    def subscription(self) -> dict[str, Any]:
        """As the browser gave it."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}


class Sending(models.Model):
    """One e-mail, one note on a person's devices, or one line in a chat group: whom it goes to, what it holds, and how far it has come."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to = models.ForeignKey(User, models.CASCADE, null=True, related_name="sendings", verbose_name=_("收件人"))
    group = models.ForeignKey(ChatGroup, models.CASCADE, null=True, related_name="sendings", verbose_name=_("工作群"))
    channel = models.CharField(_("方式"), max_length=20)
    digest_on = models.DateField(_("汇总日期"), null=True)
    messages = models.ManyToManyField(Message, related_name="sendings")
    state = models.CharField(_("状态"), max_length=10, choices=SendingState, default=SendingState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    created_at = models.DateTimeField(_("生成时间"))
    next_at = models.DateTimeField(_("下次发送"))
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("发出时间"), null=True)
    error = models.CharField(_("原因"), max_length=300, blank=True)
    machine = SENDING

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["to", "channel", "digest_on"], condition=Q(digest_on__isnull=False), name="digest_once")]
        indexes = [
            models.Index(fields=["next_at", "id"], name="sending_due", condition=Q(state__in=["waiting", "running"])),
            models.Index(fields=["-created_at", "-id"], name="sending_log"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def channel_title(self) -> str:
        return str(CHANNELS[self.channel].title)


class Wish(models.Model):
    """How one person wants one kind of news by one channel, where it differs from "each at once"."""

    class Way(models.TextChoices):
        EACH = "each", _("逐条发送")
        DAILY = "daily", _("每日汇总")
        OFF = "off", _("不发送")

    user = models.ForeignKey(User, models.CASCADE, related_name="wishes")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    way = models.CharField(max_length=10, choices=Way)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="wish_once")]
