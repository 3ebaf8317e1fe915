"""Numbers of the board."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yipanqi.figures import Count, Dimension, Period, Scope, register, tell_scope
from yipanqi.people.models import Unit
from yipanqi.places import selectors
from yipanqi.places.models import Area, Place

tell_scope("unit", lambda code: Unit.objects.filter(code=code).exists(), _("没有编码为“%(code)s”的单位，请核对后重试"))
tell_scope("area", lambda code: Area.objects.filter(code=code).exists(), _("没有代码为“%(code)s”的区划，请核对后重试"))


def places_of(scope: Scope) -> QuerySet[Place]:
    """The places a scope covers: those the person may see, run by the unit, in the area or any below it."""
    rows = Place.objects.all() if scope.user is None else selectors.visible_to(scope.user)
    wanted = {"operator": scope.unit, "area": scope.area}
    return selectors.filtered(rows, {key: value for key, value in wanted.items() if value})


def in_use(period: Period, as_of: dt.datetime) -> Q:
    """Places in use, taken up by the last day of the period."""
    return (Q(opened_on__isnull=True) | Q(opened_on__lte=period.end)) & Q(status=Place.Status.ACTIVE)


register(
    Count(
        key="places.by_category",
        name=_("实测点数"),
        unit=_("个"),
        definition=_("在用的实测点，按类别可查；按本期最后一天前已纳入的计。"),
        source=places_of,
        select=in_use,
        breakdowns={
            "category": Dimension(_("点位类别"), "category__key", "category__name"),
            "area": Dimension(_("所在区划"), "area__code", "area__name"),
            "unit": Dimension(_("运营单位"), "operator__code", "operator__name"),
        },
    )
)
