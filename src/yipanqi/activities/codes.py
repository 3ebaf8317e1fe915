"""The rotating code of a shift: digits that change every few moments and are good only for them.

They are made as one-time passwords are (RFC 6238 over HMAC-SHA-256) from a key that never leaves the server. The leader's
phone holds the codes of the shift's own time, so that it goes on showing them without a network, and none of any other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import policy, policy_value

DIGITS = 6
STEP_S = policy("activities.code_seconds", 30, _("签到码多少秒换一次"), help=_("二维码和数字同时更换；拍照转发的码很快失效。"), least=10, most=300)
TOLERANCE = policy("activities.code_steps", 2, _("签到码换了以后还认几次"), help=_("扫码、输入和网络都要时间：2 表示换过两次以内的码仍然有效。"), least=0, most=10)
CLOCK_MINUTES = policy(
    "activities.clock_minutes", 5, _("断网签到时允许手机时间相差多少分钟"), help=_("断网时保存的签到，以码本身的时间为准；这里只决定在手机时间前后多大范围内找这个码。"), least=0, most=60,
)  # fmt: skip
WRONG_PER_HOUR = policy("activities.wrong_codes_per_hour", 20, _("每人每小时最多输错几次签到码"), least=3, most=1000)
#: For so long after the code was read the page lets its owner press the button, sign in to the account first, and so on.
TICKET = dt.timedelta(minutes=10)


def _key(shift: UUID, salt: bytes | memoryview) -> bytes:
    return bytes.fromhex(keyed_hash(f"activities.shift:{shift}:{bytes(salt).hex()}"))


def fresh_salt() -> bytes:
    """What makes the codes of a shift others than before."""
    return secrets.token_bytes(16)


def _digits(key: bytes, counter: int) -> str:
    """RFC 4226 §5.3, with SHA-256."""
    digest = hmac.new(key, counter.to_bytes(8, "big"), hashlib.sha256).digest()
    offset = digest[-1] & 15
    return str((int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF) % 10**DIGITS).zfill(DIGITS)


def step_of(at: dt.datetime, step_s: int) -> int:
    """Number of the step that a moment lies in, counted from 1970."""
    return int(at.timestamp()) // step_s


def code_at(shift: UUID, salt: bytes | memoryview, at: dt.datetime) -> str:
    """The code that is shown at a moment."""
    return _digits(_key(shift, salt), step_of(at, policy_value(STEP_S.key)))


def codes_between(shift: UUID, salt: bytes | memoryview, begins: dt.datetime, ends: dt.datetime) -> tuple[int, int, list[str]]:
    """All codes from one moment until another: seconds of a step, number of the first step, the codes in order."""
    step_s, key = int(policy_value(STEP_S.key)), _key(shift, salt)
    first = step_of(begins, step_s)
    return step_s, first, [_digits(key, n) for n in range(first, step_of(ends, step_s) + 1)]


def shown_at(shift: UUID, salt: bytes | memoryview, code: str, at: dt.datetime, *, kept: bool) -> dt.datetime | None:
    """When the code was shown, if that fits to `at`: the moment itself, or for a scan `kept` on the phone without a network
    the beginning of the code's own step, because the phone's clock may be wrong. None where it never was."""
    step_s, key = int(policy_value(STEP_S.key)), _key(shift, salt)
    slack, now = int(policy_value(TOLERANCE.key)), step_of(at, step_s)
    wider = int(policy_value(CLOCK_MINUTES.key)) * 60 // step_s if kept else 0
    nearest = sorted(range(now - slack - wider, now + 1 + wider), key=lambda n: abs(n - now))
    found = next((n for n in nearest if hmac.compare_digest(_digits(key, n).encode(), code.encode())), None)
    if found is None:
        return None
    return dt.datetime.fromtimestamp(found * step_s, dt.UTC) if kept else at


def ticket(shift: UUID, who: str, at: dt.datetime) -> str:
    """Says that a good code of the shift was read at a moment, by `who` (empty: not signed in yet)."""
    return signing.dumps([str(shift), who, int(at.timestamp())], salt="activities.scan")


def ticket_read_at(shift: UUID, who: str, text: str, at: dt.datetime) -> dt.datetime | None:
    """When the code behind a ticket was read; None where it is another shift's, another person's, too old or made up."""
    try:
        named, owner, stamp = signing.loads(text, salt="activities.scan")
    except (signing.BadSignature, ValueError, TypeError):
        return None
    read_at = dt.datetime.fromtimestamp(stamp, dt.UTC)
    fits = named == str(shift) and owner in ("", who) and dt.timedelta(0) <= at - read_at <= TICKET
    return read_at if fits else None
