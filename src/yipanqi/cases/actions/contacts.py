"""Looking at what residents left of themselves: one at a time, and never without a trace."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yipanqi.cases.models import Report
from yipanqi.kernel.actions import Conflict, action
from yipanqi.kernel.actors import Actor


@dataclass(frozen=True)
class Contact:
    """Name and telephone as the resident gave them; either may be empty."""

    name: str
    phone: str


@action
def reveal_contact(report: Report, *, by: Actor, at: dt.datetime) -> Contact:
    """The name and telephone of one report in full; the journal keeps who looked and when.

    Raises:
        Conflict: the resident left none, or they were erased when their term was over.
    """
    if not report.contact_name and not report.contact_phone:
        raise Conflict(_("联系方式已按规定到期清除。") if report.erased_at else _("反映人没有留下联系方式。"))
    return Contact(report.contact_name, report.contact_phone)
