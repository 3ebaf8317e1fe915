"""The sample city's volunteers: as many as the articles tell, with teams and leaders, minors with their guardians' consent, and a few
entries that wait for somebody. Every person and every document number is invented: no county has the code of the numbers."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.hashers import make_password

from yipanqi.demo import PASSWORD
from yipanqi.demo.build import SEED, DemoCity
from yipanqi.demo.bulk.ledger import Ledger
from yipanqi.demo.load_board import BoardLoader
from yipanqi.demo.people import MARKS, NUMERALS, SURNAMES
from yipanqi.demo.worktime import CST
from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.personal import keyed_hash
from yipanqi.kernel.policy import keep_policy
from yipanqi.people.models import User
from yipanqi.teams.models import ServiceKind, Team
from yipanqi.volunteers import actions
from yipanqi.volunteers.actions.filling import numbers, words_of
from yipanqi.volunteers.catalogue import SKILLS
from yipanqi.volunteers.documents import check_digit, identity_of
from yipanqi.volunteers.models import DAYPARTS, Consent, ConsentText, Membership, OwnRequest, Volunteer

#: By size: volunteers, members of a team at most.
SIZES = {"small": (360, 9), "city": (74_000, 40)}
PLACE, DAY = "620299", dt.timedelta(days=1)
GIVEN = "安邦昌诚春达德冬方芳飞峰福刚光桂国海浩和红宏华慧佳建杰洁金静军康兰乐丽利亮林玲龙梅美敏明宁平强青庆荣瑞山生胜石淑顺思涛田伟文祥新秀雪阳义英永勇玉云泽珍正志忠"
#: Of a thousand: who left again, who waits for a guardian, who waits to be looked at.
LEFT, CONSENT, PENDING = 12, 15, 17
CENSUS = (312_663, 2020, "第七次全国人口普查公报")


def load_volunteers(size: str, demo: DemoCity, board: BoardLoader, now: dt.datetime) -> None:
    """Everything of the volunteers, the same for the same size and day."""
    Crowd(size, board, now).load()


class Crowd:
    """Makes the rows in the order of their references, without an action each: a test holds them against what actions leave."""

    def __init__(self, size: str, board: BoardLoader, now: dt.datetime) -> None:
        self.count, self.most = SIZES[size]
        self.now, self.today, self.rng = now, now.astimezone(CST).date(), random.Random(f"{SEED}:volunteers")
        self.areas = [area for area in board.areas.values() if area.level == "community"]
        self.skills, self.ledger = list(SKILLS), Ledger()
        self.born: Counter[tuple[dt.date, str]] = Counter()

    def load(self) -> None:
        """All of them."""
        self._texts()
        people = self._people()
        self._kinds(people)
        self._teams(people)
        self._consents(people)
        self.ledger.write(lambda done, total: None)
        self._logins()
        self._waiting()
        for key, value in zip(("residents", "residents_year", "residents_source"), CENSUS, strict=True):
            keep_policy(f"volunteers.{key}", value, by="system", at=self.now)
        actions.find_pairs(None, by=SYSTEM, at=self.now)

    def _texts(self) -> None:
        self.texts = {kind: words_of(kind, self.now - 900 * DAY) for kind in ConsentText.Kind.values}

    # ----- people -----

    def _people(self) -> list[Volunteer]:
        return [self.ledger.add(self._person(n, number)) for n, number in enumerate(numbers(self.count))]

    def _person(self, n: int, number: str) -> Volunteer:
        rng = self.rng
        age = rng.choice((9, 12, 14, 15, 16, 17)) if rng.random() < 0.04 else min(18 + int(rng.gammavariate(2.6, 11)), 88)
        born = self.today - dt.timedelta(days=age * 366 + rng.randrange(364))
        sex = rng.choice("fm")
        self.born[born, sex] += 1
        known = PLACE + f"{born:%Y%m%d}{self.born[born, sex] * 2 + (sex == 'm'):03d}"
        known += check_digit(known + "0")
        share = rng.randrange(1000)
        state = "left" if share < LEFT else "consent" if LEFT <= share < CONSENT and age < 18 else "pending" if CONSENT <= share < PENDING and n % 9 == 0 else "registered"
        began = max(self.today - dt.timedelta(days=int(rng.triangular(1, 3600, 1300))), born + dt.timedelta(days=9 * 366))
        phone = f"1990{n:07d}"
        return Volunteer(
            number=number, state=state, name=rng.choice(SURNAMES) + rng.choice(MARKS) + rng.choice(GIVEN), sex=sex, born_on=born, document="id", id_number=known,
            id_hash=keyed_hash(identity_of("id", known)), phone=phone, phone_hash=keyed_hash(phone), area=rng.choice(self.areas), party_member=age >= 18 and rng.random() < 0.17,
            skills=sorted(rng.sample(self.skills, 1)) if rng.random() < 0.2 else [], availability=self._week() if rng.random() < 0.3 else {},
            source="national" if rng.random() < 0.86 else "self", national_number=f"6202{n:08d}" if n % 7 else "", entered_at=self._moment(began),
            registered_on=None if state in ("consent", "pending") else began, ended_on=min(began + dt.timedelta(days=rng.randrange(30, 900)), self.today) if state == "left" else None,
        )  # fmt: skip

    def _moment(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(9 + day.day % 9, day.day * 2 % 60), CST)

    def _week(self) -> dict[str, list[str]]:
        parts = [key for key, _title in DAYPARTS]
        return {str(day): [self.rng.choice(parts)] for day in sorted(self.rng.sample(range(1, 8), self.rng.randint(1, 2)))}

    def _kinds(self, people: list[Volunteer]) -> None:
        through, kinds = Volunteer.kinds.through, list(ServiceKind.objects.values_list("pk", flat=True))
        for one in people:
            if self.rng.random() < 0.35:
                self.ledger.add(through(volunteer_id=one.pk, servicekind_id=self.rng.choice(kinds)))

    # ----- teams -----

    def _teams(self, people: list[Volunteer]) -> None:
        """Every team has a leader of age and some members; nobody leads two."""
        free = iter([one for one in people if one.state == "registered" and (one.age_on(self.today) or 0) >= 18])
        for team in Team.objects.filter(ended_on__isnull=True).order_by("pk"):
            for n, person in enumerate(self._some(free, self.rng.randint(3, self.most))):
                asked = n > 2 and self.rng.random() < 0.01
                since = max(person.registered_on or self.today, team.founded_on)
                self.ledger.add(Membership(volunteer=person, team=team, is_leader=n == 0, state="asked" if asked else "member", since=since, asked_at=self._moment(since)))

    def _some(self, free: Iterator[Volunteer], most: int) -> Iterator[Volunteer]:
        for _n in range(most):
            person = next(free, None)
            if person is not None:
                yield person

    def _consents(self, people: list[Volunteer]) -> None:
        """Minors of the national system had their guardian's consent there; whoever registered here agreed to the words here."""
        for one in people:
            given: dict[str, Any] = {"volunteer": one, "given_at": one.entered_at}
            minor = one.age_on(one.registered_on or self.today) or 0
            if minor < 18 and one.state != "consent":
                self.ledger.add(Consent(kind="guardian", how="imported", **given))
            if one.source == "self":
                self.ledger.add(Consent(kind="own", how="online", text=self.texts["own"], **given))

    # ----- who signs in, and what waits -----

    def _login(self, username: str, person: Volunteer, name: str) -> Volunteer:
        person.user = User.objects.create(username=username, name=name, password=make_password(PASSWORD), date_joined=person.entered_at or self.now)
        person.name, person.source = name, Volunteer.Source.SELF
        person.area = person.area or self.areas[0]
        person.save()
        return person

    def _logins(self) -> None:
        """`teamleader` leads the first team of a community's station; `volunteer` is a member of it."""
        teams = Team.objects.filter(kind=Team.Kind.SERVICE, station__level="station", ended_on__isnull=True).order_by("pk")
        team = next((one for one in teams if one.memberships.filter(state="member").count() > 2), None)
        if team is None:
            return
        first, second = team.memberships.filter(state="member").select_related("volunteer").order_by("-is_leader", "pk")[:2]
        self._login("teamleader", first.volunteer, f"{SURNAMES[3]}{MARKS[0]}{NUMERALS[1]}")
        self._login("volunteer", second.volunteer, f"{SURNAMES[5]}{MARKS[1]}{NUMERALS[2]}")
        third = Volunteer.objects.filter(state="registered", memberships__isnull=True, born_on__lt=self.today - dt.timedelta(days=20 * 366)).order_by("pk").first()
        if third is not None:
            Membership.objects.create(volunteer=third, team=team, state="asked", asked_at=self.now - 2 * DAY, since=self.today - 2 * DAY)

    def _waiting(self) -> None:
        """Somebody who asks to be corrected, somebody who asks to be erased, and two entries that look like one person."""
        rows = list(Volunteer.objects.filter(state="registered", user__isnull=True, memberships__isnull=True).order_by("pk")[:4])
        if len(rows) < 4:
            return
        due = self.today + 12 * DAY
        OwnRequest.objects.create(volunteer=rows[0], kind="correction", wanted='{"sex": "f"}', reason="性别登记错了", asked_at=self.now - 3 * DAY, due_on=due)
        OwnRequest.objects.create(volunteer=rows[1], kind="erasure", asked_at=self.now - 3 * DAY, due_on=due)
        twin, known = rows[2], rows[3]
        twin.name, twin.born_on, twin.document, twin.id_number, twin.id_hash, twin.national_number = known.name, known.born_on, "none", "", None, ""
        twin.phone, twin.phone_hash = known.phone, known.phone_hash
        twin.save()
