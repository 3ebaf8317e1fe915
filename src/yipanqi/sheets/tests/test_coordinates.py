"""The shifted coordinate systems, against published reference points and against themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yipanqi.sheets.coordinates import bd09_to_wgs84, gcj02_to_bd09, gcj02_to_wgs84, wgs84_to_gcj02

inside = st.tuples(st.floats(74, 135), st.floats(4, 53))


def test_convert_the_published_reference_points() -> None:
    """The points in the documentation of coordtransform."""
    assert wgs84_to_gcj02(116.404, 39.915) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)
    assert gcj02_to_bd09(116.404, 39.915) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-9)


def test_convert_back_near_the_published_approximate_inverse() -> None:
    assert gcj02_to_wgs84(116.404, 39.915) == pytest.approx((116.39775550083061, 39.91359571849836), abs=2e-5)


def test_convert_leaves_a_point_abroad_alone() -> None:
    assert wgs84_to_gcj02(2.35, 48.85) == (2.35, 48.85)
    assert gcj02_to_wgs84(2.35, 48.85) == (2.35, 48.85)


@settings(deadline=None)
@given(inside)
def test_convert_there_and_back_is_exact(point: tuple[float, float]) -> None:
    gcj = wgs84_to_gcj02(*point)
    assert gcj02_to_wgs84(*gcj) == pytest.approx(point, abs=1e-8)
    assert bd09_to_wgs84(*gcj02_to_bd09(*gcj)) == pytest.approx(point, abs=1e-8)
