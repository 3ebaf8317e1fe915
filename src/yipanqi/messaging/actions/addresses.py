"""Where people and groups are reached: chat groups and their robots, devices signed up for notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.personal import keyed_hash
from yipanqi.messaging import push
from yipanqi.messaging.catalogue import kinds_for_groups
from yipanqi.messaging.channels import why_no_robot
from yipanqi.messaging.models import ChatGroup, Device
from yipanqi.people.models import Unit, User

#: Devices that one person may sign up.
MOST_DEVICES = 10


@action(private=("url",))
def add_group(_nothing: None, *, name: str, url: str, kinds: Sequence[str], unit: Unit | None = None, active: bool = True, by: Actor, at: dt.datetime) -> ChatGroup:
    """A chat group that is told news from now on. `url` names its robot, for example wecombot://key.

    Raises:
        Refused: the address is no robot's, the name is taken, or a kind does not exist.
    """
    return _keep(ChatGroup(), name, url, kinds, unit, active)


@action(private=("url",))
def change_group(group: ChatGroup, *, name: str, kinds: Sequence[str], url: str = "", unit: Unit | None = None, active: bool = True, by: Actor, at: dt.datetime) -> ChatGroup:
    """Change a chat group; without a new `url` its robot stays.

    Raises:
        Refused: as in `add_group`.
    """
    return _keep(group, name, url or group.url, kinds, unit, active)


def _keep(group: ChatGroup, name: str, url: str, kinds: Sequence[str], unit: Unit | None, active: bool) -> ChatGroup:
    if why := why_no_robot(url):
        raise Refused(why, field="url")
    if not name.strip() or ChatGroup.objects.filter(name=name.strip()).exclude(pk=group.pk).exists():
        raise Refused(_("请填写名称，且不要与已有工作群重名。"), field="name")
    if not kinds:
        raise Refused(_("请至少选择一种消息。"), field="kinds")
    if not set(kinds) <= set(kinds_for_groups()):
        raise Refused(_("所选消息中有的不存在，或者只发给本人、不能发到工作群。"), field="kinds")
    group.name, group.url, group.kinds, group.unit, group.active = name.strip(), url, list(dict.fromkeys(kinds)), unit, active
    group.save()
    return group


@action
def remove_group(group: ChatGroup, *, by: Actor, at: dt.datetime) -> ChatGroup:
    """A chat group is told nothing any more; its address and what it was told are erased."""
    pk = group.pk
    group.delete()
    group.pk = pk
    return group


@action(private=("endpoint", "p256dh", "auth"))
def add_device(user: User, *, endpoint: str, p256dh: str, auth: str, name: str, by: Actor, at: dt.datetime) -> Device:
    """A person's browser shows news from now on. A browser shows the news of one person: whoever signed it up last.

    Args:
        endpoint, p256dh, auth: as the browser's `PushSubscription` gives them.
        name: what the owner calls the device.

    Raises:
        Refused: the address is no known push service's, a key is broken, or there are too many devices.
    """
    if why := push.why_no_service(endpoint) or push.why_no_keys(p256dh, auth):
        raise Refused(why, field="endpoint")
    digest = keyed_hash(endpoint)
    if Device.objects.filter(user=user).exclude(endpoint_hash=digest).count() >= MOST_DEVICES:
        raise Refused(_("最多开启 %(n)d 台设备，请先关闭不用的。") % {"n": MOST_DEVICES})
    known = {"user": user, "name": name.strip()[:60] or _("浏览器"), "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "added_at": at}
    device, _new = Device.objects.update_or_create(endpoint_hash=digest, defaults=known)
    return device


@action
def remove_device(device: Device, *, by: Actor, at: dt.datetime) -> Device:
    """A device shows nothing any more; its address and keys are erased."""
    pk = device.pk
    device.delete()
    device.pk = pk
    return device
