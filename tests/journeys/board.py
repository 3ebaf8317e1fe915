"""A board on which every act of the office can be tried: people, places, a standard, inspections, settings, things that failed."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.utils import timezone

from tests.journeys.city import City, person
from yipanqi.batches.actions import ask
from yipanqi.batches.running import run_now
from yipanqi.burden.actions import answer_complaint, complain
from yipanqi.calendar.models import CalendarDay, WorkingHours
from yipanqi.cases.actions import report_by_resident
from yipanqi.cases.models import Case
from yipanqi.desk.models import SavedView
from yipanqi.escalation.models import LetterDue
from yipanqi.inspections import actions as inspections
from yipanqi.inspections.models import Campaign, Visit
from yipanqi.inspections.tests.world import issue_class
from yipanqi.kernel.actors import SYSTEM, Visitor
from yipanqi.kernel.jobs import JOBS
from yipanqi.kernel.models import Delivery, JobRun, OutboxEvent
from yipanqi.messaging.models import ChatGroup, Device, Message, Sending
from yipanqi.people.actions import add_group, change_user, issue_token
from yipanqi.people.models import Appointment, Role, Unit
from yipanqi.places.actions import add_duty, add_place, suspend_place
from yipanqi.places.models import Place
from yipanqi.scoring.models import CardRecord, Objection, ObjectionCase, Scorecard, ScorePeriod
from yipanqi.standards.actions import copy_edition
from yipanqi.standards.models import CheckItem, Edition, Indicator, PlaceCategory

GHOST = "nobody.handles_this"


class Board(City):
    """The city with everything that the office looks after; `told` are the codes that addresses name."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.people["other_inspector"] = person("other_inspector", Role.INSPECTOR, self.water)
        self.today = timezone.localdate()
        self.told: dict[str, Any] = {}
        self._people()
        self._standard()
        self._places()
        self._inspections()
        self._machine_room()

    @property
    def fresh(self) -> str:
        """A new id, as a phone would choose it."""
        return str(uuid4())

    def _people(self) -> None:
        Unit.objects.create(code="SPARE", name="待撤单位", kind="department")
        add_group(
            None,
            code="G1",
            name="市容工作组",
            kind="working",
            leader=None,
            members=[],
            remit="",
            by=SYSTEM,
            at=self.began,
        )
        change_user(self.people["stranger"], phone="13900001111", by=SYSTEM, at=self.began)
        Authenticator.objects.create(user=self.people["stranger"], type="totp", data={})
        issue_token(self.people["client"], name="旧大屏", by=SYSTEM, at=self.began)
        self.told["post"] = Appointment.objects.get(user=self.people["stranger"]).uuid
        self.told["token"] = self.people["client"].tokens.get(name="旧大屏").uuid

    def _standard(self) -> None:
        edition = Edition.objects.create(code="E2026", name="测评体系2026", state="current")
        category = PlaceCategory.objects.create(
            key="market", code_prefix="MK", name="农贸市场", group="market", department_type="market"
        )
        mild = issue_class("90001", 1)
        Indicator.objects.create(edition=edition, code="I-1", name="市容环境")
        for n in (1, 2):
            CheckItem.objects.create(
                edition=edition,
                category=category,
                code=f"MK-0{n}",
                text=f"检查内容{n}",
                kind="boolean",
                issue_class=mild,
                order=n,
            )
        copy_edition(edition, code="DRAFT", name="征求意见稿", by=SYSTEM, at=self.began)
        self.told["category"] = str(category.pk)

    def _places(self) -> None:
        category = PlaceCategory.objects.get()
        for n in range(1, 5):
            add_place(
                None,
                code=f"MK00{n}",
                name=f"第{n}市场",
                category=category,
                lon=98.28 + n / 1000,
                lat=39.77,
                by=SYSTEM,
                at=self.began,
            )
        suspend_place(Place.objects.get(code="MK002"), by=SYSTEM, at=self.began)
        duty = add_duty(
            None, unit=self.clean, place=Place.objects.get(code="MK001"), basis="", by=SYSTEM, at=self.began
        )
        self.told["duty"] = duty.code

    def _campaign(self, codes: list[str]) -> Campaign:
        plan: Campaign = inspections.add_campaign(
            None, name="常态化检查", kind="routine", edition=Edition.objects.get(code="E2026"), starts_on=self.today - dt.timedelta(days=2),
            ends_on=self.today + dt.timedelta(days=20), by=SYSTEM, at=self.began,
        )  # fmt: skip
        places = [Place.objects.get(code=code) for code in codes]
        return inspections.assign_places(
            plan, places=places, inspectors=[self.people["inspector"]], by=SYSTEM, at=self.began
        )  # type: ignore[no-any-return]

    def _inspections(self) -> None:
        self.told["draft"] = self._campaign(["MK001", "MK003"]).code
        running = inspections.open_campaign(self._campaign(["MK001", "MK003", "MK004"]), by=SYSTEM, at=self.began)
        self.told["running"] = running.code
        self.told["visit"] = self._visit(running, "MK001").uuid
        finished = self._visit(running, "MK004")
        inspections.pass_rest(finished, by=self.people["inspector"], at=self.began)
        self.told["done"] = finished.uuid

    def _visit(self, running: Campaign, code: str) -> Visit:
        return inspections.start_visit(
            running, place=Place.objects.get(code=code), uuid=uuid4(), by=self.people["inspector"], at=self.began
        )  # type: ignore[no-any-return]

    def _machine_room(self) -> None:
        event = OutboxEvent.objects.create(kind=GHOST, at=self.began, payload={})
        self.told["delivery"] = Delivery.objects.create(
            event=event, handler=GHOST, state="failed", next_at=self.began
        ).pk
        self.told["job"] = min(JOBS)
        JobRun.objects.create(key=min(JOBS), due_at=self.began + dt.timedelta(hours=1), failures=1)
        message = Message.objects.create(
            to=self.people["liaison"], kind="cases.sent_back", why="x", created_at=self.began,
            facts={"form": "verify_fail", "number": "2027-000001", "what": "暴露垃圾", "unit": "城管局"},
        )  # fmt: skip
        sending = Sending.objects.create(
            to=self.people["liaison"], channel="email", state="failed", created_at=self.began, next_at=self.began
        )
        group = ChatGroup.objects.create(name="城管群", url="wecombot://aaaaaaaaaaaaaaaaaaaa", kinds=["cases.asked"])
        letter = LetterDue.objects.create(unit=message.to.main_unit, kind="reminder", week=dt.date(2027, 5, 3), created_at=self.began)
        self.told["letter"] = letter.uuid
        self.told["complaint"] = complain(None, text="太多了", by=Visitor(), at=self.began).code
        answered = complain(None, text="太勤了", by=Visitor(), at=self.began)
        self.told["answered_complaint"] = answer_complaint(answered, text="下月起合并", by=self.people["desk"], at=self.began).code
        head = self.people["head"]
        view = SavedView.objects.create(owner=head, name="全市整改中", query="state=handling", shown_to="all", kept_at=self.began)
        self.told["view"] = view.uuid
        self.told |= {"message": message.uuid, "sending": sending.uuid, "group": group.uuid}
        device = Device.objects.create(user=self.people["liaison"], name="办公室电脑", endpoint="https://fcm.googleapis.com/1", endpoint_hash="1", added_at=self.began)
        self.told["device"] = device.uuid
        self._batches()
        WorkingHours.objects.create(unit="HW", spans=[["09:00", "12:00"]])
        CalendarDay.objects.create(day=dt.date(2027, 5, 5), is_working=False, name="假")
        report = report_by_resident(
            None,
            text="路灯不亮",
            contact_name="王女士",
            contact_phone="13912345678",
            by=Visitor("resident"),
            at=self.began,
        )
        self.told |= {"code": report.code, "number": report.case.number}
        self._scores(report.case)

    def _scores(self, case: Case) -> None:
        """Periods in every state; the case counts on the city unit's published card, which its liaison objected to."""
        for state, month in (("open", 1), ("frozen", 2), ("published", 3)):
            first = dt.date(2025, month, 1)
            period = ScorePeriod.objects.create(
                code=f"2025-0{month}", kind="month", starts_on=first, ends_on=first.replace(day=28), state=state, terms={"weights": {"on_time": 1.0}},
                opened_at=self.began, frozen_at=None if state == "open" else self.began, objections_until=self.today + dt.timedelta(days=5) if state == "published" else None,
            )  # fmt: skip
        card = Scorecard.objects.create(period=period, unit=self.city, group="department", made_at=self.began)
        CardRecord.objects.create(card=card, case=case, measure="on_time", part="no")
        filed = Objection.objects.create(card=card, measure="on_time", reason="停水", filed_at=self.began, filed_by=self.people["liaison"])
        ObjectionCase.objects.create(objection=filed, case=case)
        self.told |= {"objection": filed.uuid, "scored": self.city.code}

    def _batches(self) -> None:
        """One that handed a case over, and one that waits."""
        case = self.filed(self.began)
        given = {"verb": "dispatch", "given": {"unit": self.city.code}, "by": self.people["desk"], "at": self.began}
        self.told["batch"] = run_now(ask(None, numbers=[case.number], at_once=True, **given)).uuid
        self.told["queued"] = ask(None, numbers=[case.number], **given).uuid
