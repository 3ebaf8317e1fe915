"""How much a visitor without an account may send."""

from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from yipanqi.files.catalogue import VISITOR_PHOTOS_PER_HOUR
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import policy_value

HOUR_S = 3600


class TooManyPhotos(Refused):
    """The visitor's network address has used up this hour's uploads."""

    message = _("这个网络地址本小时上传的照片太多了，请过一会儿再试，或拨打 12345 反映。")
    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        #: Seconds until the next hour begins.
        self.retry_after = retry_after


def count_visitor_photo(address: str, at: datetime) -> None:
    """Counts one upload from a network address, which is kept only as a keyed hash and only for the hour.

    Raises:
        TooManyPhotos: more than the policy ``files.visitor_photos_per_hour``.
    """
    second = int(at.timestamp())
    key = f"files:visitor:{second // HOUR_S}:{keyed_hash(address)}"
    cache.add(key, 0, HOUR_S)
    try:
        count = cache.incr(key)
    except ValueError:  # the cache dropped the key between the two lines
        count = 1
    if count > policy_value(VISITOR_PHOTOS_PER_HOUR.key):
        raise TooManyPhotos(HOUR_S - second % HOUR_S)
