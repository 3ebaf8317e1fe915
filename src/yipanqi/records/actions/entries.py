"""Recording: service from attendance and from earlier systems, training, commendations, evaluations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.activities.models import Attendance
from yipanqi.activities.states import AttendanceState
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import User
from yipanqi.records import selectors
from yipanqi.records.actions.sums import add_up, mark_certificates
from yipanqi.records.catalogue import COURSES
from yipanqi.records.models import Amendment, Commendation, Evaluation, Issuer, Service, Training
from yipanqi.records.states import AmendmentState
from yipanqi.teams.models import Organisation, Station, Team
from yipanqi.volunteers.models import Volunteer

#: A training lasts no longer than this on one day or course of days.
LONGEST_TRAINING = 200 * 60
PREFIXES = {"organisation": "Z", "station": "S", "team": "D"}


class NotYetHappened(Refused):
    """A day that lies ahead cannot be recorded."""

    message = _("日期在今天之后，还没有发生的不能记录。")


class NotOfOurs(Refused):
    """The issuer has nothing to do with the volunteer."""


def issuer_of(team: Team | None, station: Station | None) -> Issuer:
    """The issuer that records for a team or station, made known with the first thing that it records."""
    named = selectors.issuer_for(team, station)
    found = Issuer.objects.filter(**named).first()
    if found is not None:
        return found
    ((field, thing),) = named.items()
    facts: dict[str, Any] = {"code": f"{PREFIXES[field]}-{thing.code}".upper(), "name": thing.name}
    facts |= {"head": thing.head} if isinstance(thing, Organisation) else {"contact": thing.phone} if isinstance(thing, Station) else {}
    return Issuer.objects.get_or_create(**named, defaults=facts)[0]


@action
def add_issuer(_nothing: None, *, organisation: Organisation | None = None, station: Station | None = None, team: Team | None = None, by: Actor, at: dt.datetime) -> Issuer:
    """Make an organisation, a station or a team known as one that records, before the first activity of its own.

    Raises:
        Refused: none is named.
    """
    if organisation is not None:
        return Issuer.objects.get_or_create(organisation=organisation, defaults={"code": f"Z-{organisation.code}".upper(), "name": organisation.name, "head": organisation.head})[0]
    if team is None and station is None:
        raise Refused(_("请选择组织、队伍或实践中心（所、站）。"))
    return issuer_of(team, station)


@action(private=("head", "contact"))
def change_issuer(issuer: Issuer, *, head: str, contact: str, by: Actor, at: dt.datetime) -> Issuer:
    """Set who stands on certificates as head, and how the issuer is reached.

    Raises:
        Refused: one of them is missing.
    """
    if not head.strip() or not contact.strip():
        raise Refused(_("证明上必须有负责人和联系方式，请都填写。"), field="head" if not head.strip() else "contact")
    issuer.head, issuer.contact = head.strip()[:40], contact.strip()[:60]
    issuer.save()
    return issuer


@action
def note_attendance(attendance: Attendance, *, by: Actor, at: dt.datetime) -> Service | None:
    """Bring the record in line with an attendance as it stands now: entered when it is settled, with other minutes when it was
    corrected, with none when it does not count any more. However often and in whatever order it is told, it ends the same.
    """
    counts = attendance.state == AttendanceState.SETTLED
    minutes = (attendance.minutes or 0) if counts else 0
    service = Service.objects.select_for_update().filter(attendance=attendance).first()
    if service is None and not counts:
        return None
    before = None if service is None else (service.minutes, service.on)
    if service is None:
        service = Service(attendance=attendance, volunteer=attendance.volunteer, entered_at=at, **_facts_of(attendance))
    service.minutes, service.on = minutes, attendance.served_on
    service.save()
    if (minutes, service.on) != before:
        add_up([service.volunteer_id], at)
        if before is not None:
            mark_certificates(service, at)
            done = {"state": AmendmentState.DONE, "decided_at": at, "answer": _("已按签到记录更正")}
            Amendment.objects.filter(service=service, state=AmendmentState.ASKED).update(**done)
    return service


def _facts_of(attendance: Attendance) -> dict[str, Any]:
    """What a record of service says besides its day and minutes, copied as it was when it was entered."""
    activity = attendance.shift.activity
    leader = activity.team.memberships.filter(is_leader=True, state="member").select_related("volunteer").first() if activity.team else None
    issuer = issuer_of(activity.team, activity.station)
    place = activity.address or (activity.place.name if activity.place else "") or attendance.shift.place_name
    return {
        "origin": Service.Origin.ATTENDANCE, "kind": activity.kind, "team": activity.team, "issuer": issuer, "title": activity.title[:120], "place": place[:200],
        "content": (activity.about.strip() or activity.kind.name)[:300], "in_charge": leader.volunteer.name if leader else issuer.head,
    }  # fmt: skip


@action(private=("rows",))
def open_records(issuer: Issuer, *, source: str, rows: Sequence[Mapping[str, Any]], by: Actor, at: dt.datetime) -> Issuer:
    """Bring over service from an earlier system as opening records that name their source; the same rows again change nothing
    more, rows with other values correct what was brought over before.

    Args:
        rows: each with volunteer, source_key, on, title, minutes, and maybe content, place, in_charge, kind.

    Raises:
        Refused: no source; a day ahead; no minutes.
    """
    if not source.strip():
        raise Refused(_("请写明来自哪个系统。"), field="source")
    today = timezone.localdate(at)
    for row in rows:
        if row["on"] > today:
            raise NotYetHappened(field="on")
        if not row["source_key"]:
            raise Refused(_("请填写原系统的记录编号，重复导入时才认得出是同一条。"), field="source_key")
    list(Volunteer.objects.select_for_update().filter(pk__in=[row["volunteer"].pk for row in rows]).order_by("pk").values_list("pk"))
    keys = [row["source_key"] for row in rows]
    known = {one.source_key: one for one in Service.objects.select_for_update().filter(source=source, source_key__in=keys)}
    fresh, changed, touched = [], [], set()
    for row in rows:
        facts = {name: value for name, value in row.items() if name != "source_key"}
        one = known.get(row["source_key"])
        if one is None:
            user = by if isinstance(by, User) else None
            fresh.append(Service(origin=Service.Origin.OPENING, source=source, source_key=row["source_key"], issuer=issuer, entered_by=user, entered_at=at, **facts))
        elif any(getattr(one, name) != value for name, value in facts.items()):
            touched.add(one.volunteer_id)
            for name, value in facts.items():
                setattr(one, name, value)
            changed.append(one)
    Service.objects.bulk_create(fresh, batch_size=500)
    Service.objects.bulk_update(changed, ["volunteer", "on", "title", "minutes", "content", "place", "in_charge", "kind"], batch_size=500)
    add_up(touched | {one.volunteer_id for one in (*fresh, *changed)}, at)
    for one in changed:
        mark_certificates(one, at)
    return issuer


@action(private=("trainer",))
def enter_training(
    issuer: Issuer, *, volunteers: Sequence[Volunteer], name: str, content: str, minutes: int, trainer: str, on: dt.date, course: str = "",
    valid_until: dt.date | None = None, by: Actor, at: dt.datetime,
) -> list[Training]:  # fmt: skip
    """Record a training that several took together, once for each of them.

    Args:
        course: the key that activities and kinds of service ask for, where it is such a training.

    Raises:
        Refused: something is missing; the day lies ahead; it is valid until before it took place; the same is recorded already.
    """
    _check(issuer, volunteers, on, by, at)
    if not 0 < minutes <= LONGEST_TRAINING:
        raise Refused(_("请填写学习时长，最多 200 小时。"), field="minutes")
    if course and course not in policy_value(COURSES.key):
        raise Refused(_("没有登记这个培训科目。"), field="course")
    if valid_until is not None and valid_until < on:
        raise Refused(_("有效期不能早于培训日期。"), field="valid_until")
    same = Training.objects.filter(volunteer__in=[v.pk for v in volunteers], issuer=issuer, name=name.strip(), on=on, struck_at__isnull=True)
    if same.exists():
        raise Refused(_("其中有人这一天的这个培训已经记录过了。"), field="volunteers")
    facts = {"name": name.strip(), "content": content.strip(), "minutes": minutes, "trainer": trainer.strip(), "course": course, "valid_until": valid_until}
    return Training.objects.bulk_create([Training(volunteer=one, **_entered(issuer, on, by, at), **facts) for one in volunteers])


@action
def enter_commendation(issuer: Issuer, *, volunteers: Sequence[Volunteer], name: str, granted_by: str, on: dt.date, by: Actor, at: dt.datetime) -> list[Commendation]:
    """Record a commendation that several were granted together.

    Raises:
        Refused: something is missing; the day lies ahead; the same is recorded already.
    """
    _check(issuer, volunteers, on, by, at)
    if Commendation.objects.filter(volunteer__in=[v.pk for v in volunteers], name=name.strip(), on=on, struck_at__isnull=True).exists():
        raise Refused(_("其中有人的这项表彰已经记录过了。"), field="volunteers")
    facts = {"name": name.strip(), "granted_by": granted_by.strip()}
    return Commendation.objects.bulk_create([Commendation(volunteer=one, **_entered(issuer, on, by, at), **facts) for one in volunteers])


@action(private=("evaluator", "words"))
def enter_evaluation(
    issuer: Issuer, *, volunteer: Volunteer, quality: str, evaluator: str, on: dt.date, words: str = "", by: Actor, at: dt.datetime,
) -> Evaluation:  # fmt: skip
    """Record how a volunteer's service was judged.

    Raises:
        Refused: no such quality; the day lies ahead; nobody evaluates themselves.
    """
    _check(issuer, [volunteer], on, by, at)
    if quality not in Evaluation.Quality.values:
        raise Refused(_("请选择服务质量。"), field="quality")
    if isinstance(by, User) and volunteer.user_id == by.pk:
        raise Refused(_("不能评价自己，请由服务对象或其他人评价。"), field="volunteer")
    return Evaluation.objects.create(volunteer=volunteer, quality=quality, evaluator=evaluator.strip(), words=words.strip(), **_entered(issuer, on, by, at))


def _entered(issuer: Issuer, on: dt.date, by: Actor, at: dt.datetime) -> dict[str, Any]:
    return {"issuer": issuer, "on": on, "entered_by": by if isinstance(by, User) else None, "entered_at": at}


def _check(issuer: Issuer, volunteers: Sequence[Volunteer], on: dt.date, by: Actor, at: dt.datetime) -> None:
    """Refuse what lies ahead, nobody at all, and volunteers with whom the issuer never had to do (the centre may record all)."""
    if on > timezone.localdate(at):
        raise NotYetHappened(field="on")
    if not volunteers:
        raise Refused(_("请填写志愿者编号。"), field="volunteers")
    if selectors.is_centre(by):
        return
    known = selectors.known_to(issuer, list(volunteers))
    strangers = [one.number for one in volunteers if one.pk not in known]
    if strangers:
        raise NotOfOurs(_("%(numbers)s 不是本单位队伍的成员，也没有参加过本单位的服务，请核对编号。") % {"numbers": _("、").join(strangers[:5])}, field="volunteers")
