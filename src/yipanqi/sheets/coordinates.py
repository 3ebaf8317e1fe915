"""From the shifted coordinates of Chinese web maps to WGS 84 and back.

GCJ-02 is what Gaode and Tencent maps give, BD-09 what Baidu gives. The formulas are the ones published with
`eviltransform` and `coordtransform`; the inverses are iterated until exact (error far below 1e-6 degrees).
All functions take and return (longitude, latitude) in degrees.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, pi, radians, sin, sqrt

Point = tuple[float, float]
_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, as the published formulas use it


def wgs84_to_gcj02(lon: float, lat: float) -> Point:
    """WGS 84 to GCJ-02; outside the formula's China rectangle nothing is shifted."""
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    wave = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi) + 160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi) + 150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    phi = radians(lat)
    magic = 1 - _ECCENTRICITY * sin(phi) ** 2
    north = north * 180 / (_AXIS * (1 - _ECCENTRICITY) / (magic * sqrt(magic)) * pi)
    return lon + east * 180 / (_AXIS / sqrt(magic) * cos(phi) * pi), lat + north


def gcj02_to_bd09(lon: float, lat: float) -> Point:
    """GCJ-02 to BD-09."""
    z = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * pi * 3000 / 180)
    theta = atan2(lat, lon) + 0.000003 * cos(lon * pi * 3000 / 180)
    return z * cos(theta) + 0.0065, z * sin(theta) + 0.006


def _inverse(forward: Callable[[float, float], Point], lon: float, lat: float) -> Point:
    x, y = lon, lat
    for _ in range(50):
        shifted = forward(x, y)
        dx, dy = shifted[0] - lon, shifted[1] - lat
        x, y = x - dx, y - dy
        if abs(dx) < 1e-11 and abs(dy) < 1e-11:
            break
    return x, y


def gcj02_to_wgs84(lon: float, lat: float) -> Point:
    """GCJ-02 to WGS 84."""
    return _inverse(wgs84_to_gcj02, lon, lat)


def bd09_to_wgs84(lon: float, lat: float) -> Point:
    """BD-09 to WGS 84."""
    return gcj02_to_wgs84(*_inverse(gcj02_to_bd09, lon, lat))


TO_WGS84: dict[str, Callable[[float, float], Point]] = {
    "WGS84": lambda lon, lat: (lon, lat),
    "GCJ02": gcj02_to_wgs84,
    "BD09": bd09_to_wgs84,
}
