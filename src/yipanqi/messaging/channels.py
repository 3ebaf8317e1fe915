"""The ways out of the house: e-mail, the devices people signed up, and the robots of chat groups."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.messaging import push
from yipanqi.messaging.catalogue import CHANNELS, Channel, Letter, Unreached
from yipanqi.messaging.models import Sending
from yipanqi.people.models import User

#: Services whose group robots may be named: those that Chinese offices use, and one's own gateway over HTTPS.
SERVICES = {"dingtalk": gettext_lazy("钉钉"), "wecombot": gettext_lazy("企业微信"), "lark": gettext_lazy("飞书"), "feishu": gettext_lazy("飞书"), "jsons": gettext_lazy("本单位网关")}
LONGEST = 15  # seconds that a chat service may take to answer


def _mail_is_off() -> Any:
    return "" if settings.EMAIL_HOST else _("还没有配置发信服务器（YIPANQI_EMAIL_URL），邮件发不出去。")


def _mail_address(sending: Sending) -> str:
    if sending.to is None or not sending.to.email:
        raise Unreached(_("收件人没有登记邮箱。"), for_good=True)
    return sending.to.email


def _with_mail(people: Iterable[User]) -> set[int]:
    return {person.pk for person in people if person.email}


def send_mail(address: str, letter: Letter) -> Sequence[Any]:
    """One plain e-mail. Raises Unreached."""
    try:
        EmailMessage(letter.subject, _with_address(letter), settings.DEFAULT_FROM_EMAIL, [address]).send()
    except smtplib.SMTPResponseException as error:
        raise Unreached(_("发信服务器拒收（%(code)s）") % {"code": error.smtp_code}) from None
    except smtplib.SMTPRecipientsRefused:
        raise Unreached(_("发信服务器不接受这个收件地址，请核对。")) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unreached(_("连不上发信服务器（%(what)s）") % {"what": type(error).__name__}) from None
    return ()


def _with_address(letter: Letter) -> str:
    return f"{letter.text}\n{settings.SITE}{letter.link}" if settings.SITE and letter.link else letter.text


def why_no_robot(url: str) -> str:
    """Why an address is no robot that may be told something; nothing where it is one."""
    if urlsplit(url).scheme.lower() not in _allowed():
        return _("地址应以 dingtalk://、wecombot://、lark://、feishu:// 或 jsons:// 开头。")
    robot = _robot(url)
    if robot is None:
        return _("地址不完整，请照服务商给出的机器人密钥填写。")
    return "" if _may_be_called(robot) else _("这台主机不在允许的网关之内，请由系统管理员核对后加入（YIPANQI_CHAT_HOSTS）。")


def _robot_address(sending: Sending) -> str:
    if sending.group is None:
        raise Unreached(_("工作群已移除。"), for_good=True)
    return sending.group.url


def send_chat(address: str, letter: Letter) -> Sequence[Any]:
    """One message to a chat group. Raises Unreached."""
    robot = _robot(address)
    if robot is None or not _may_be_called(robot):
        raise Unreached(_("工作群的机器人地址不可用，请修改。"))
    try:
        taken = robot.notify(body=_with_address(letter), title=letter.subject)
    except Exception as error:  # whatever the service's module raises, the log says it and it is tried again
        raise Unreached(_("工作群服务出错（%(what)s）") % {"what": type(error).__name__}) from None
    if not taken:
        raise Unreached(_("工作群服务没有接收，请核对机器人地址。"))
    return ()


def _allowed() -> set[str]:
    return {*SERVICES, *(("json",) if settings.PLAIN_GATEWAY else ())}


def _robot(url: str) -> Any:
    """The service behind an address; None where there is none."""
    from apprise import Apprise  # noqa: PLC0415  brings 130 services along, needed only where something is sent to a group

    parts = urlsplit(url)
    joint = "&" if parts.query else "?"
    return Apprise.instantiate(f"{url}{joint}cto={LONGEST}&rto={LONGEST}", suppress_exceptions=True)


def _may_be_called(robot: Any) -> bool:
    """Whether the host that would really be called is a chat service's own, or a gateway that the installation lists. The
    service's module is asked for it: libraries read odd addresses differently."""
    from apprise.plugins.custom_json import NotifyJSON  # noqa: PLC0415  as in `_robot`

    return not isinstance(robot, NotifyJSON) or str(robot.host).lower() in settings.CHAT_HOSTS


def _always() -> str:
    return ""


def _nobody(people: Iterable[User]) -> set[int]:
    return set()


CHANNELS.add("email", Channel(gettext_lazy("电子邮件"), _mail_is_off, _with_mail, _mail_address, send_mail))
CHANNELS.add("push", Channel(gettext_lazy("设备推送"), _always, push.with_devices, push.devices_of, push.send_push))
CHANNELS.add("chat", Channel(gettext_lazy("工作群"), _always, _nobody, _robot_address, send_chat))
#: By which a person, not a group, is reached.
PERSONAL = ("email", "push")
