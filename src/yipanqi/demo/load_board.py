"""Puts the invented board into the database: units, users, areas, streets, zones, places, duties."""

from __future__ import annotations

import datetime as dt
from typing import Any

import h3
import shapely
from django.contrib.auth.hashers import make_password
from pypinyin import lazy_pinyin

from yipanqi.demo import PASSWORD
from yipanqi.demo.build import DemoCity
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import keep_policy
from yipanqi.kernel.stamps import bump
from yipanqi.people.models import Appointment, Unit, User, WorkGroup
from yipanqi.places.models import Area, Duty, Place, Segment, Zone
from yipanqi.standards.models import IssueClass, PlaceCategory

CITY_NAME = "嘉峪关市"


def sort_key(name: str) -> str:
    """Pinyin of a name, so that lists stand in the order people look things up."""
    return " ".join(lazy_pinyin(name))[:200]


def geojson(shape: Any) -> dict[str, Any]:
    """GeoJSON of a shape with seven decimals (about a centimetre)."""
    return dict(shapely.geometry.mapping(shapely.set_precision(shape, 1e-7)))


class BoardLoader:
    """Loads one DemoCity; afterwards `units`, `users`, `areas`, `places`, `classes` hold the rows by code."""

    def __init__(self, demo: DemoCity, now: dt.datetime) -> None:
        self.demo, self.now = demo, now
        self.units: dict[str, Unit] = {}
        self.users: dict[str, User] = {}
        self.areas: dict[str, Area] = {}
        self.segments: dict[str, Segment] = {}
        self.zones: dict[str, Zone] = {}
        self.places: dict[str, Place] = {}
        self.classes: dict[str, IssueClass] = {c.code: c for c in IssueClass.objects.order_by("standard", "kind")}

    def load(self) -> None:
        """Everything of the board, in the order of its references."""
        self._policies()
        self._units()
        self._users()
        self._areas()
        self._streets()
        self._places()
        self._duties()
        bump("board")

    def _policies(self) -> None:
        for key, value in (("kernel.city_name", CITY_NAME), ("kernel.demo_city", True)):
            keep_policy(key, value, by="system", at=self.now)

    def _units(self) -> None:
        for u in self.demo.board.units.values():
            self.units[u.key] = Unit.objects.create(
                code=u.key, name=u.name, short_name=u.short_name, sort_key=sort_key(u.name), kind=u.kind,
                department_type=u.department_type or "", parent=self.units.get(u.parent or ""),
                area_code=u.area_code or "", phone=u.phone,
            )  # fmt: skip

    def _users(self) -> None:
        secret = make_password(PASSWORD)
        people = self.demo.board.users.values()
        User.objects.bulk_create(
            [
                User(username=p.login, name=p.name, phone=p.phone, phone_hash=keyed_hash(p.phone), password=secret)
                for p in people
            ]
        )
        self.users = {u.username: u for u in User.objects.all()}
        Appointment.objects.bulk_create(
            [
                Appointment(
                    user=self.users[p.login], unit=self.units[a.unit], role=a.role,
                    starts_on=a.starts_on, ends_on=a.ends_on,
                )  # fmt: skip
                for p in people
                for a in p.appointments
            ]
        )
        for g in self.demo.board.groups:
            group = WorkGroup.objects.create(
                code=g.key, name=g.name, kind=g.kind, leader=self.users.get(g.leader), remit=g.remit
            )
            group.members.set([self.units[m] for m in g.members])

    def _areas(self) -> None:
        owner = {u.area_code: self.units[u.key] for u in self.demo.board.units.values() if u.area_code}
        for a in self.demo.city.areas.values():
            parent = self.areas.get(a.parent or "")
            self.areas[a.code] = Area.objects.create(
                code=a.code, name=a.name, sort_key=sort_key(a.name), level=a.level, parent=parent,
                path=f"{parent.path if parent else ''}{a.code}/", unit=owner.get(a.code), boundary=geojson(a.polygon),
            )  # fmt: skip

    def _streets(self) -> None:
        plan = self.demo.streets
        Segment.objects.bulk_create(
            [
                Segment(
                    code=s.code, name=s.name, street=s.street, kind=s.kind,
                    area=self.areas.get(s.area_code), line=geojson(s.line),
                )  # fmt: skip
                for s in plan.segments.values()
            ]
        )
        Zone.objects.bulk_create(
            [Zone(code=z.code, name=z.name, purpose=z.purpose, boundary=geojson(z.polygon)) for z in plan.zones.values()]
        )
        self.segments = {s.code: s for s in Segment.objects.all()}
        self.zones = {z.code: z for z in Zone.objects.all()}

    def _places(self) -> None:
        categories = {c.key: c for c in PlaceCategory.objects.all()}
        Place.objects.bulk_create(
            [
                Place(
                    code=p.code, name=p.name, sort_key=sort_key(p.name), category=categories[p.category],
                    address=p.address, lon=p.lon, lat=p.lat, cell=h3.latlng_to_cell(p.lat, p.lon, 9),
                    area=self.areas.get(p.area_code), segment=self.segments.get(p.segment or ""),
                    operator=self.units.get(p.operator or ""), status=p.status, opened_on=p.opened_on,
                )  # fmt: skip
                for p in self.demo.places.values()
            ],
            batch_size=500,
        )
        self.places = {p.code: p for p in Place.objects.select_related("category", "area", "segment")}

    def _duties(self) -> None:
        targets: dict[str, dict[str, Any]] = {
            "place": self.places, "segment": self.segments, "zone": self.zones, "area": self.areas,
        }  # fmt: skip
        Duty.objects.bulk_create(
            [
                Duty(
                    code=f"ZR{number:06d}", issue_class=self.classes[d.issue_class] if d.issue_class else None,
                    unit=self.units[d.unit], part=d.role, basis=d.basis, starts_on=d.starts_on, ends_on=d.ends_on,
                    created_at=self.now, **{d.target: targets[d.target][d.code]},
                )  # fmt: skip
                for number, d in enumerate(self.demo.duties.rules, 1)
            ],
            batch_size=500,
        )
