"""Secret addresses of calendars: given out once, revoked at any time."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yipanqi.activities.models import Feed
from yipanqi.activities.selectors.people import volunteer_of
from yipanqi.kernel.actions import Conflict, NotAllowed, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.permissions import why_not
from yipanqi.teams.models import Team
from yipanqi.volunteers.states import MembershipState

MOST = 10


@dataclass(frozen=True)
class NewFeed:
    """A calendar and its secret, which is shown this once."""

    about: Feed
    secret: str


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@action
def add_feed(_nothing: None, *, kind: str, team: Team | None = None, by: Actor, at: dt.datetime) -> NewFeed:
    """A secret address under which a calendar program reads one's own shifts, or the activities of a team one belongs to.

    Raises:
        NotAllowed: no volunteer, or not of the team.
        Refused: no such calendar, or too many.
    """
    owner = volunteer_of(by)
    if owner is None:
        raise NotAllowed(why_not("activities.add_feed"))
    if kind not in Feed.Kind.values or (kind == Feed.Kind.TEAM) != (team is not None):
        raise Refused(_("请选择要订阅的内容。"), field="kind")
    if team is not None and not owner.memberships.filter(team=team, state=MembershipState.MEMBER).exists():
        raise NotAllowed(_("只能订阅自己所在队伍的日历。"))
    if owner.feeds.filter(revoked_at__isnull=True).count() >= MOST:
        raise Refused(_("订阅地址太多了，请先停用不用的。"))
    secret = secrets.token_urlsafe(24)
    return NewFeed(Feed.objects.create(kind=kind, team=team, owner=owner, digest=digest_of(secret), created_at=at), secret)


@action
def revoke_feed(feed: Feed, *, by: Actor, at: dt.datetime) -> Feed:
    """The address answers no more.

    Raises:
        Conflict: it was revoked already.
    """
    if feed.revoked_at is not None:
        raise Conflict(_("这个订阅地址已经停用。"))
    feed.revoked_at = at
    feed.save(update_fields=["revoked_at"])
    return feed
