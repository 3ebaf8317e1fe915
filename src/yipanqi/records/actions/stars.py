"""Stars: the rules, applying, confirming, and what becomes of a star whose hours are gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.events import publish
from yipanqi.messaging import actions as messaging
from yipanqi.people.models import User
from yipanqi.records import selectors
from yipanqi.records.events import StarConfirmed
from yipanqi.records.hours import earned, following, hours_text, rising
from yipanqi.records.models import Star, StarRule
from yipanqi.records.states import STAR, StarState
from yipanqi.volunteers.models import Volunteer
from yipanqi.volunteers.states import VolunteerState


class NotEnoughHours(Refused):
    """The record does not reach the grade."""


class WhyMissing(Refused):
    """Nobody is turned away without a reason."""

    message = _("请写明理由，申请人会看到。")


@action
def set_star_rules(_nothing: None, *, scheme: str, name: str, from_on: dt.date, hours: Sequence[int], by: Actor, at: dt.datetime) -> None:
    """Enter the table of a rule set from a day on, one number of hours for each grade; it replaces the set's earlier table as a
    whole. Stars had before stay what they are.

    Raises:
        Refused: hours that do not rise; a day in the past, under which stars may have been confirmed; a table of that day is there.
    """
    minutes = [one * 60 for one in hours]
    if not rising(minutes):
        raise Refused(_("请填写一至五个星级的小时数，后一级要比前一级多。"), field="hours")
    if from_on < timezone.localdate(at):
        raise Refused(_("施行日期不能早于今天：此前已按原规则认定。"), field="from_on")
    if StarRule.objects.filter(scheme=scheme, from_on=from_on).exists():
        raise Refused(_("这套规则从这一天起施行的标准已经登记，请另选日期。"), field="from_on")
    StarRule.objects.bulk_create(
        [StarRule(scheme=scheme, scheme_name=name.strip()[:60], from_on=from_on, grade=n, minutes=one) for n, one in enumerate(minutes, 1)]
    )


@action
def ask_star(volunteer: Volunteer, *, scheme: str = "", by: Actor, at: dt.datetime) -> Star:
    """The volunteer, or whoever speaks for one without a phone, applies for the highest grade that the record reaches under the
    table in force today.

    Raises:
        NotEnoughHours: it reaches none, or none above the one held; the sentence says what is missing.
        Refused: an application waits already; no such rules; the registration does not stand.
    """
    if volunteer.state != VolunteerState.REGISTERED:
        raise Refused(_("只有已注册的志愿者可以申请星级。"))
    table = selectors.star_table(timezone.localdate(at), scheme)
    if table is None:
        raise Refused(_("没有这套星级规则，或者还没有施行。"), field="scheme")
    minutes = selectors.minutes_of(volunteer)
    mine = Star.objects.filter(volunteer=volunteer, scheme=table.scheme)
    if mine.filter(state=StarState.ASKED).exists():
        raise Refused(_("已有一份申请正在办理，请等待认定。"))
    step, held = earned(table.steps, minutes), max(mine.filter(state=StarState.CONFIRMED).values_list("grade", flat=True), default=0)
    if step is None or step.grade <= held:
        ahead = following([s for s in table.steps if s.grade > held], minutes)
        if ahead is None:
            raise NotEnoughHours(_("您已达到这套规则的最高星级。"))
        raise NotEnoughHours(_("%(grade)d 星需要累计 %(needed)s，现有记录 %(minutes)s，还不够。") % {"grade": ahead.grade, "needed": hours_text(ahead.minutes), "minutes": hours_text(minutes)})
    station = selectors.star_station(volunteer)
    star = Star.objects.create(
        volunteer=volunteer, scheme=table.scheme, scheme_name=str(table.name), rule_from=table.from_on, grade=step.grade, needed=step.minutes, minutes=minutes,
        station=station, asked_by=by if isinstance(by, User) else None, asked_at=at,
    )  # fmt: skip
    facts = {"form": "asked", "uuid": str(star.uuid), "grade": star.grade}
    messaging.tell(None, kind="records.star_desk", facts=facts, why=f"star:{star.uuid}:asked", people=selectors.people_who_decide(station), by=SYSTEM, at=at)
    return star


@action
def confirm_star(star: Star, *, by: User, at: dt.datetime) -> Star:
    """The station or the centre confirms the grade.

    Raises:
        WrongState: it was decided already.
        NotEnoughHours: the record was corrected meanwhile and does not reach it any more.
    """
    STAR.move(star, "confirm_star")
    minutes = selectors.minutes_of(star.volunteer)
    if minutes < star.needed:
        raise NotEnoughHours(_("更正后记录只有 %(minutes)s，不足 %(needed)s，不能认定。") % {"minutes": hours_text(minutes), "needed": hours_text(star.needed)})
    _decide(star, "", by, at)
    publish(StarConfirmed(volunteer_id=star.volunteer_id, scheme=star.scheme, grade=star.grade, at=at))
    return _tell(star, "confirmed", at)


@action
def refuse_star(star: Star, *, why: str, by: User, at: dt.datetime) -> Star:
    """The station or the centre does not confirm it, and says why.

    Raises:
        WrongState: it was decided already.
        WhyMissing: no reason is given.
    """
    STAR.move(star, "refuse_star")
    _decide(star, _said(why), by, at)
    return _tell(star, "refused", at)


@action
def drop_star(star: Star, *, by: User, at: dt.datetime) -> Star:
    """Whoever applied takes the application back.

    Raises:
        WrongState: it was decided already.
    """
    STAR.move(star, "drop_star")
    _decide(star, "", None, at)
    return star


@action
def keep_star(star: Star, *, why: str, by: User, at: dt.datetime) -> Star:
    """The hours shrank after a correction, and the star is kept all the same, for a reason. It is asked about again only when
    they shrink further.

    Raises:
        Refused: its hours are all there.
        WhyMissing: no reason is given.
    """
    STAR.move(star, "keep_star")
    if star.short_since is None:
        raise Refused(_("这个星级的时长没有不足，不需要办理。"))
    star.kept_at_minutes, star.short_since = selectors.minutes_of(star.volunteer), None
    _decide(star, _said(why), by, at)
    return star


@action
def withdraw_star(star: Star, *, why: str, by: User, at: dt.datetime) -> Star:
    """The star is taken away, with a reason: the hours are not there, or it was had by deceit.

    Raises:
        WrongState: it is not confirmed.
        WhyMissing: no reason is given.
    """
    STAR.move(star, "withdraw_star")
    star.short_since = None
    _decide(star, _said(why), by, at)
    return _tell(star, "withdrawn", at)


def _said(why: str) -> str:
    if not why.strip():
        raise WhyMissing(field="why")
    return why.strip()[:200]


def _decide(star: Star, why: str, by: User | None, at: dt.datetime) -> None:
    star.why, star.decided_by, star.decided_at = why, by, at
    star.save()


def _tell(star: Star, form: str, at: dt.datetime) -> Star:
    """News for the volunteer, and for whoever applied in its place."""
    people = {user.pk: user for user in (star.volunteer.user, star.asked_by) if user is not None}
    facts = {"form": form, "grade": star.grade}
    messaging.tell(None, kind="records.star_mine", facts=facts, why=f"star:{star.uuid}:{form}", people=list(people.values()), by=SYSTEM, at=at)
    return star
