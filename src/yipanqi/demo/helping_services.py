"""The sample city's orders: a menu of thirteen kinds, offers of teams, stations and lecturers, and a year of orders in every state."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from typing import Any

from yipanqi.activities.models import Activity
from yipanqi.demo import service_words as words
from yipanqi.demo.build import SEED, DemoCity
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.people import MARKS, SURNAMES
from yipanqi.demo.worktime import CST
from yipanqi.kernel.series import take_numbers
from yipanqi.people.models import Role, User
from yipanqi.places.models import Area
from yipanqi.services.models import Complaint, Dispatch, Item, Lecturer, Offer, Part, Request, Service, ServiceLine
from yipanqi.services.selectors import phone_hash
from yipanqi.teams.models import ServiceKind, Station, Team

#: By size: orders of the year, offers of one item, lecturers.
SIZES = {"small": (140, 3, 6), "city": (2_600, 6, 60)}
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
PATTERNS: tuple[dict[str, list[str]], ...] = ({}, {"6": ["morning", "afternoon"], "7": ["morning", "afternoon"]}, {str(d): ["morning", "afternoon"] for d in range(1, 6)}, {"2": ["evening"], "4": ["evening"], "6": ["morning"]})
#: What became of orders that are over, by share; the rest was served.
ENDS = (("declined", 0.03), ("cancelled", 0.04), ("unmet", 0.05))
#: What stands at the end of the year: so many of a hundred orders.
NOW_STATES = {"open": 5, "sent": 3, "accepted": 4, "served": 3}


def load_services(size: str, demo: DemoCity, board: BoardLoader, now: dt.datetime) -> None:
    """Menu, offers and orders, the same for the same size and day."""
    Orders(size, now).load()


class Orders:
    """Makes the rows in the order of their references."""

    def __init__(self, size: str, now: dt.datetime) -> None:
        self.now = now.astimezone(CST)
        self.sizes, self.rng = SIZES[size], random.Random(f"{SEED}:services")
        self.areas = list(Area.objects.filter(level="community").order_by("code").defer("boundary"))
        self.stations = {row.area_id: row for row in Station.objects.filter(level="station").order_by("code")}
        self.top = Station.objects.filter(level="centre").order_by("code").first()
        self.desk = User.objects.filter(appointments__role=Role.DESK).order_by("username").first()
        self.activities: dict[int, list[Activity]] = defaultdict(list)
        self.sendings: list[Dispatch] = []
        self.services: list[Service] = []

    def load(self) -> None:
        """All of them."""
        items = self._menu()
        offers = self._offers(items, self._lecturers())
        for activity in Activity.objects.filter(team__isnull=False, state="closed").only("team_id", "starts_at", "state").order_by("id")[:5000]:
            self.activities[activity.team_id or 0].append(activity)
        self._orders(items, offers)

    def _menu(self) -> list[Item]:
        kinds = {kind.key: kind for kind in ServiceKind.objects.filter(key__in=words.MENU)}
        made = [
            Item(
                code=f"{key[:3].upper()}-{n:02d}", title=title, sort="lecture" if kinds[key].theme == "lecture" else "service", kind=kinds[key], about=about, form=form, minutes=minutes,
                for_whom=whom, private=private,
            )
            for key, rows in words.MENU.items() if key in kinds for n, (title, form, minutes, whom, private, about) in enumerate(rows, 1)
        ]  # fmt: skip
        return list(Item.objects.bulk_create(made))

    def _name(self) -> str:
        return self.rng.choice(SURNAMES) + self.rng.choice(MARKS)

    def _lecturers(self) -> list[Lecturer]:
        teams = list(Team.objects.filter(kind=Team.Kind.LECTURE, ended_on__isnull=True).order_by("code"))
        made = [
            Lecturer(
                code=f"XJ{n + 1:03d}", name=self._name() + "老师", title=self.rng.choice(words.POSTS), team=teams[n % len(teams)],
                about="、".join(self.rng.sample(words.TOPICS, 2)), since=self.now.date() - self.rng.randint(60, 900) * DAY,
            )
            for n in range(self.sizes[2] if teams else 0)
        ]  # fmt: skip
        return list(Lecturer.objects.bulk_create(made))

    def _offers(self, items: list[Item], lecturers: list[Lecturer]) -> dict[int, list[Offer]]:
        teams: dict[int, list[Team]] = defaultdict(list)
        for row in Team.kinds.through.objects.filter(team__ended_on__isnull=True).exclude(team__kind=Team.Kind.GENERAL).select_related("team").order_by("team__code"):
            teams[row.servicekind_id].append(row.team)
        made: list[Offer] = []
        for item in items:
            given = self.rng.sample(teams[item.kind_id], min(self.sizes[1], len(teams[item.kind_id])))
            made += [self._offer(item, team=team) for team in given]
            if not given and self.top is not None:
                made.append(self._offer(item, station=self.top))
        lectures = [item for item in items if item.sort == "lecture"]
        made += [self._offer(lectures[n % len(lectures)], team=row.team, lecturer=row) for n, row in enumerate(lecturers) if lectures]
        numbers = take_numbers(f"services.offers.{self.now.year}", len(made))
        for offer, number in zip(made, numbers, strict=True):
            offer.code = f"G{self.now.year}-{number:05d}"
        found: dict[int, list[Offer]] = defaultdict(list)
        for offer in Offer.objects.bulk_create(made, batch_size=500):
            found[offer.item_id].append(offer)
        return found

    def _offer(self, item: Item, **party: Any) -> Offer:
        began = self.now - self.rng.randint(370, 700) * DAY
        capacity = self.rng.choice((0, 40, 60, 100)) if item.form == "site" else 0
        return Offer(item=item, hours=self.rng.choice(PATTERNS), capacity=capacity, from_on=began.date(), made_at=began, state="open", **party)

    # ----- orders -----

    def _orders(self, items: list[Item], offers: dict[int, list[Offer]]) -> None:
        count = self.sizes[0]
        asked = sorted(self._moment() for _n in range(count))
        wanted = [state for state, share in NOW_STATES.items() for _n in range(max(1, share * count // 100 if count < 1000 else share * 10))]
        past = count - len(wanted)
        made: list[Request] = []
        numbers: dict[int, list[dt.datetime]] = {}
        for at in asked:
            numbers.setdefault(at.year, []).append(at)
        series = {year: iter(take_numbers(f"services.{year}", len(rows))) for year, rows in numbers.items()}
        self.rng.shuffle(wanted)
        for n, at in enumerate(asked):
            state = wanted[n - past] if n >= past else ""
            at = at if not state else self.now - self.rng.uniform(2, 60 if state in ("open", "sent") else 150) * HOUR
            made.append(self._order(f"D{asked[n].year}-{next(series[asked[n].year]):06d}", at, self.rng.choice(items), state or self._end(), offers))
        stored = Request.objects.bulk_create(made, batch_size=500)
        rows: list[Any] = [*self.sendings, *self.services]
        for row in rows:
            row.request_id = row.request.pk
        Dispatch.objects.bulk_create(self.sendings, batch_size=500)
        services = Service.objects.bulk_create(self.services, batch_size=500)
        ServiceLine.objects.bulk_create([self._line(done) for done in services], batch_size=500)
        self._complaints([row for row in stored if row.rating and row.rating <= 2])

    def _moment(self) -> dt.datetime:
        """A moment of the last year, by day."""
        day = self.now - self.rng.randint(8, 365) * DAY
        return day.replace(hour=self.rng.randint(8, 20), minute=self.rng.randint(0, 59))

    def _end(self) -> str:
        draw = self.rng.random()
        for state, share in ENDS:
            draw -= share
            if draw < 0:
                return state
        return "closed"

    def _order(self, number: str, at: dt.datetime, item: Item, state: str, offers: dict[int, list[Offer]]) -> Request:
        rng, area = self.rng, self.rng.choice(self.areas)
        first = at.date() + rng.randint(1, 5) * DAY
        if state in ("open", "sent", "accepted"):
            first = max(first, self.now.date() + DAY)
        source = rng.choices(("online", "station", "phone"), (60, 28, 12))[0]
        group = item.form == "site"
        phone = f"1990000{rng.randint(1000, 9999)}"
        order = Request(
            number=number, code="".join(rng.choices(LETTERS, k=8)), state=state, source=source, item=item, kind=item.kind, private=item.private,
            text=rng.choice(words.NEEDS.get(item.kind.key, words.NEEDS[""])) if rng.random() < 0.5 else "", people=rng.choice((20, 30, 40, 60)) if group else 1,
            asker=f"{area.name}" if group else "", wished_from=first, wished_until=first + rng.randint(0, 9) * DAY, wished_part=rng.choice(("", "", *Part.values)), area=area,
            address="" if item.form in ("station", "phone") else f"{area.name}{rng.randint(1, 30)}号楼{rng.randint(1, 6)}单元", contact_name=self._name(), contact_phone=phone,
            phone_hash=phone_hash(phone), station=self.stations.get(area.pk), entered_by=self.desk if source == "phone" else None, asked_at=at,
        )  # fmt: skip
        self._told(order, offers[item.pk])
        return order

    def _told(self, order: Request, offers: list[Offer]) -> None:
        """What became of an order, from its state backwards."""
        rng, state = self.rng, order.state
        if state == "declined":
            order.ended_at, order.ended_why = order.asked_at + rng.uniform(1, 20) * HOUR, rng.choice(words.DECLINED)
        if state == "unmet":
            order.ended_at = min(self.now, dt.datetime.combine(order.wished_until + DAY, dt.time(0, 10), CST))
            order.ended_why = words.UNMET
        if state == "cancelled":
            order.ended_at = order.asked_at + rng.uniform(1, 30) * HOUR
        if state in ("open", "declined", "unmet", "cancelled") or not offers:
            return
        order.sent_at = order.asked_at + rng.uniform(0.2, 6) * HOUR
        offer, turn = rng.choice(offers), 1
        if rng.random() < 0.12 and len(offers) > 1 and state != "sent":
            refused = rng.choice([one for one in offers if one is not offer])
            self._sending(order, refused, turn, "refused" if rng.random() < 0.7 else "lapsed", order.sent_at, order.sent_at + 3 * HOUR)
            turn += 1
        if state == "sent":
            order.sent_at = max(order.sent_at, self.now - 3 * HOUR)
            self._sending(order, offer, turn, "waiting", order.sent_at, None)
            return
        order.accepted_at = min(order.sent_at + rng.uniform(0.5, 9) * HOUR, self.now)
        self._sending(order, offer, turn, "accepted", order.sent_at, order.accepted_at)
        order.team_id, order.host_id = offer.team_id, offer.station_id
        if state == "accepted":
            order.meet_at = dt.datetime.combine(order.wished_from, dt.time(9 + rng.randint(0, 8)), CST)
            return
        self._served(order)

    def _sending(self, order: Request, offer: Offer, turn: int, state: str, at: dt.datetime, answered: dt.datetime | None) -> None:
        why = {"fit": "item", "metres": self.rng.randint(200, 9000), "in_hand": self.rng.randint(0, 2), "room": self.rng.randint(1, 3)}
        self.sendings.append(Dispatch(
            request=order, team_id=offer.team_id, station_id=offer.station_id, how="proposal" if turn == 1 else "next", state=state, turn=turn, why=why, sent_at=at,
            due_at=at + 24 * HOUR, answered_at=answered, reason=self.rng.choice(words.REFUSALS) if state == "refused" else "",
        ))  # fmt: skip

    def _served(self, order: Any) -> None:
        rng = self.rng
        ended = min(order.accepted_at + rng.uniform(10, 130) * HOUR, self.now - HOUR)
        ended = max(ended, order.accepted_at + 0.5 * HOUR)
        order.served_at = min(ended, self.now)
        group = order.people > 1
        self.services.append(Service(
            request=order, started_at=order.served_at - dt.timedelta(minutes=order.item.minutes), ended_at=order.served_at, helpers=rng.randint(1, 6),
            served=max(1, int(order.people * rng.uniform(0.6, 1.3))), served_estimated=group and rng.random() < 0.5, text=rng.choice(words.DONE), reported_at=min(self.now, order.served_at + 2 * HOUR),
        ))  # fmt: skip
        if order.team_id and rng.random() < 0.2:
            near = [a for a in self.activities[order.team_id] if abs(a.starts_at - order.served_at) < 20 * DAY]
            order.activity = near[0] if near else None
        if order.state == "served":
            return
        order.ended_at = min(self.now, order.served_at + rng.uniform(2, 300) * HOUR)
        if rng.random() < 0.72:
            order.rating = rng.choices((5, 4, 3, 2, 1), (62, 26, 7, 3, 2))[0]
            order.rating_note = rng.choice(words.NOTES) if order.rating > 2 else "来晚了，也没有提前说。"
            order.rated_at = order.ended_at
            if rng.random() < 0.3:
                order.reply, order.replied_at = words.REPLIES[order.rating < 4], order.ended_at
        else:
            order.ended_at = min(self.now, order.served_at + 15 * DAY)

    def _line(self, done: Service) -> ServiceLine:
        what, unit = words.QUANTITIES.get(done.request.kind.key, words.QUANTITIES[""])
        return ServiceLine(service=done, what=what, quantity=1 if unit in ("场", "次") else self.rng.randint(1, max(2, done.served)), unit=unit)

    def _complaints(self, unhappy: list[Any]) -> None:
        rows = [row for n, row in enumerate(unhappy) if n % 4 == 0]
        Complaint.objects.bulk_create(
            Complaint(
                request=row, text="约好九点，十点半才来，也没有提前打电话。", said_at=row.rated_at, state="answered" if n else "waiting",
                answer="已向队伍核实并提醒：改时间必须提前打电话。谢谢您的监督。" if n else "", answered_at=row.rated_at + DAY if n and row.rated_at else None,
            )
            for n, row in enumerate(reversed(rows))
        )  # fmt: skip
