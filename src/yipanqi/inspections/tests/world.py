"""A small board to look at: one edition, one category with an item of each kind, places, an inspector."""

import datetime as dt
from dataclasses import dataclass
from uuid import uuid4

from django.utils import timezone

from yipanqi.inspections import actions
from yipanqi.inspections.models import Campaign, Visit
from yipanqi.people.models import Appointment, Unit, UnitKind, User
from yipanqi.places.models import Place
from yipanqi.standards.models import CheckItem, Edition, IssueClass, PlaceCategory

NOW = timezone.make_aware(dt.datetime(2026, 11, 18, 10, 0))


@dataclass
class World:
    """What most tests need; `items` by code."""

    edition: Edition
    category: PlaceCategory
    places: list[Place]
    items: dict[str, CheckItem]
    inspector: User
    desk: User


def user(role: str, name: str = "", unit: str = "CCB") -> User:
    """A user with one role."""
    home, _ = Unit.objects.get_or_create(code=unit, defaults={"name": f"单位{unit}", "kind": UnitKind.DEPARTMENT})
    person = User.objects.create_user(username=name or role, password="x", name=f"测试{name or role}")
    Appointment.objects.create(user=person, unit=home, role=role, starts_on=dt.date(2020, 1, 1))
    return person


def issue_class(code: str, severity: int) -> IssueClass:
    clocks = {"accept": {"amount": 2, "clock": "work_hour"}, "handle": {"amount": 8, "clock": "work_hour"}}
    return IssueClass.objects.create(
        standard="本地", kind="extension", code=code, key=f"local-{code}", group_code="90", group_name="测试",
        name=f"问题{code}", department_type="urban_mgmt", severity=severity, clocks=clocks,
    )  # fmt: skip


def world(n_places: int = 3) -> World:
    """The board, without a campaign."""
    edition = Edition.objects.create(code="E2026", name="测评体系2026", state="current")
    category = PlaceCategory.objects.create(key="market", code_prefix="MK", name="农贸市场", group="market", department_type="market")
    mild, grave = issue_class("90001", 1), issue_class("90002", 3)
    rows = (
        ("MK-01", "公示投诉电话", "boolean", "", None, 3, mild),
        ("MK-02", "地面无垃圾", "count", "violations", None, 2, mild),
        ("MK-03", "公益广告不少于3处", "count", "provisions", 3, 1, mild),
        ("MK-04", "消防通道畅通", "boolean", "", None, 3, grave),
        ("MK-05", "分区合理", "grade", "", None, 1, mild),
    )
    items = {
        code: CheckItem.objects.create(
            edition=edition, category=category, code=code, text=text, kind=kind, measure=measure, target=target,
            weight=weight, issue_class=cls, order=n,
        )
        for n, (code, text, kind, measure, target, weight, cls) in enumerate(rows)
    }  # fmt: skip
    places = [
        Place.objects.create(
            code=f"MK{n:03d}", name=f"第{n}市场", category=category, lon=98.28 + n / 1000, lat=39.77, cell="8940", address=f"新华路{n}号"
        )
        for n in range(1, n_places + 1)
    ]
    return World(edition, category, places, items, user("inspector"), user("desk"))


def campaign(w: World, *, opened: bool = True, inspectors: tuple[User, ...] | None = None) -> Campaign:
    """A campaign of November over all places of the world."""
    plan = actions.add_campaign(
        None, name="11月常态化检查", kind="routine", edition=w.edition, starts_on=dt.date(2026, 11, 1),
        ends_on=dt.date(2026, 11, 30), by=w.desk, at=NOW,
    )  # fmt: skip
    plan = actions.assign_places(plan, places=w.places, inspectors=inspectors if inspectors is not None else (w.inspector,), again="keep", why_again="另一组独立检查", by=w.desk, at=NOW)
    return actions.open_campaign(plan, by=w.desk, at=NOW) if opened else plan


def visit(w: World, plan: Campaign, n: int = 0, by: User | None = None) -> Visit:
    """An open visit of the n-th place."""
    return actions.start_visit(plan, place=w.places[n], uuid=uuid4(), by=by or w.inspector, at=NOW)
