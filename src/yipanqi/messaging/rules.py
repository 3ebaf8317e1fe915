"""Who may do what with news: one's own is one's own; the office and the administrator look after channels and the log."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import User
from yipanqi.people.rules import has_role, is_authenticated, is_self, is_system

KEEPERS = has_role("head", "admin")
KEEPERS_ONLY = _("工作群和发送记录由创城办负责人和系统管理员管理")


@rules.predicate
def is_addressee(actor: Any, message: Any) -> bool:
    """The news is for the actor."""
    return isinstance(actor, User) and message is not None and message.to_id == actor.pk


@rules.predicate
def is_owner(actor: Any, device: Any) -> bool:
    """The device is the actor's."""
    return isinstance(actor, User) and device is not None and device.user_id == actor.pk


perm("messaging.tell", is_system)
perm("messaging.read", is_addressee, _("只能处理发给自己的消息"))
perm("messaging.read_all", is_self, _("只能处理发给自己的消息"))
perm("messaging.keep_wishes", is_self, _("只能设置自己的消息"))
perm("messaging.add_device", is_self, _("只能开启自己的设备"))
perm("messaging.remove_device", is_owner | is_system, _("只能关闭自己的设备"))
perm("messaging.see_messages", is_authenticated)
for _verb in ("begin_sending", "note_sent", "note_unsent", "forget"):
    perm(f"messaging.{_verb}", is_system)
for _verb in ("add_group", "change_group", "remove_group", "send_again"):
    perm(f"messaging.{_verb}", KEEPERS, KEEPERS_ONLY)
perm("messaging.see_log", KEEPERS | has_role("auditor"), KEEPERS_ONLY)
