"""The pool of lecturers, with the words of people who agreed to stand in it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.services.actions.steps import need
from yipanqi.services.models import Lecturer, Offer
from yipanqi.services.selectors import plain
from yipanqi.services.states import OfferState
from yipanqi.teams.models import Team
from yipanqi.volunteers.models import Volunteer


@action(private=("name", "title", "about"))
def add_lecturer(
    _nothing: None, *, code: str, name: str, team: Team, title: str = "", about: str = "", volunteer: Volunteer | None = None, agreed: bool = False, by: Actor, at: dt.datetime
) -> Lecturer:
    """Somebody comes into the pool of lecturers of a team, with their own agreement to be named.

    Raises:
        Refused: no name, no agreement, or a code that is taken.
    """
    if not agreed:
        raise Refused(_("公布姓名须本人同意，请取得同意后勾选。"), field="agreed")
    code = need(code, "code", _("请填写编号。"), 40)
    if Lecturer.objects.filter(code=code).exists():
        raise Refused(_("编号“%(code)s”已经用过，请换一个。") % {"code": code}, field="code")
    return _keep(Lecturer(code=code, since=timezone.localdate(at), volunteer=volunteer), name, team, title, about)


@action(private=("name", "title", "about"))
def change_lecturer(lecturer: Lecturer, *, name: str, team: Team, title: str = "", about: str = "", by: Actor, at: dt.datetime) -> Lecturer:
    """What the pool says of a lecturer.

    Raises:
        Refused: no name. Conflict: they left.
    """
    if lecturer.left_on is not None:
        raise Conflict(_("宣讲员已经出库。"))
    return _keep(lecturer, name, team, title, about)


def _keep(lecturer: Lecturer, name: str, team: Team, title: str, about: str) -> Lecturer:
    lecturer.name, lecturer.team = need(name, "name", _("请填写姓名。"), 40), team
    lecturer.title, lecturer.about = plain(title)[:80], plain(about)[:1000]
    lecturer.save()
    return lecturer


@action
def remove_lecturer(lecturer: Lecturer, *, by: Actor, at: dt.datetime) -> Lecturer:
    """Somebody leaves the pool: their lectures are given no more, what was said of them is erased.

    Raises:
        Conflict: they left before.
    """
    if lecturer.left_on is not None:
        raise Conflict(_("宣讲员已经出库。"))
    return _remove(lecturer, timezone.localdate(at))


def _remove(lecturer: Lecturer, day: dt.date) -> Lecturer:
    Offer.objects.filter(lecturer=lecturer).exclude(state=OfferState.ENDED).update(state=OfferState.ENDED)
    lecturer.name, lecturer.title, lecturer.about, lecturer.left_on = _("（已出库）"), "", "", day
    lecturer.volunteer = None
    lecturer.save()
    return lecturer


@action
def take_over_lecturers(kept: Volunteer, *, gone: Volunteer, by: Actor, at: dt.datetime) -> Volunteer:
    """Two registrations turned out to be one person: the pool names the one that is kept."""
    Lecturer.objects.filter(volunteer=gone).update(volunteer=kept)
    return kept


@action
def erase_lecturers(volunteer: Volunteer, *, by: Actor, at: dt.datetime) -> Volunteer:
    """A volunteer's data are erased: the pool of lecturers forgets them too."""
    for lecturer in Lecturer.objects.select_for_update().filter(volunteer=volunteer):
        _remove(lecturer, timezone.localdate(at))
    return volunteer
