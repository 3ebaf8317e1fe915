"""How a case's facts look: words and tones for states, deadlines, times. Pure reading, no queries per row."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypedDict
from urllib.parse import quote

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yipanqi.calendar.selectors import calendar_for
from yipanqi.calendar.working import CalendarError, Clock, WorkingCalendar
from yipanqi.cases.models import Assignment, Case, Source
from yipanqi.cases.states import OPEN, Part, State
from yipanqi.wordindex import marked, snippet

STATE_TONES = {
    State.CLOSED: "done",
    State.REJECTED: "wait",
    State.MERGED: "wait",
    State.SUSPENDED: "wait",
}
SEVERITIES = {1: gettext_lazy("一般"), 2: gettext_lazy("较重"), 3: gettext_lazy("严重"), 4: gettext_lazy("紧急")}
UNITS_STAGES = (State.DISPATCHED, State.HANDLING)
URGENT = (Clock.URGENT_HOUR, Clock.URGENT_DAY)
OPEN_STATES = frozenset(str(s) for s in OPEN)


class Badge(TypedDict):
    """A deadline as shown: ready words, tone, and the exact moment for the tooltip."""

    text: str
    tone: str
    at: str


def moment(value: dt.datetime | None) -> str:
    """A moment in the city's time to the minute, or an empty text."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def state_tone(state: str) -> str:
    """Tone of a case's state badge."""
    return STATE_TONES.get(State(state), "act")


def _hours(n: int) -> str:
    return ngettext("%(n)d 小时", "%(n)d 小时", n) % {"n": n}


def _days(n: int) -> str:
    return ngettext("%(n)d 天", "%(n)d 天", n) % {"n": n}


def _amount(start: dt.datetime, end: dt.datetime, urgent: bool, calendar: WorkingCalendar) -> tuple[str, float]:
    """Words for the time between two moments (empty: less than a working hour), and how many (working) days it is."""
    if urgent:
        hours = calendar.between(start, end, Clock.URGENT_HOUR)
        return (_hours(max(1, round(hours))) if hours < 48 else _days(round(hours / 24))), hours / 24
    hours = calendar.between(start, end, Clock.WORK_HOUR)
    days = calendar.between(start, end, Clock.WORK_DAY)
    if days >= 1:
        return ngettext("%(n)d 个工作日", "%(n)d 个工作日", int(days)) % {"n": int(days)}, days
    if hours >= 1:
        return ngettext("%(n)d 个工作小时", "%(n)d 个工作小时", int(hours)) % {"n": int(hours)}, days
    return "", days


def deadline(case: Case, now: dt.datetime, calendar: WorkingCalendar | None = None) -> Badge | None:
    """What the case's clock says now: time left or overdue in the working calendar of whoever must act; None where none runs."""
    if case.state == State.SUSPENDED:
        until = _("挂账，%(day)s 复核") % {"day": case.review_on} if case.review_on else _("挂账，时限暂停")
        return {"text": until, "tone": "paused", "at": ""}
    if case.state == State.CLOSED:
        late = case.due_at and case.resolved_at and case.resolved_at > case.due_at
        return {"text": _("逾期办结"), "tone": "soon", "at": moment(case.closed_at)} if late else None
    due = case.stage_due_at
    if due is None or case.state not in OPEN_STATES:
        return None
    calendar = calendar or calendar_for(clock_unit(case))
    return badge(due, now, case.handle_clock in URGENT or case.severity >= 4, calendar)


def clock_unit(case: Case) -> str:
    """Code of the unit by whose calendar the present stage is counted; empty for the city's."""
    return case.unit.code if case.unit and case.state in UNITS_STAGES else ""


def part_deadline(case: Case, part: Assignment, now: dt.datetime) -> Badge | None:
    """What the clock of one unit's share says, by that unit's calendar; None once it is mended, withdrawn or standing."""
    if part.due_at is None or part.state not in (Part.DISPATCHED, Part.HANDLING) or case.state not in UNITS_STAGES:
        return None
    return badge(part.due_at, now, case.handle_clock in URGENT or case.severity >= 4, calendar_for(part.unit.code))


def badge(due: dt.datetime, now: dt.datetime, urgent: bool, calendar: WorkingCalendar) -> Badge:
    """Time left until `due` or by how much it is overdue; `urgent` counts by the clock instead of working time."""
    try:
        words, days = _amount(min(now, due), max(now, due), urgent, calendar)
    except CalendarError:
        words, days = _days(abs((due - now).days)), 9.0
    if due < now:
        late = _("超期 %(amount)s") % {"amount": words} if words else _("刚刚超期")
        return {"text": late, "tone": "late", "at": moment(due)}
    left = _("还剩 %(amount)s") % {"amount": words} if words else _("还剩不到 1 个工作小时")
    return {"text": left, "tone": "soon" if days < 1 else "ok", "at": moment(due)}


class _Words:
    """What the lines of one list have in common: the moment, calendars, and words that are looked up once."""

    def __init__(self, asked: str = "") -> None:
        self.asked = asked
        self.now = timezone.now()
        self.calendars: dict[str, WorkingCalendar] = {}
        self.labels: dict[State | Source, str] = {}
        self.choose = _("选择 %(number)s")
        self.before, self.after = reverse("desk:case", args=["0"]).rsplit("0", 1)

    def label(self, value: State | Source) -> str:
        if value not in self.labels:
            self.labels[value] = str(value.label)
        return self.labels[value]

    def deadline(self, case: Case) -> Badge | None:
        code = clock_unit(case)
        if code not in self.calendars:
            self.calendars[code] = calendar_for(code)
        return deadline(case, self.now, self.calendars[code])

    def line(self, case: Case) -> dict[str, Any]:
        """One line of a list of cases (the case with its class, unit, place and area already joined)."""
        place = case.place.name if case.place else case.address
        source, state = self.label(Source(case.source)), State(case.state)
        return {
            "number": case.number,
            "url": f"{self.before}{quote(case.number)}{self.after}",
            "choose": self.choose % {"number": case.number},
            "title": marked(case.title, self.asked) if self.asked else case.title,
            "hit": self._hit(case) if self.asked else "",
            "about": f"{source} · {case.issue_class.name}" if case.issue_class and case.issue_class.name not in case.title else source,
            "unit": str(case.unit) if case.unit else "",
            "where": place or (case.area.name if case.area else ""),
            "state": self.label(state),
            "tone": STATE_TONES.get(state, "act"),
            "deadline": self.deadline(case),
            "found": timezone.localtime(case.found_at).strftime(
                "%m-%d %H:%M" if case.found_at.year == self.now.year else "%Y-%m-%d"
            ),
            "severe": SEVERITIES[case.severity] if case.severity >= 3 else "",
        }


    def _hit(self, case: Case) -> str:
        """The place of the description or address where the words stand that were looked for."""
        found = [snippet(text, self.asked) for text in (case.description, case.address) if text != case.title]
        return next((piece for piece in found if piece), "")


def rows(cases: Any, asked: str = "") -> list[dict[str, Any]]:
    """Lines for cases that came from one query, of `listed` or with `JOINS`; `asked`: the words looked for, to be marked."""
    words = _Words(asked)
    return [words.line(case) for case in cases]


JOINS = ("issue_class", "unit", "place", "area")
#: All that `rows` reads: a line of a list needs a third of the columns, and most of the work is in reading the others.
READ = (
    "number", "title", "state", "source", "severity", "address", "found_at", "stage_due_at", "due_at", "resolved_at", "closed_at", "review_on", "handle_clock",
    "issue_class__name", "unit__code", "unit__name", "unit__short_name", "place__name", "area__name",
)  # fmt: skip


def listed(cases: QuerySet[Case], *, words: bool = False) -> QuerySet[Case]:
    """The cases with what `rows` shows of them, and nothing else; `words`: also that in which words are marked."""
    return cases.select_related(*JOINS).only(*READ, *(("description",) if words else ()))
