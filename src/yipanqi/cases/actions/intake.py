"""How problems come in, and what anyone at work may add to an open case."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.cases.actions.steps import begin, cell_of, need, on_version, record, stage_due, write_move
from yipanqi.cases.events import CaseReported, ReportReceived
from yipanqi.cases.models import Case, Report, Source
from yipanqi.cases.selectors import plain, sources_for
from yipanqi.cases.states import State
from yipanqi.cases.words import keep_words
from yipanqi.files.models import Photo
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.events import publish, publish_all
from yipanqi.kernel.series import take_numbers
from yipanqi.people.models import User
from yipanqi.places.models import Place
from yipanqi.places.selectors import board_map
from yipanqi.standards.models import CheckItem, IssueClass

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
LONGEST_TEXT = 5_000
EARLIEST_YEAR = 1990


@action
def report_case(
    _nothing: None, *, source: str, description: str, title: str = "", issue_class: IssueClass | None = None,
    severity: int | None = None, place: Place | None = None, lon: float | None = None, lat: float | None = None,
    address: str = "", check_item: CheckItem | None = None, found_at: dt.datetime | None = None, external_ref: str = "",
    photos: Sequence[Photo] = (), by: Actor, at: dt.datetime,
) -> Case:  # fmt: skip
    """Enter a problem; it waits for the desk.

    Args:
        source: one of `Source`; `external_ref` is the source's own number, known only once per source.
        lon, lat: WGS 84 degrees; without them the place's position counts.
        found_at: when it was seen, at the latest now.

    Raises:
        Refused: no words, an impossible position, a moment in the future, an `external_ref` already known, or a source
            that is not the actor's to give, so that nobody takes another source's numbers or counts as another.
    """
    _check_source(source, by)
    return enter_case(
        source=source, description=description, title=title, issue_class=issue_class, severity=severity, place=place, lon=lon,
        lat=lat, address=address, check_item=check_item, found_at=found_at, external_ref=external_ref, photos=photos, by=by, at=at,
    )  # fmt: skip


@action(private=("text", "contact_name", "contact_phone"))
def report_by_resident(
    _nothing: None, *, text: str, lon: float | None = None, lat: float | None = None, place: Place | None = None,
    address: str = "", issue_class: IssueClass | None = None, photos: Sequence[Photo] = (), contact_name: str = "",
    contact_phone: str = "", by: Actor, at: dt.datetime,
) -> Report:  # fmt: skip
    """A resident reports a problem without an account; the report's code lets them follow it.

    Raises:
        Refused: no words, or an impossible position.
    """
    case = _store_case(
        source=Source.RESIDENT, description=text, issue_class=issue_class, place=place, lon=lon, lat=lat, address=address,
        photos=photos, by=by, at=at,
    )  # fmt: skip
    report = _store_report(Report(
        case=case, sent_at=at, text=case.description,
        contact_name=plain(contact_name).strip()[:40], contact_phone=plain(contact_phone).strip()[:80],
    ))  # fmt: skip
    publish_all([_reported(case, at), ReportReceived(at=at, report_id=report.pk, case_id=case.pk)])
    return report


def _check_source(source: str, by: Actor) -> None:
    """Whether `by` may enter problems under this source."""
    allowed = sources_for(by)
    if source in Source.values and source not in allowed:
        facts = {"source": Source(source).label, "allowed": _("、").join(str(one.label) for one in allowed)}
        raise Refused(_("您的角色不能以“%(source)s”为来源登记问题，请改选：%(allowed)s。") % facts, field="source")


def _store_report(report: Report) -> Report:
    """Store a report under a fresh code; the one code in a million million that is taken already is drawn again."""
    report.code = new_code()
    try:
        with transaction.atomic():
            report.save(force_insert=True)
    except IntegrityError:
        report.code, report.pk = fresh_codes(1)[0], None
        report.save(force_insert=True)
    return report


@action
@on_version
def confirm(case: Case, *, note: str = "", photos: Sequence[Photo] = (), by: Actor, at: dt.datetime) -> Case:
    """Someone on site saw the same problem again while the case is open; counted instead of opening a second case. What
    was spared verification is verified by a person after all.

    Raises:
        WrongState: the case is not open any more.
    """
    at = begin(case, "confirm", at)
    case.confirmations += 1
    case.spared_until = None
    record(case, "confirm", by=by, at=at, note=note, photos=photos)
    return case


@action
@on_version
def comment(case: Case, *, note: str, photos: Sequence[Photo] = (), by: Actor, at: dt.datetime) -> Case:
    """Add a note to the thread; nothing else changes.

    Raises:
        Refused: the note is empty.
    """
    at = begin(case, "comment", at)
    record(case, "comment", by=by, at=at, note=need(note, "note", _("请填写说明内容")), photos=photos)
    return case


def enter_case(*, by: Actor, at: dt.datetime, photos: Sequence[Photo] = (), rebound_of: Case | None = None, imported: str = "", **facts: Any) -> Case:
    """Store a new case with its first line of the thread; `facts` as `report_case` takes them. `imported`: by what a
    ledger's row is known again.

    A rebound of an earlier case needs no second acceptance: it is ready to be handed over.
    """
    case = _store_case(by=by, at=at, photos=photos, rebound_of=rebound_of, imported=imported, **facts)
    publish(_reported(case, at))
    return case


def _reported(case: Case, at: dt.datetime) -> CaseReported:
    return CaseReported(at=at, case_id=case.pk, number=case.number)


def _store_case(*, by: Actor, at: dt.datetime, photos: Sequence[Photo], rebound_of: Case | None = None, imported: str = "", **facts: Any) -> Case:
    """`enter_case` without its announcement."""
    case = build_case(by=by, at=at, **facts)
    if rebound_of is not None:
        case.rebound_of, case.state, case.accepted_at = rebound_of, State.FILED, at
    if case.external_ref and Case.objects.filter(source=case.source, external_ref=case.external_ref).exists():
        raise Refused(_("来源编号“%(ref)s”已登记过，请勿重复登记。") % {"ref": case.external_ref}, field="external_ref")
    case.number = new_number(at)
    case.stage_due_at = stage_due(case)
    case.save(force_insert=True)
    keep_words([case])
    data = {"rebound_of": rebound_of.number} if rebound_of else {}
    data |= {"imported": imported} if imported else {}
    data |= {"stage_due": case.stage_due_at.isoformat()} if case.stage_due_at else {}
    write_move(case, "report_case", "", case.state, by=by, at=at, photos=photos, data=data)
    return case


def build_case(
    *, source: str, description: str, by: Actor, at: dt.datetime, title: str = "", issue_class: IssueClass | None = None,
    severity: int | None = None, place: Place | None = None, lon: float | None = None, lat: float | None = None,
    address: str = "", check_item: CheckItem | None = None, found_at: dt.datetime | None = None, external_ref: str = "",
) -> Case:  # fmt: skip
    """The case as it will be stored, without a number: what is left open is filled from class, item and place."""
    text = need(description, "description", _("请描述发现的问题"))
    if len(text) > LONGEST_TEXT:
        raise Refused(_("描述最多 %(most)d 字，请精简。") % {"most": LONGEST_TEXT}, field="description")
    if source not in Source.values:
        raise Refused(_("没有“%(value)s”这种来源，请从列表中选择。") % {"value": source}, field="source")
    if found_at and (found_at > at or found_at.year < EARLIEST_YEAR):
        raise Refused(_("发现时间不能晚于现在，也不能早于 %(year)d 年，请更正。") % {"year": EARLIEST_YEAR}, field="found_at")
    title, address, external_ref = (plain(value).strip() for value in (title, address, external_ref))
    lon, lat = _position(place, lon, lat)
    issue_class = issue_class or (check_item.issue_class if check_item else None)
    area_id = (place.area_id if place else None) or _area_at(lon, lat)
    return Case(
        state=State.REPORTED, source=source, external_ref=external_ref, issue_class=issue_class, check_item=check_item,
        severity=_severity(severity, issue_class), title=_title(title, text, issue_class, place), description=text,
        address=(address or (place.address if place else ""))[:200], lon=lon, lat=lat, cell=cell_of(lon, lat),
        place=place, area_id=area_id, found_at=found_at or at, reported_at=at, found_by=by if isinstance(by, User) else None,
        stage_started_at=at, closing_condition=issue_class.closing_condition if issue_class else "",
    )  # fmt: skip


def _area_at(lon: float | None, lat: float | None) -> int | None:
    found = board_map().area_at(lon, lat) if lon is not None and lat is not None else None
    return found.id if found else None


def _position(place: Place | None, lon: float | None, lat: float | None) -> tuple[float | None, float | None]:
    if (lon is None) != (lat is None):
        raise Refused(_("经度和纬度须同时填写。"), field="lon" if lon is None else "lat")
    if lon is None or lat is None:
        return (place.lon, place.lat) if place else (None, None)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused(_("位置超出范围：经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间。"), field="lon")
    return lon, lat


def _severity(given: int | None, issue_class: IssueClass | None) -> int:
    value = given or (issue_class.severity if issue_class else 1)
    if not 1 <= value <= 4:
        raise Refused(_("严重程度应为 1 到 4。"), field="severity")
    return value


def _title(title: str, text: str, issue_class: IssueClass | None, place: Place | None) -> str:
    """The given title, else "place: class", else the beginning of the text."""
    if title:
        return title[:120]
    if issue_class:
        return f"{place.name}：{issue_class.name}"[:120] if place else issue_class.name
    first = text.splitlines()[0]
    return first if len(first) <= 30 else first[:29] + "…"


def new_number(at: dt.datetime) -> str:
    """The next case number of the year, without gaps: 2026-000017."""
    return new_numbers([at])[0]


def new_numbers(moments: Sequence[dt.datetime]) -> list[str]:
    """A case number for each moment, in the order given."""
    years = [timezone.localtime(moment).year for moment in moments]
    taken = {year: iter(take_numbers(f"cases.{year}", count)) for year, count in Counter(years).items()}
    return [f"{year}-{next(taken[year]):06d}" for year in years]


def new_code() -> str:
    """A query code: eight characters that cannot be mistaken for one another, not guessable, almost surely new."""
    drawn, code = secrets.randbelow(len(CODE_ALPHABET) ** CODE_LENGTH), ""
    for _n in range(CODE_LENGTH):
        drawn, digit = divmod(drawn, len(CODE_ALPHABET))
        code += CODE_ALPHABET[digit]
    return code


def fresh_codes(count: int) -> list[str]:
    """So many codes that no report has yet, all different."""
    found: set[str] = set()
    while len(found) < count:
        drawn = {new_code() for _m in range(count - len(found))}
        found |= drawn - set(Report.objects.filter(code__in=drawn).values_list("code", flat=True))
    return list(found)
