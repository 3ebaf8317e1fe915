"""When and where a photo was taken, read from its EXIF block. Pure; a damaged block means "not known"."""

import math
import re
import struct
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

#: EXIF times carry no zone unless the camera wrote one; all of China keeps Beijing time.
LOCAL = ZoneInfo("Asia/Shanghai")

#: A camera whose clock was never set answers 1970, 1980 or 2000-01-01: nothing before this year is believed.
FIRST_YEAR = 2001

ORIENTATIONS = range(1, 9)

#: What Pillow's EXIF reader raises on damaged or hostile blocks.
_DAMAGED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")
_TIMES = (
    (Base.DateTimeOriginal, Base.OffsetTimeOriginal),
    (Base.DateTimeDigitized, Base.OffsetTimeDigitized),
    (Base.DateTime, Base.OffsetTime),
)
T = TypeVar("T")


def orientation(image: Image.Image) -> int:
    """How the camera was held: the EXIF orientation 1 to 8; 1 (upright) when it is missing or nonsense."""
    value = _spared(lambda: image.getexif().get(Base.Orientation))
    return value if isinstance(value, int) and value in ORIENTATIONS else 1


def taken_at(image: Image.Image) -> datetime | None:
    """The moment of the shot, aware: with the camera's own offset, else in Beijing time; None when not known."""
    tags = _spared(lambda: {**image.getexif(), **image.getexif().get_ifd(IFD.Exif)}) or {}
    for moment, offset in _TIMES:
        found = _moment(tags.get(moment), tags.get(offset))
        if found is not None:
            return found
    return None


def position(image: Image.Image) -> tuple[float, float] | None:
    """Where the shot was taken as ``(lon, lat)`` in WGS 84 degrees; None without a believable fix.

    Exactly (0, 0) is what phones write when they had no fix, so it counts as not known.
    """
    return _spared(lambda: _fix(image.getexif().get_ifd(IFD.GPSInfo)))


def _spared(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except _DAMAGED:
        return None


def _moment(text: Any, offset: Any) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        naive = datetime.strptime(text.strip("\0 ")[:19], "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    if naive.year < FIRST_YEAR:
        return None
    return naive.replace(tzinfo=_zone(offset) or LOCAL)


def _zone(offset: Any) -> timezone | None:
    match = _OFFSET.fullmatch(offset.strip("\0 ")) if isinstance(offset, str) else None
    if match is None:
        return None
    ahead = timedelta(hours=int(match[2]), minutes=int(match[3]))
    if ahead > timedelta(hours=14):
        return None
    return timezone(ahead if match[1] == "+" else -ahead)


def _fix(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    lat = _degrees(gps[GPS.GPSLatitude], gps[GPS.GPSLatitudeRef], "N", "S")
    lon = _degrees(gps[GPS.GPSLongitude], gps[GPS.GPSLongitudeRef], "E", "W")
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180 or (lon, lat) == (0, 0):
        return None
    return lon, lat


def _degrees(parts: Any, reference: Any, plus: str, minus: str) -> float | None:
    side = str(reference).strip("\0 ").upper()
    if side not in (plus, minus):
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or min(degrees, minutes, seconds) < 0:
        return None
    return round(value if side == plus else -value, 7)
