"""What Open311 clients may read. Which facts are public, and why, is decided in docs/adr/0003-open311-public-fields.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case, CaseMove, Report, Source
from yipanqi.cases.states import OPEN
from yipanqi.files.models import Photo
from yipanqi.standards.models import IssueClass

#: Service code of problems that the office has not classified yet.
OTHER = "other"
#: Cases of these sources are requests of the public; findings of inspections are not.
PUBLIC_SOURCES = (Source.RESIDENT, Source.HOTLINE, Source.VOLUNTEER)


def service_code(issue_class: IssueClass | None) -> str:
    """The GeoReport code of a class of problem, for example ``event-06010``; ``other`` where there is none yet."""
    return f"{issue_class.kind}-{issue_class.code}" if issue_class else OTHER


def services() -> list[IssueClass]:
    """The classes in use, one per code: where two standards share it, the newer standard's."""
    chosen: dict[str, IssueClass] = {}
    for issue_class in IssueClass.objects.filter(active=True).order_by("standard", "kind", "code"):
        chosen[service_code(issue_class)] = issue_class
    return sorted(chosen.values(), key=service_code)


def service(code: str) -> IssueClass | None:
    """The class in use behind a service code, None when there is none (``other`` is no class)."""
    kind, _, number = code.partition("-")
    return IssueClass.objects.filter(active=True, kind=kind, code=number).order_by("-standard").first()


def public_cases() -> QuerySet[Case]:
    """Requests of the public with all that a row tells, newest first."""
    rows = Case.objects.filter(source__in=PUBLIC_SOURCES)
    rows = rows.annotate(moved_at=_last_move("pk"), primary_moved_at=_last_move("merged_into"))
    return rows.select_related("issue_class", "unit", "area__parent__parent").order_by("-reported_at", "-id")


def of_services(rows: QuerySet[Case], codes: Iterable[str]) -> QuerySet[Case]:
    """Those of some service codes; unknown codes find nothing."""
    wanted = Q(pk__in=[])
    for code in codes:
        kind, _, number = code.partition("-")
        wanted |= Q(issue_class=None) if code == OTHER else Q(issue_class__kind=kind, issue_class__code=number)
    return rows.filter(wanted)


def of_status(rows: QuerySet[Case], wanted: set[str]) -> QuerySet[Case]:
    """Those that are ``open``, ``closed``, or either."""
    if wanted == {"open"}:
        return rows.filter(state__in=OPEN)
    return rows.exclude(state__in=OPEN) if wanted == {"closed"} else rows


def public_moves(since: dt.datetime, until: dt.datetime) -> QuerySet[CaseMove]:
    """Moves of public cases that a requester may know of, oldest first."""
    rows = CaseMove.objects.filter(case__source__in=PUBLIC_SOURCES, public=True, at__gte=since, at__lte=until)
    return rows.select_related("case").order_by("at", "id")


def public_photos(numbers: Iterable[str]) -> dict[str, Photo]:
    """The first photo that the office made public, by case number."""
    found: dict[str, Photo] = {}
    for photo in Photo.objects.filter(
        subject_kind="cases.case", subject_ref__in=list(numbers), is_public=True
    ).order_by("id"):
        found.setdefault(photo.subject_ref, photo)
    return found


def report_of(code: str) -> Report | None:
    """The report behind a tracking code, which serves as GeoReport's token."""
    return cases.report_by_code(code.replace("\0", ""))


def updated_at(case: Any) -> dt.datetime:
    """When one of `public_cases` last moved; a merged one also moves with the case that it follows."""
    return max(at for at in (case.reported_at, case.moved_at, case.primary_moved_at) if at is not None)


def _last_move(of: str) -> Subquery:
    """The time of the last move, not of a case's own times: moves clear these when something is undone."""
    return Subquery(CaseMove.objects.filter(case=OuterRef(of)).order_by("-at", "-id").values("at")[:1])
