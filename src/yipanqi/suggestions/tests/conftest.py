"""The cases' town with classes to tell apart, and browsers for its people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from yipanqi.cases import actions
from yipanqi.cases.models import Case
from yipanqi.cases.tests.town import MONDAY, Town
from yipanqi.standards.models import IssueClass

SignIn = Callable[[str], Client]
TEXTS = {
    "06010": "路口垃圾成堆没有人清理，味道很大",
    "06028": "夜里酒吧音响声音太大，吵得睡不着",
    "01037": "巷子里的路灯不亮，晚上一片漆黑",
}
KEYS = {code: f"gb:event:{code}" for code in TEXTS}


class Streets(Town):
    """The town with three classes, and a desk that decides."""

    def __post_init__(self) -> None:
        super().__post_init__()
        names = {"06028": ("event", "噪声扰民"), "01037": ("component_anomaly", "路灯异常")}
        for code, (kind, name) in names.items():
            IssueClass.objects.create(
                standard="GB/T 47678.5-2026", kind=kind, code=code, key=KEYS[code], group_code=code[:2], group_name="市容环境", name=name,
                component=name.removesuffix("异常"), department_type="urban_mgmt", severity=1, clocks={"handle": {"amount": 8, "clock": "work_hour"}},
            )  # fmt: skip
        self.classes = {row.code: row for row in IssueClass.objects.all()}

    def decide(self, code: str, n: int, *, text: str = "", unit: str = "city") -> Case:
        """The n-th problem of a class, accepted and handed over."""
        at = MONDAY + dt.timedelta(minutes=n)
        case = self.report(at, description=text or f"{TEXTS[code]}，第{n}次反映")
        case = actions.accept(case, issue_class=self.classes[code], by=self.desk, at=at)
        made: Case = actions.dispatch(case, unit=getattr(self, unit), by=self.desk, at=at)
        return made

    def decide_many(self, n: int) -> None:
        """So many decisions, of every class in turn; street lamps go to the water works, of which nobody would think."""
        for number in range(n):
            code = list(TEXTS)[number % 3]
            self.decide(code, number, unit="water" if code == "01037" else "city")


@pytest.fixture
def town(db: None) -> Streets:
    return Streets()


@pytest.fixture
def as_(town: Streets) -> SignIn:
    """A client signed in as one of the town's people."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(town.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
