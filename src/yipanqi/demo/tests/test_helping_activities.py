"""The sample city's activities have the articles' magnitudes, and nobody is at two places at once."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db.models import Count, F, Q, Sum

from yipanqi.activities.models import Activity, Attendance, Series, Shift, SignUp
from yipanqi.activities.selectors.series import occurrences
from yipanqi.activities.selectors.standing import standings
from yipanqi.demo.build import DemoCity
from yipanqi.demo.helping_activities import load_activities
from yipanqi.demo.helping_teams import load_teams
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.tests.conftest import NOW
from yipanqi.figures import FIGURES, Period, Scope
from yipanqi.kernel.actors import SYSTEM
from yipanqi.standards.actions import load_standard
from yipanqi.volunteers.models import Volunteer

YEAR = Period.this_year(NOW.date())


def loaded(city: DemoCity, size: str, people: int) -> float:
    """Seconds that the activities took; the volunteers are plain ones."""
    load_standard(None, by=SYSTEM, at=NOW)
    loader = BoardLoader(city, NOW)
    loader.load()
    load_teams(size, city, loader, NOW)
    Volunteer.objects.bulk_create([Volunteer(number=f"V{n:06d}", name="演示", state="registered", born_on=dt.date(1950 + n % 60, 1 + n % 12, 1)) for n in range(people)], batch_size=2000)
    began = time.perf_counter()
    load_activities(size, city, loader, NOW)
    return time.perf_counter() - began


def value(key: str) -> object:
    return FIGURES[f"activities.{key}"].value(YEAR, Scope(), NOW).value


@pytest.mark.django_db
def test_city_has_the_articles_numbers(big: DemoCity) -> None:
    loaded(big, "city", 30_000)
    assert value("activities") == 2000 and value("crossings") == 25
    year = Attendance.objects.filter(served_on__year=NOW.year, state="settled")
    assert year.count() == 17_000 and year.aggregate(minutes=Sum("minutes"))["minutes"] == 14_000 * 60
    with_hours = Attendance.objects.filter(state="settled", minutes__gt=0).values("volunteer").distinct().count()
    assert with_hours == round(0.618 * 30_000)
    assert not Attendance.objects.exclude(minutes__lte=F("most")).exists() and not Attendance.objects.filter(out_at__lt=F("in_at")).exists()
    assert not year.values("volunteer", "served_on").annotate(n=Count("id")).filter(n__gt=1).exists(), "somebody is at two places on one day"
    assert not Activity.objects.filter(state="closed", ends_at__gt=NOW).exists() and not Activity.objects.filter(starts_at__lt=NOW - dt.timedelta(days=1)).exclude(state="closed").exists()
    assert Activity.objects.filter(brand__name="孝老饭庄", state="closed").exists() and SignUp.objects.filter(state="waiting").exists()


@pytest.mark.django_db
def test_small_hangs_together(small: DemoCity) -> None:
    loaded(small, "small", 300)
    assert value("activities") == 60 and Attendance.objects.filter(served_on__year=NOW.year).count() == 240
    for one in Activity.objects.filter(series__isnull=False, state="open").select_related("series"):
        assert one.occurs_on in {found.on for found in occurrences(one.series, one.occurs_on, one.occurs_on)}, "a date that its series does not have"  # type: ignore[arg-type]
    assert Series.objects.filter(title="逢6上街", rule="FREQ=MONTHLY;BYMONTHDAY=6,16,26").exists()
    for shift in Shift.objects.filter(activity__state="open", starts_at__gt=NOW).select_related("activity__kind"):
        assert not standings(shift), "somebody could not have signed up"
    over = Shift.objects.annotate(n=Count("sign_ups", filter=Q(sign_ups__state="signed"))).filter(n__gt=F("roles__limit"))
    assert not over.exists()
