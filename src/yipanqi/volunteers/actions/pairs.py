"""Entries that look like one person: found by name and birth date, or telephone; somebody decides, then they are merged."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.kernel.events import publish
from yipanqi.people import actions as people
from yipanqi.people.models import User
from yipanqi.volunteers.actions.erasing import lock_persons
from yipanqi.volunteers.actions.filling import today_of
from yipanqi.volunteers.catalogue import MERGES
from yipanqi.volunteers.events import VolunteerLeft
from yipanqi.volunteers.models import Consent, OwnRequest, Pair, Volunteer
from yipanqi.volunteers.selectors import likely_pairs
from yipanqi.volunteers.states import PAIR, MembershipState, PairState, VolunteerState

MOST_AT_ONCE = 2_000
#: What the kept entry takes over from the other where it has none of its own.
FILLED = ("sex", "born_on", "phone", "phone_hash", "area", "emergency", "registered_on", "guardian")


@action
def find_pairs(_nothing: None, *, by: Actor, at: dt.datetime) -> None:
    """Look for entries that look like one person; those decided on before are left as they were decided."""
    found = [Pair(first_id=first, second_id=second, reason=reason, found_at=at) for first, second, reason in likely_pairs(MOST_AT_ONCE)]
    Pair.objects.bulk_create(found, batch_size=500, ignore_conflicts=True)


@action
def call_distinct(pair: Pair, *, why: str, by: Actor, at: dt.datetime) -> Pair:
    """Two entries are two persons; the pair is not shown again.

    Raises:
        WrongState: decided already.
        Refused: no reason.
    """
    if not why.strip():
        raise Refused(_("请写明怎样确认不是同一人"), field="why")
    PAIR.move(pair, "call_distinct")
    _decided(pair, why, by, at)
    return pair


@action
def merge(pair: Pair, *, keep: Volunteer, why: str, by: Actor, at: dt.datetime) -> Volunteer:
    """Two entries are one person: everything of the other becomes the kept one's. This cannot be taken back, so the page asks.

    Locks the pair, what apps above lock before volunteers, and then both volunteers (see `catalogue`).

    Raises:
        WrongState: decided already.
        Refused: no reason, or `keep` is neither of them.
        Conflict: one of them was merged or erased meanwhile, or both sign in with accounts of staff.
    """
    if not why.strip():
        raise Refused(_("请写明怎样确认是同一人"), field="why")
    if keep.pk not in (pair.first_id, pair.second_id):
        raise Refused(_("请选择保留哪一份登记"), field="keep")
    PAIR.move(pair, "merge")
    both = lock_persons([pair.first_id, pair.second_id])
    kept = both.pop(keep.pk)
    gone = both.popitem()[1]
    if {kept.state, gone.state} & {VolunteerState.MERGED, VolunteerState.ERASED}:
        raise Conflict(_("其中一份登记已经合并或删除，请刷新后再看"))
    _move_own(kept, gone, at)
    for _key, move in MERGES.items():
        move(kept, gone, at)
    gone.state, gone.merged_into, gone.ended_on = VolunteerState.MERGED, kept, gone.ended_on or today_of(at)
    gone.save()
    kept.save()
    Volunteer.objects.filter(merged_into=gone).update(merged_into=kept)
    Volunteer.objects.filter(guardian=gone).update(guardian=kept)
    publish(VolunteerLeft(volunteer_id=gone.pk, at=at))
    _decided(pair, why, by, at)
    return kept


def _decided(pair: Pair, why: str, by: Actor, at: dt.datetime) -> None:
    pair.why, pair.decided_at, pair.decided_by = why.strip()[:200], at, by if isinstance(by, User) else None
    pair.save()


def _move_own(kept: Volunteer, gone: Volunteer, at: dt.datetime) -> None:
    """Fields that the kept entry lacks, teams, consents, requests, and the account where only the other has one."""
    for name in FILLED:
        if not getattr(kept, name) and getattr(gone, name):
            setattr(kept, name, getattr(gone, name))
    if gone.registered_on and kept.registered_on:
        kept.registered_on = min(kept.registered_on, gone.registered_on)
    kept.skills = [*kept.skills, *(key for key in gone.skills if key not in kept.skills)]
    kept.party_member = kept.party_member or gone.party_member
    kept.kinds.add(*gone.kinds.all())
    _move_document(kept, gone)
    _move_teams(kept, gone, at)
    Consent.objects.filter(volunteer=gone).update(volunteer=kept)
    waiting = OwnRequest.objects.filter(volunteer=kept, state="waiting").values_list("kind", flat=True)
    OwnRequest.objects.filter(volunteer=gone, state="waiting", kind__in=list(waiting)).delete()
    OwnRequest.objects.filter(volunteer=gone).update(volunteer=kept)
    Pair.objects.filter(state=PairState.OPEN, first=gone).delete()
    Pair.objects.filter(state=PairState.OPEN, second=gone).exclude(first=kept).delete()
    _move_account(kept, gone, at)


def _move_document(kept: Volunteer, gone: Volunteer) -> None:
    """Who was kept without a document takes over the other's; two documents both stay known, the other's on its own row."""
    if not kept.id_hash and gone.id_hash:
        digest, gone.id_hash = gone.id_hash, None
        Volunteer.objects.filter(pk=gone.pk).update(id_hash=None)
        kept.document, kept.issued_by, kept.id_number, kept.id_hash = gone.document, gone.issued_by, gone.id_number, digest
    if not kept.national_number and gone.national_number:
        number, gone.national_number = gone.national_number, ""
        Volunteer.objects.filter(pk=gone.pk).update(national_number="")
        kept.national_number = number


def _move_teams(kept: Volunteer, gone: Volunteer, at: dt.datetime) -> None:
    here = {row.team_id: row for row in kept.memberships.filter(state__in=(MembershipState.ASKED, MembershipState.MEMBER))}
    for row in gone.memberships.order_by("pk"):
        own = here.get(row.team_id)
        if own is not None and row.state in (MembershipState.ASKED, MembershipState.MEMBER):
            own.since, own.is_leader = min(own.since, row.since), own.is_leader or row.is_leader
            own.state = MembershipState.MEMBER if MembershipState.MEMBER in (own.state, row.state) else own.state
            row.state, row.until, row.is_leader = MembershipState.ENDED, max(row.since, today_of(at)), False
            row.save()
            own.save()
        else:
            row.volunteer = kept
            row.save()


def _move_account(kept: Volunteer, gone: Volunteer, at: dt.datetime) -> None:
    user = gone.user
    if user is None:
        return
    staff = user.appointments.exists()
    if kept.user is None or (staff and not kept.user.appointments.exists()):
        spare = kept.user
        Volunteer.objects.filter(pk__in=(kept.pk, gone.pk)).update(user=None)
        kept.user, gone.user = user, None
        if spare is not None and spare.is_active:
            people.deactivate_user(spare, by=SYSTEM, at=at)
        return
    if staff:
        raise Conflict(_("两份登记都用工作账号登录，请先由系统管理员停用其中一个账号"))
    if user.is_active:
        people.deactivate_user(user, by=SYSTEM, at=at)


