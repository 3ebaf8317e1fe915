"""The sample city's records: service of every settled attendance, hours of an earlier system, training, honours, stars, certificates."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from yipanqi.activities.models import Attendance
from yipanqi.demo.build import SEED, DemoCity
from yipanqi.demo.bulk.ledger import Ledger
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.worktime import CST
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.models import Role, User
from yipanqi.records import actions, selectors
from yipanqi.records.models import Commendation, Evaluation, Issuer, Service, Standing, Training
from yipanqi.teams.models import Station, Team
from yipanqi.volunteers.models import Membership, Volunteer

DAY = dt.timedelta(days=1)
SITE = "https://example.org"
#: By size: volunteers with hours of an earlier system, trainings, commendations, evaluations, stars and certificates.
SIZES = {"small": (14, 40, 8, 20, 8, 6), "city": (900, 2_400, 120, 400, 60, 40)}
SOURCE, LOGIN = "志愿云", "volunteer"
TRAININGS = (("first_aid", "急救知识培训", "心肺复苏和海姆立克急救法"), ("traffic", "交通劝导安全培训", "路口站位、手势和自我防护"), ("elderly_care", "助老服务培训", "与老人沟通、居家安全和防跌倒"))
HONOURS = (("优秀志愿者", "市文明办"), ("学雷锋先进个人", "市委社会工作部"), ("最美志愿者", "市文明实践中心"))
JUDGED = (("excellent", "耐心细致，老人们都说好。"), ("good", "准时到岗，服务热情。"), ("good", "讲解清楚，大家听得懂。"), ("fair", "按要求完成了任务。"))
HEADS = ("赵建国", "孙志强", "周晓燕", "吴秀兰", "郑海涛", "冯玉梅")


def load_records(size: str, demo: DemoCity, board: BoardLoader, now: dt.datetime) -> None:
    """Everything about records, after attendance; the same for the same size and day."""
    Records(size, now).load()


class Records:
    """Makes the rows: those of many in bulk, what is decided by the real actions."""

    def __init__(self, size: str, now: dt.datetime) -> None:
        self.sizes, self.now, self.today = SIZES[size], now, now.astimezone(CST).date()
        self.rng, self.ledger = random.Random(f"{SEED}:records"), Ledger()
        self.issuers: dict[tuple[str, int], Issuer] = {}
        self.known: dict[str, tuple[str, int]] = {}
        self.sums: dict[int, list[Any]] = defaultdict(lambda: [0, 0, None, None])

    def load(self) -> None:
        """Service and sums, then what was learnt and granted, then stars and certificates."""
        leaders = dict(Membership.objects.filter(is_leader=True, state="member").order_by("-pk").values_list("team_id", "volunteer__name"))
        served: list[tuple[int, Issuer]] = [(row.volunteer_id, self._service(row, leaders).issuer) for row in self._settled()]
        if not served:
            return
        olds, trainings, honours, judged, stars, papers = self.sizes
        chosen = list(dict.fromkeys(served))
        self.rng.shuffle(chosen)
        devoted = self._earlier(chosen[:olds])
        self._for_login()
        self._learnt(chosen[:trainings])
        self._honoured(devoted[:honours], chosen[-judged:])
        self.ledger.write(lambda done, total: None)
        Standing.objects.bulk_create(  # their ids are the volunteers' own
            (Standing(volunteer_id=pk, minutes=minutes, services=times, first_on=first, last_on=last) for pk, (minutes, times, first, last) in self.sums.items()), batch_size=2000
        )
        self._decided([pk for pk, _issuer in devoted], stars, papers)

    def _settled(self) -> Iterator[Attendance]:
        joined = ("shift__activity__team__organisation", "shift__activity__team__station", "shift__activity__station", "shift__activity__kind", "shift__activity__place")
        return Attendance.objects.filter(state="settled").select_related(*joined).order_by("pk").iterator(chunk_size=2000)

    def _issuer(self, team: Team | None, station: Station | None) -> Issuer:
        ((field, thing),) = selectors.issuer_for(team, station).items()
        if (field, thing.pk) not in self.issuers:
            code = f"{actions.PREFIXES[field]}-{thing.code}".upper()
            head, contact = getattr(thing, "head", "") or HEADS[len(self.issuers) % len(HEADS)], f"0937-6{len(self.issuers):06d}"
            self.issuers[field, thing.pk] = self.ledger.add(Issuer(code=code, name=thing.name, head=head, contact=contact, **{field: thing}))
        return self.issuers[field, thing.pk]

    def _service(self, row: Attendance, leaders: dict[int, str]) -> Service:
        activity = row.shift.activity
        place = activity.address or (activity.place.name if activity.place else "") or row.shift.place_name
        issuer = self._issuer(activity.team, activity.station)
        made: Service = self.ledger.add(Service(
            volunteer_id=row.volunteer_id, issuer=issuer, attendance=row, kind=activity.kind, team=activity.team, title=activity.title, place=place[:200], minutes=row.minutes or 0,
            content=(activity.about.strip() or activity.kind.name)[:300], in_charge=leaders.get(activity.team_id or 0, issuer.head), on=row.served_on, entered_at=row.settled_at or self.now,
        ))  # fmt: skip
        self._add_up(made)
        return made

    def _add_up(self, service: Service) -> None:
        sums = self.sums[service.volunteer_id]
        if service.minutes:
            sums[0] += service.minutes
            sums[1] += 1
            sums[2] = min(sums[2] or service.on, service.on)
            sums[3] = max(sums[3] or service.on, service.on)

    def _earlier(self, chosen: Sequence[tuple[int, Issuer]], hours: int = 0) -> list[tuple[int, Issuer]]:
        """Hours that some brought along from an earlier system, enough for the first stars."""
        until = dt.date(self.today.year - 4, 12, 31)
        for n, (pk, issuer) in enumerate(chosen):
            brought = hours or self.rng.choice((110, 130, 160, 220, 310, 340, 620, 1050, 1510))
            made = Service(
                volunteer_id=pk, issuer=issuer, origin=Service.Origin.OPENING, title=f"{until.year} 年以前的志愿服务", content="原系统累计", minutes=brought * 60,
                on=until, entered_at=self.now - 200 * DAY, source=SOURCE, source_key=f"ZYY-{pk:06d}-{n + 1}",
            )  # fmt: skip
            self._add_up(self.ledger.add(made))
        return list(chosen)

    def _for_login(self) -> None:
        """Whoever signs in as `volunteer` has hours for a first star, and applies for nothing yet."""
        member = Membership.objects.filter(volunteer__user__username=LOGIN, state="member").select_related("volunteer", "team__organisation", "team__station").first()
        if member is not None:
            issuer = self._issuer(member.team, member.team.station)
            self._earlier([(member.volunteer_id, issuer)], hours=105)

    def _entered(self, issuer: Issuer, back: int) -> dict[str, Any]:
        on = self.today - dt.timedelta(days=self.rng.randint(5, back))
        return {"issuer": issuer, "on": on, "entered_at": dt.datetime.combine(on + DAY, dt.time(9), CST)}

    def _learnt(self, chosen: Sequence[tuple[int, Issuer]]) -> None:
        for n, (pk, issuer) in enumerate(chosen):
            course, name, content = TRAININGS[n % len(TRAININGS)]
            entered = self._entered(issuer, 300)
            self.ledger.add(Training(volunteer_id=pk, **entered, course=course, name=name, content=content, minutes=self.rng.choice((90, 120, 180)), trainer="市红十字会讲师", valid_until=entered["on"] + 730 * DAY))

    def _honoured(self, honoured: Sequence[tuple[int, Issuer]], judged: Sequence[tuple[int, Issuer]]) -> None:
        for n, (pk, issuer) in enumerate(honoured):
            name, by = HONOURS[n % len(HONOURS)]
            self.ledger.add(Commendation(volunteer_id=pk, **self._entered(issuer, 400), name=name, granted_by=by))
        for n, (pk, issuer) in enumerate(judged):
            quality, words = JUDGED[n % len(JUDGED)]
            self.ledger.add(Evaluation(volunteer_id=pk, **self._entered(issuer, 200), quality=quality, evaluator="服务对象", words=words))

    def _decided(self, devoted: Sequence[int], stars: int, papers: int) -> None:
        """Stars and certificates by the real actions: most decided, some waiting, one that the record no longer bears out."""
        centre = User.objects.filter(appointments__role=Role.CENTRE, is_active=True).order_by("username").first()
        if centre is None:
            return
        people = Volunteer.objects.filter(pk__in=devoted, state="registered").exclude(user__username=LOGIN).order_by("pk")
        for n, one in enumerate(islice(people, stars)):
            at = self.now - dt.timedelta(days=3 + (stars - n) % 40, hours=n % 8)
            star = actions.ask_star(one, by=centre, at=at)
            if n % 5 == 0:
                continue
            decide = {"why": "原系统时长尚待核对"} if n % 5 == 4 else {}
            (actions.refuse_star if decide else actions.confirm_star)(star, **decide, by=centre, at=at + DAY)
        for n, one in enumerate(islice(people, papers)):
            at = self.now - dt.timedelta(days=2 + (papers - n) % 20, hours=n % 8)
            issuer = selectors.issuers_that_recorded(one).order_by("pk")[0]
            paper = actions.ask_certificate(one, issuer=issuer, by=centre, at=at)
            if n % 4:
                paper = actions.issue_certificate(paper, handler=HEADS[n % len(HEADS)], site=SITE, by=centre, at=at + DAY)
            if n == 5:
                actions.revoke_certificate(paper, why="本人姓名登记有误，另行出具", by=centre, at=at + DAY)
            if n == 1:
                service = Service.objects.filter(volunteer=one, origin=Service.Origin.OPENING)[0]
                actions.ask_amendment(service, reason="原系统还有 2021 年的 12 小时没有算进来", by=centre, at=at)
            if n == 2:
                opening = Service.objects.filter(volunteer=one, origin=Service.Origin.OPENING).select_related("kind")[0]
                self._put_right(opening, at + DAY)

    def _put_right(self, opening: Service, at: dt.datetime) -> None:
        """A later export of the earlier system tells fewer hours: star and certificate wait for a decision."""
        row = {"volunteer": opening.volunteer, "source_key": opening.source_key, "on": opening.on, "title": opening.title, "minutes": 60 * 60}
        actions.open_records(opening.issuer, source=SOURCE, rows=[row], by=SYSTEM, at=at)
