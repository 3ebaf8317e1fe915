"""The city that the matrix and the leak tests play in: everyone who could be at a case, in every relation to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import Town, person
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people.actions import deactivate_user, issue_token
from yipanqi.people.models import Appointment, Role, User
from yipanqi.standards.models import IssueClass

ANYONE = "anonymous"
SESSION_BACKEND = "django.contrib.auth.backends.ModelBackend"


class City(Town):
    """The town with a stranger for everyone who belongs, and with people whose time is over or has not come.

    The case under test was found by `grid`, is led by the city's unit (liaison, chief) and assisted by the cleaners
    (helper). `double` sits at the desk and is liaison of the leading unit; `own_inspector` belongs to it.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        yesterday, tomorrow = (timezone.localdate() + dt.timedelta(days=n) for n in (-1, 1))
        seats = {
            "other_chief": (Role.UNIT_LEADER, self.water), "other_grid": (Role.GRID, self.water), "double": (Role.DESK, self.office),
            "former": (Role.LIAISON, self.city), "former_desk": (Role.DESK, self.office), "future": (Role.DESK, self.office),
            "gone": (Role.DESK, self.office),
        }  # fmt: skip
        self.people |= {name: person(name, role, where) for name, (role, where) in seats.items()}
        Appointment.objects.create(
            user=self.people["double"], unit=self.city, role=Role.LIAISON, starts_on=dt.date(2020, 1, 1)
        )
        Appointment.objects.filter(user__username__in=("former", "former_desk")).update(ends_on=yesterday)
        Appointment.objects.filter(user__username="future").update(starts_on=tomorrow)
        steps = {
            "amount": 5,
            "clock": "work_day",
            "stages": [
                {"amount": 2, "clock": "work_hour", "title": "先行围护"},
                {"amount": 5, "clock": "work_day", "title": "修复"},
            ],
        }
        self.staged = IssueClass.objects.create(
            standard="本地", kind="event", code="90090", key="local:90090", group_code="90", group_name="测试", name="爆管",
            department_type="urban_mgmt", severity=2, clocks={"handle": steps},
        )  # fmt: skip
        self.tokens: dict[str, str] = {}
        self.browsers: dict[str, Client] = {}
        self.began = timezone.now() - dt.timedelta(minutes=1)
        self.of_a_program("gone")
        self.page("gone")
        deactivate_user(self.people["gone"], by=SYSTEM, at=self.began)
        self.people = {name: User.objects.get(pk=user.pk) for name, user in self.people.items()}

    # ----- how they come in -----

    def of_a_program(self, seat: str) -> dict[str, str]:
        """Headers of a program that holds the seat's token; none for anyone."""
        if seat == ANYONE:
            return {}
        if seat not in self.tokens:
            self.tokens[seat] = issue_token(self.people[seat], name="test", by=self.people[seat], at=self.began)
            Client().get(
                "/api/v1/me", headers=self.of_a_program(seat)
            )  # the day's first use of a token is written down
        return {"Authorization": f"Bearer {self.tokens[seat]}"}

    def page(self, seat: str) -> Client:
        """The browser of whoever sits there."""
        if seat not in self.browsers:
            self.browsers[seat] = Client()
            if seat != ANYONE:
                self.browsers[seat].force_login(self.people[seat], backend=SESSION_BACKEND)
        return self.browsers[seat]

    def let_everyone_in(self) -> None:
        """Everyone signed in and with a token, so that what follows writes nothing but what it means to."""
        for seat in (*self.people, ANYONE):
            self.of_a_program(seat)
            self.page(seat)

    # ----- the case under test -----

    def found(self, **facts: Any) -> Case:
        facts = {"source": "grid", "description": "路口垃圾成堆", **facts}
        made: Case = actions.report_case(None, **facts, by=self.grid, at=self.began)
        return made

    def case_in(self, state: str, kind: str = "plain") -> Case:
        """A case in `state`.

        Args:
            kind: "asked": the leading unit waits for more time, and for a suspension; "contested": the assisting unit
                disputes its share; "staged": its class asks for steps on the way.
        """
        case, at = self.found(), self.began
        if state == "reported":
            return case
        if state == "rejected":
            return actions.reject(case, reason="不属实", by=self.desk, at=at)
        if state == "merged":
            return actions.merge(case, primary=self.found(), by=self.desk, at=at)
        case = actions.accept(case, issue_class=self.staged if kind == "staged" else self.class_, by=self.desk, at=at)
        if state == "filed":
            return case
        case = actions.dispatch(case, unit=self.city, co_units=(self.clean,), by=self.desk, at=at)
        if state != "dispatched":
            case = self._after_hand_over(case, state, at)
        if kind == "asked":
            case = actions.ask_extension(case, reason="连日降雪", days=2, by=self.liaison, at=at)
        if kind == "asked" and state == "handling":
            case = actions.ask_suspension(case, reason="须待开春", by=self.liaison, at=at)
        return actions.dispute(case, reason="不归我管", by=self.helper, at=at) if kind == "contested" else case

    def _after_hand_over(self, case: Case, state: str, at: dt.datetime) -> Case:
        if state == "disputed":
            return actions.dispute(case, reason="不归我管", by=self.liaison, at=at)
        case = actions.sign(case, by=self.liaison, at=at)
        if state == "handling":
            return case
        if state == "suspended":
            return actions.suspend(case, review_on=timezone.localdate() + dt.timedelta(days=90), by=self.leader, at=at)
        case = actions.resolve(actions.sign(case, by=self.helper, at=at), what_was_done="已协助", by=self.helper, at=at)
        case = actions.resolve(case, what_was_done="已清理", by=self.liaison, at=at)
        return actions.verify_pass(case, by=self.desk, at=at) if state == "closed" else case


# ----- what is in the database -----


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours."""
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in settings.LOCAL_APPS]
    return {m._meta.label: sorted(m._base_manager.values_list(), key=lambda row: row[0]) for m in models}


def traces() -> tuple[int, ...]:
    """How many acts, facts and lines of threads there are, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM kernel_journalentry), (SELECT count(*) FROM kernel_outboxevent), (SELECT count(*) FROM cases_casemove)"
        )
        return tuple(cursor.fetchone())


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
