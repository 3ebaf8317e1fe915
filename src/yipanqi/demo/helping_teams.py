"""The sample city's helpers: kinds of service, stations, organisations, teams, brand projects, institutions, joint meetings."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from stdnum.cn import uscc

from yipanqi.demo import practice_words as words
from yipanqi.demo.build import SEED, DemoCity
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.people import MARKS, NUMERALS, SURNAMES
from yipanqi.demo.worktime import CST
from yipanqi.teams.models import (
    Brand,
    Decision,
    Institution,
    JointMeeting,
    Organisation,
    ServiceKind,
    Station,
    Team,
)

#: By size: organisations, of these social and incubated ones; teams, of these lecture teams, squads and rescue teams; points.
SIZES = {"small": (24, 6, 4, 40, 4, 12, 2, 6), "city": (359, 30, 27, 691, 10, 390, 9, 60)}
OPEN_HOURS = ("周一至周五 9:00-18:00", "每天 8:30-20:00", "周二至周日 9:00-21:00")
AREA_DIGITS, DAY = "620200", dt.timedelta(days=1)


def load_teams(size: str, demo: DemoCity, board: BoardLoader, now: dt.datetime) -> None:
    """Everything below the volunteers, the same for the same size and day."""
    Helpers(size, demo, board, now.astimezone(CST).date()).load()


class Helpers:
    """Makes the rows in the order of their references."""

    def __init__(self, size: str, demo: DemoCity, board: BoardLoader, today: dt.date) -> None:
        self.demo, self.board, self.today = demo, board, today
        self.sizes, self.rng = SIZES[size], random.Random(f"{SEED}:teams")
        self.kinds: dict[str, ServiceKind] = {}
        self.stations: list[Station] = []

    def load(self) -> None:
        """All of them."""
        self._kinds()
        self._stations()
        organisations = self._organisations()
        teams = self._teams(organisations)
        self._brands(teams)
        self._institutions()
        self._meetings()

    def _day(self, first: int, last: int) -> dt.date:
        """A day so many to so many years ago."""
        return self.today - self.rng.randint(first * 365, last * 365) * DAY

    def _name(self) -> str:
        return self.rng.choice(SURNAMES) + self.rng.choice(MARKS) + self.rng.choice(NUMERALS)

    def _kinds(self) -> None:
        ServiceKind.objects.bulk_create(
            ServiceKind(key=key, name=name, theme=theme, min_age=age, insured=insured, training=training) for key, name, theme, age, insured, training in words.KINDS
        )
        self.kinds = {kind.key: kind for kind in ServiceKind.objects.all()}

    # ----- stations -----

    def _station(self, code: str, name: str, level: str, parent: Station | None, area: str, unit: str | None, **more: Any) -> Station:
        spot = self.demo.city.areas[area].polygon.representative_point()
        values = {"address": f"{self.demo.city.areas[area].name}便民服务中心一楼", "lon": round(spot.x, 7), "lat": round(spot.y, 7)} | more
        station = Station(
            code=code, name=name, level=level, parent=parent, unit=self.board.units[unit] if unit else None, area=self.board.areas[area],
            hours=self.rng.choice(OPEN_HOURS), phone=f"0937-00{self.rng.randint(1000, 9999)}", opened_on=self._day(2, 6), **values,
        )  # fmt: skip
        self.stations.append(station)
        return station

    def _stations(self) -> None:
        city, units = self.demo.city, {unit.area_code: key for key, unit in self.demo.board.units.items() if unit.area_code}
        top = self._station("WM00", "嘉峪关市新时代文明实践中心", "centre", None, city.of_level("city")[0].code, "practice_centre")
        top.save()
        offices = {area.code: self._station(f"WM{n:02d}", f"{area.name}新时代文明实践所", "office", top, area.code, units.get(area.code)) for n, area in enumerate(city.of_level("street"), 1)}
        Station.objects.bulk_create(offices.values())
        below = [(area, offices[area.parent or ""]) for area in city.of_level("community") if area.parent in offices]
        stations = [self._station(f"{office.code}{n:02d}", f"{area.name}新时代文明实践站", "station", office, area.code, units.get(area.code)) for n, (area, office) in enumerate(below, 1)]
        Station.objects.bulk_create(stations)
        points = []
        for n in range(self.sizes[7]):
            above = self.rng.choice(stations)
            where = self.rng.choice(city.children(above.area.code))  # type: ignore[union-attr]
            name = f"{above.area}{self.rng.choice(words.POINTS)}"
            points.append(self._station(f"WMD{n + 1:03d}", name, "point", above, where.code, None, address=f"{above.area}{where.name}"))
        Station.objects.bulk_create(points)

    # ----- organisations and teams -----

    def _credit_code(self, number: int) -> str:
        body = f"52{AREA_DIGITS}MJ{number:06d}X"
        return body + str(uscc.calc_check_digit(body))

    def _organisations(self) -> list[Organisation]:
        count, social, incubated, *_more = self.sizes
        communities = [area for area in self.board.areas.values() if area.level == "community"]
        made = []
        for n in range(count):
            registered = n < social * 2
            where = None if n < social else self.rng.choice(communities)
            care, founded = words.CARES[n % len(words.CARES)], self._day(1, 9)
            name = f"嘉峪关市演示{care}{'公益协会' if n < len(words.CARES) else '促进会'}" if n < social else f"{where}{care}{'服务中心' if registered else '互助会'}{n // 15 if n >= 30 else ''}"
            made.append(Organisation(
                code=f"ZZ{n + 1:04d}", name=name, kind="registered" if registered else "grassroots", social=n < social, credit_code=self._credit_code(n + 1) if registered else "",
                unit=self.board.units["civil_affairs"] if registered else None, area=where, founded_on=founded, head=self._name(), phone=f"199010{n:05d}",
            ))  # fmt: skip
        self._incubate(self.rng.sample(made, incubated))
        return list(Organisation.objects.bulk_create(made, batch_size=500))

    def _incubate(self, chosen: list[Organisation]) -> None:
        for n, one in enumerate(chosen):
            one.incubated_by = self.rng.choice(self.stations[:6])
            one.incubated_from = max(one.founded_on, self._day(0, 3))
            one.incubated_until = min(self.today - DAY, one.incubated_from + 300 * DAY) if n % 3 == 0 else None
            if one.incubated_until and one.incubated_until < one.incubated_from:
                one.incubated_until = None

    def _team(self, number: int, name: str, kind: str, kinds: tuple[str, ...], **more: Any) -> tuple[Team, tuple[str, ...]]:
        station: Station | None = more.get("station")
        where = {"area": station.area, "lon": station.lon, "lat": station.lat} if station else {"area": self.board.areas[self.demo.city.of_level("city")[0].code]}
        return Team(code=f"DW{number:04d}", name=name, kind=kind, founded_on=self._day(1, 8), **{**where, **more}), kinds

    def _teams(self, organisations: list[Organisation]) -> list[Team]:
        _o, _s, _i, count, lecturers, squads, rescuers, _points = self.sizes
        top, communities = self.stations[0], [one for one in self.stations if one.level == "station"]
        head, _none = self._team(1, "嘉峪关市文明单位学雷锋志愿服务总队", "general", (), station=top)
        head.save()
        tops = [self._team(n + 2, f"嘉峪关市{words.LECTURERS[n]}", "lecture", ("theory", "history"), station=top) for n in range(lecturers)]
        Team.objects.bulk_create(team for team, _kinds in tops)
        parents, rows = [team for team, _kinds in tops], list(tops)
        number = lecturers + 2
        for n in range(squads):
            station, parent = communities[n % len(communities)], parents[n % len(parents)]
            name = f"{station.area}“{words.SQUADS[n // len(communities) % len(words.SQUADS)]}”宣讲小分队"
            rows.append(self._team(number + n, f"{name}（{parent.name[4:]}）", "squad", ("theory",), station=station, parent=parent))
        number += squads
        for n in range(rescuers):
            rows.append(self._team(number + n, f"嘉峪关市演示第{NUMERALS[n % 10]}应急救援队", "rescue", ("rescue",), station=top))
        number += rescuers
        groups = iter(organisations)
        for n in range(count - number + 1):
            group, at = next(groups, None), n % len(words.SERVICES)
            station = communities[(n * 7) % len(communities)]
            name = f"{group.name}志愿服务队" if group else f"{station.area}{words.SERVICES[at]}志愿服务队"
            rows.append(self._team(number + n, name, "studio" if n % 25 == 3 else "service", (words.SERVICE_KINDS[at],), station=station, parent=head if n % 9 == 0 else None, organisation=group))
        Team.objects.bulk_create([team for team, _kinds in rows[lecturers:]], batch_size=500)
        Link = Team.kinds.through
        Link.objects.bulk_create([Link(team_id=team.pk, servicekind_id=self.kinds[key].pk) for team, keys in rows for key in keys], batch_size=500)
        return [team for team, _kinds in rows]

    # ----- what they are known for, and by which rules -----

    def _brands(self, teams: list[Team]) -> None:
        services = [team for team in teams if team.kind in ("service", "studio")]
        Brand.objects.bulk_create(
            Brand(code=f"PP{n + 1:02d}", name=name, kind=self.kinds[kind], intro=intro, team=(team := services[n * 3 % len(services)]), station=team.station, started_on=self._day(1, 4))
            for n, (name, kind, intro) in enumerate(words.BRANDS)
        )

    def _institutions(self) -> None:
        rows = []
        for n, (title, issuer) in enumerate(words.INSTITUTIONS):
            first, again = self._day(3, 5), self._day(0, 2) if n % 4 == 0 else None
            rows.append(Institution(code=f"ZD{n + 1:02d}", title=title, issuer=issuer, text=words.RULE, in_force_from=first, in_force_until=again))
            if again:
                rows.append(Institution(code=f"ZD{n + 1:02d}", version=2, title=title, issuer=issuer, text=words.RULE, in_force_from=again))
        Institution.objects.bulk_create(rows)

    def _meetings(self) -> None:
        for n, (matters, decided) in enumerate(words.MEETINGS):
            held = self.today - (20 + 90 * (len(words.MEETINGS) - 1 - n)) * DAY
            meeting = JointMeeting.objects.create(code=f"LX{held:%Y%m}", title=f"{held.year}年第{(held.month + 2) // 3}季度志愿服务联席会议", held_on=held, place="市新时代文明实践中心三楼会议室", matters=matters)
            units = {key: self.board.units[key] for _text, key, _days in decided}
            meeting.units.set([*units.values(), self.board.units["publicity"]])
            for line, (text, key, days) in enumerate(decided, 1):
                due = held + days * DAY
                done = due - 3 * DAY if due + 4 * DAY < self.today else None
                Decision.objects.create(meeting=meeting, line=line, text=text, unit=units[key], due_on=due, done_on=done, outcome="已按要求办理。" if done else "")
