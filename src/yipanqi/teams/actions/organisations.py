"""Organisations: registered or grass-roots, and their incubation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.people.actions.accounts import plain_phone
from yipanqi.people.models import Unit
from yipanqi.places.models import Area
from yipanqi.teams.actions.filling import check_linked, check_there, fill, given_code, last_day
from yipanqi.teams.models import Organisation, Station, there_on

ORGANISATION_FIELDS = ("name", "kind", "social", "credit_code", "unit", "area", "founded_on", "head", "phone")


@action(private=("head", "phone"))
def add_organisation(
    _none: None, *, code: str = "", name: str, kind: str, founded_on: dt.date, social: bool = False, credit_code: str = "", unit: Unit | None = None,
    area: Area | None = None, head: str = "", phone: str = "", by: Actor, at: dt.datetime,
) -> Organisation:  # fmt: skip
    """A new organisation. `social`: a public-benefit organisation of society; `unit` watches over it; `head` and `phone` are whom
    to call. A blank code gets the next number.

    Raises:
        CodeTaken: another organisation has the code.
        Refused: a blank name; a registered one without a right credit code, a grass-roots one with any, or one that another has.
    """
    organisation = Organisation(code=given_code(Organisation, code, "O"))
    values = {"name": name, "kind": Organisation.Kind(kind), "social": social, "credit_code": credit_code, "unit": unit, "area": area}
    fill(organisation, {**values, "founded_on": founded_on, "head": head, "phone": phone}, ORGANISATION_FIELDS)
    return _kept(organisation)


@action(private=("head", "phone"))
def change_organisation(organisation: Organisation, *, by: Actor, at: dt.datetime, **changes: Any) -> Organisation:
    """Change what is known of an organisation.

    Raises:
        Ended: it is no more.
        Refused: as `add_organisation`.
    """
    check_there(organisation, at)
    fill(organisation, changes, ORGANISATION_FIELDS)
    return _kept(organisation)


@action
def incubate(organisation: Organisation, *, station: Station, since: dt.date, until: dt.date | None = None, by: Actor, at: dt.datetime) -> Organisation:
    """A station looks after an organisation from a day until a day (both included; no last day: for the time being). Saying it
    again with a last day ends it.

    Raises:
        Ended: the organisation or the station is no more.
        Refused: the last day lies before the first.
    """
    check_there(organisation, at)
    check_linked(station, "station", at)
    if until is not None and until < since:
        raise Refused(_("孵化结束不能早于孵化开始"), field="until")
    organisation.incubated_by, organisation.incubated_from, organisation.incubated_until = station, since, until
    organisation.save()
    return organisation


@action
def end_organisation(organisation: Organisation, *, on: dt.date, by: Actor, at: dt.datetime) -> Organisation:
    """An organisation is struck off or dissolved; the day before `on` is its last.

    Raises:
        Ended: that was said before.
        Refused: teams of it are still there on that day.
    """
    last_day(organisation, on)
    if organisation.teams.filter(there_on(on, "founded_on", "ended_on")).exists():
        raise Refused(_("还有队伍属于这个组织，请先改挂或解散它们"), field="on")
    organisation.save()
    return organisation


@action
def reveal_organisation_phone(organisation: Organisation, *, by: Actor, at: dt.datetime) -> Organisation:
    """Somebody who may looks at the telephone number in full; the journal keeps who."""
    return organisation


@action
def erase_contacts(organisation: Organisation, *, by: Actor, at: dt.datetime) -> Organisation:
    """A year after its end nobody needs to call an organisation: whom to call is erased."""
    organisation.head = organisation.phone = ""
    organisation.save()
    return organisation


def _kept(organisation: Organisation) -> Organisation:
    """Check an organisation as a whole and save it."""
    organisation.kind = Organisation.Kind(organisation.kind)
    organisation.phone = plain_phone(organisation.phone)
    organisation.credit_code = _credit_code(organisation.kind, organisation.credit_code)
    taken = Organisation.objects.filter(credit_code=organisation.credit_code).exclude(pk=organisation.pk)
    if organisation.credit_code and taken.exists():
        raise Refused(_("“%(name)s”已登记这个统一社会信用代码") % {"name": taken[0].name}, field="credit_code")
    organisation.save()
    return organisation


def _credit_code(kind: str, text: str) -> str:
    """The unified social credit code (GB 32100-2015) without spaces, in capitals. Raises Refused."""
    from stdnum.cn import uscc  # noqa: PLC0415  needed only where organisations are written

    code = str(uscc.compact(text or "")).upper()
    if kind == Organisation.Kind.GRASSROOTS:
        if code:
            raise Refused(_("基层自组织没有统一社会信用代码；已经登记注册的，类型请选“登记注册”"), field="credit_code")
        return ""
    if not uscc.is_valid(code):
        raise Refused(_("统一社会信用代码不对：应为18位，末位是校验码，请对照登记证书核对"), field="credit_code")
    return code
