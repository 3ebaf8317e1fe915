"""What volunteers do about news from below."""

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import handles
from yipanqi.teams.events import TeamEnded
from yipanqi.teams.models import Team
from yipanqi.volunteers import actions


@handles(TeamEnded)
def nobody_belongs_to_it(event: TeamEnded) -> None:
    """A team that is no more has no members."""
    actions.end_memberships_of(Team.objects.get(pk=event.team_id), by=SYSTEM, at=event.at)
