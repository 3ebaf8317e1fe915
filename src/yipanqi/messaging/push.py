"""Web Push: notes shown by the browsers people signed up (RFC 8030, sealed by RFC 8291, signed by RFC 8292).

The push service of the browser's maker passes the note on and cannot read it. Which services may be spoken to is listed,
so that nobody makes the server call an address of their choice.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Sequence
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _

from yipanqi.messaging.catalogue import Letter, Unreached
from yipanqi.messaging.models import Device, Sending
from yipanqi.people.models import User

#: Push services of the browsers: Chrome, Firefox, Safari, Edge. An installation adds its own by YIPANQI_PUSH_HOSTS.
SERVICES = ("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com")
#: An address that every library reads alike: plain letters, nobody's name in front, nothing that ends a host early.
ADDRESS = re.compile(r"(https?)://([a-z0-9.-]+)(:[0-9]{1,5})?/[A-Za-z0-9._~:/?#\[\]!$&'()*+,;=%-]*")
LONGEST = 15  # seconds that a push service may take to answer
KEEP = 24 * 3600  # seconds for which it keeps a note for a device that is switched off
#: Order of the group of P-256 (SEC 2, 2.4.2).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
GONE = (404, 410)


@cache
def _private(secret: str) -> ec.EllipticCurvePrivateKey:
    """The key that signs, drawn from the installation's secret: nothing more to keep, and the same in every process."""
    drawn = HKDF(SHA256(), 48, None, b"yipanqi web push").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(drawn) % (ORDER - 1) + 1, ec.SECP256R1())


def public_key() -> str:
    """What browsers sign up with: an uncompressed point of P-256 in base64url without padding."""
    point = _private(settings.SECRET_KEY).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def why_no_service(endpoint: str) -> str:
    """Why an address is no push service's; nothing where it is one."""
    found = ADDRESS.fullmatch(endpoint)
    scheme, host, port = found.groups() if found else ("", "", "")
    safe = (scheme == "https" and port in (None, ":443")) or (scheme == "http" and settings.PLAIN_GATEWAY)
    known = any(host == service or host.endswith(f".{service}") for service in (*SERVICES, *settings.PUSH_HOSTS))
    return "" if safe and known else _("这不是已知的浏览器推送服务，请由系统管理员核对后加入（YIPANQI_PUSH_HOSTS）。")


def why_no_keys(p256dh: str, auth: str) -> str:
    """Why a browser's keys cannot seal anything; nothing where they can."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(p256dh))
        fits = len(_decoded(auth)) == 16
    except ValueError:
        fits = False
    return "" if fits else _("浏览器给出的密钥不完整，请刷新后重试。")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def with_devices(people: Iterable[User]) -> set[int]:
    """Who signed up at least one device."""
    return set(Device.objects.filter(user__in=list(people)).values_list("user_id", flat=True))


def devices_of(sending: Sending) -> list[Device]:
    """Where it goes. Raises Unreached where nothing is signed up any more."""
    found = list(Device.objects.filter(user=sending.to))
    if not found:
        raise Unreached(_("收件人没有开启推送的设备。"), for_good=True)
    return found


def send_push(devices: Sequence[Device], letter: Letter) -> Sequence[Device]:
    """Show a letter on all of a person's devices; those that are no more. Raises Unreached where none took it."""
    note = json.dumps({"title": letter.subject, "body": letter.text, "url": letter.link, "tag": letter.key}, ensure_ascii=False)
    answers = {device.pk: _post(device, note) for device in devices}
    gone = [device for device in devices if answers[device.pk] in GONE]
    if len(gone) == len(devices):
        raise Unreached(_("设备已取消推送。"), gone=gone, for_good=True)
    if not any(200 <= status < 300 for status in answers.values()):
        status = max(answers.values())
        raise Unreached(_("推送服务没有接收（%(code)s）") % {"code": status} if status else _("连不上推送服务。"), gone=gone)
    return gone


def _post(device: Device, note: str) -> int:
    """The status with which the push service answered; 0 where it could not be reached."""
    from py_vapid import Vapid02  # noqa: PLC0415  brings an asynchronous HTTP client along, needed only where something is pushed
    from pywebpush import WebPushException, webpush  # noqa: PLC0415
    from requests import RequestException, Session  # noqa: PLC0415

    if why_no_service(device.endpoint):  # the list was shortened since
        return GONE[0]
    claims: dict[str, str | int] = {"sub": settings.SITE or f"mailto:{settings.DEFAULT_FROM_EMAIL}"}
    session = Session()
    session.max_redirects = 0  # a service that sends us elsewhere is not followed
    try:
        answer = webpush(device.subscription, note, Vapid02(_private(settings.SECRET_KEY)), claims, timeout=LONGEST, ttl=KEEP, requests_session=session)
    except WebPushException as error:
        return error.response.status_code if error.response is not None else 0
    except (RequestException, ValueError):
        return 0
    return 0 if isinstance(answer, str) else answer.status_code
