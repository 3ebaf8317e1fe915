"""Rows of GeoReport answers, as plain values in the order of the specification."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yipanqi.cases import selectors as cases
from yipanqi.cases.models import Case, CaseMove
from yipanqi.cases.states import OPEN, State
from yipanqi.files.models import Photo
from yipanqi.interop import selectors
from yipanqi.kernel.personal import keyed_hash
from yipanqi.places.coarse import coarse_address, coarse_position
from yipanqi.standards.models import IssueClass


def moment(at: dt.datetime | None) -> str | None:
    """W3C date and time with the city's offset, to the second."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


def service_row(issue_class: IssueClass | None) -> dict[str, Any]:
    """One service; None is the service for problems of no known class."""
    if issue_class is None:
        return {
            "service_code": selectors.OTHER, "service_name": _("其他问题"), "description": _("不清楚属于哪一类时选这一项，由工作人员归类。"),
            "metadata": False, "type": "realtime", "keywords": "", "group": _("其他"),
        }  # fmt: skip
    name = _name(issue_class)
    return {
        "service_code": selectors.service_code(issue_class),
        "service_name": name,
        "description": f"{issue_class.group_name}：{issue_class.name}",
        "metadata": False,
        "type": "realtime",
        "keywords": ", ".join(word for word in (issue_class.name, issue_class.name_en) if word),
        "group": issue_class.group_name,
    }


def status(state: str) -> str:
    """GeoReport knows two: ``open`` until the case is struck off, rejected or merged."""
    return "open" if state in {s.value for s in OPEN} else "closed"


def request_row(case: Case, photo: Photo | None, root: str) -> dict[str, Any]:
    """One service request. `root` is the address of this server, without a slash at its end."""
    position = coarse_position(case.lon, case.lat)
    name = _name(case.issue_class) if case.issue_class else _("其他问题")
    return {
        "service_request_id": case.number,
        "status": status(case.state),
        "status_notes": _notes(case),
        "service_name": name,
        "service_code": selectors.service_code(case.issue_class),
        "description": name,
        "agency_responsible": case.unit.name if case.unit else None,
        "service_notice": None,
        "requested_datetime": moment(case.reported_at),
        "updated_datetime": moment(selectors.updated_at(case)),
        "expected_datetime": moment(case.due_at),
        "address": coarse_address(case.area),
        "address_id": None,
        "zipcode": None,
        "lat": position[1] if position else None,
        "long": position[0] if position else None,
        "media_url": root + reverse("files:picture", args=[photo.uuid, "large"]) if photo else None,
    }


def update_row(move: CaseMove) -> dict[str, Any]:
    """One change that the requester sees; neither its note nor its actor is told."""
    return {
        "update_id": f"{move.case.number}-{keyed_hash(f'casemove:{move.pk}')[:16]}",  # row ids stay inside: docs/adr/0007
        "service_request_id": move.case.number,
        "status": status(move.target),
        "description": cases.public_title(move.verb),
        "updated_datetime": moment(move.at),
        "media_url": None,
    }


def _notes(case: Case) -> str:
    label = str(State(case.state).label)
    if case.state == State.MERGED and case.merged_into:
        return _("%(state)s，请查询 %(number)s") % {"state": label, "number": case.merged_into.number}
    return label


def _name(issue_class: IssueClass) -> str:
    english = (get_language() or "").startswith("en") and issue_class.name_en
    return str(english or issue_class.name)
