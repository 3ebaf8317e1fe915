"""Who may enter, see, change and erase volunteers: themselves, leaders for their teams, stations for their areas, the centre."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.kernel.policy import policy_value
from yipanqi.people.models import Role
from yipanqi.people.rules import has_role, is_authenticated, is_system, is_visitor
from yipanqi.teams.models import Team
from yipanqi.teams.rules import is_centre
from yipanqi.teams.selectors import stations_of
from yipanqi.volunteers import selectors
from yipanqi.volunteers.catalogue import LEADERS_ENTER
from yipanqi.volunteers.models import Volunteer


def person_of(obj: Any) -> Volunteer | None:
    """The volunteer that a thing of this app is about: itself, or whose membership, consent or request it is."""
    return obj if isinstance(obj, Volunteer) else getattr(obj, "volunteer", None)


@rules.predicate
def is_volunteer(actor: Any, obj: Any = None) -> bool:
    """A registered volunteer with an account."""
    return selectors.registered_as(actor) is not None


@rules.predicate
def has_entry(actor: Any, obj: Any = None) -> bool:
    """Whoever signs in with a volunteer's account, approved or not."""
    return selectors.volunteer_of(actor) is not None


@rules.predicate
def is_own(actor: Any, obj: Any = None) -> bool:
    """The thing is the actor's own."""
    own, person = selectors.volunteer_of(actor), person_of(obj)
    return own is not None and person is not None and own.pk == person.pk


@rules.predicate
def is_guardian(actor: Any, obj: Any = None) -> bool:
    """The actor entered the volunteer as a guardian, with the own account."""
    own, person = selectors.volunteer_of(actor), person_of(obj)
    return own is not None and person is not None and person.guardian_id == own.pk


@rules.predicate
def is_guarded(actor: Any, obj: Any = None) -> bool:
    """A guardian's consent for the volunteer is in force; asked of nothing, there may be one."""
    person = person_of(obj)
    return person is None or person.consents.filter(kind="guardian", given_at__isnull=False, withdrawn_at__isnull=True).exists()


@rules.predicate
def leads_team(actor: Any, obj: Any = None) -> bool:
    """The actor leads the team that the thing is or belongs to, as a registered volunteer; asked of nothing: any team."""
    led = selectors.led_teams(actor)
    if not led or obj is None:
        return bool(led)
    team_id = obj.pk if isinstance(obj, Team) else getattr(obj, "team_id", None)
    return team_id in led


@rules.predicate
def leads_member(actor: Any, obj: Any = None) -> bool:
    """The actor leads a team that the volunteer belongs to, or asks to."""
    person, led = person_of(obj), selectors.led_teams(actor)
    return bool(led) and person is not None and selectors.in_teams(person, led)


@rules.predicate
def runs_team(actor: Any, obj: Any = None) -> bool:
    """The actor runs the station that the team in question is of."""
    team = obj if isinstance(obj, Team) else getattr(obj, "team", None)
    return team is not None and team.station_id is not None and stations_of(actor).filter(pk=team.station_id).exists()


@rules.predicate
def keeps_here(actor: Any, obj: Any = None) -> bool:
    """The volunteer lives where the actor's station works, or belongs to a team of it; asked of nothing: serves a station."""
    person = person_of(obj)
    if person is None:
        return obj is None and has_role(Role.STATION)(actor)
    return selectors.is_of_station(person, actor)


@rules.predicate
def keeps_both(actor: Any, obj: Any = None) -> bool:
    """Both entries of a pair are of the actor's station."""
    return obj is not None and selectors.is_of_station(obj.first, actor) and selectors.is_of_station(obj.second, actor)


@rules.predicate
def leaders_enter(actor: Any, obj: Any = None) -> bool:
    """The office lets leaders enter people."""
    return bool(policy_value(LEADERS_ENTER.key))


KEEPERS = is_centre | keeps_here
BY_KEEPER = _("由文明实践中心，或者志愿者所在区域的文明实践所（站）办理")
BY_LEADER = _("由队长、队伍所属的文明实践所（站）或者文明实践中心办理")
OWN_WORD = _("由志愿者本人决定")

perm("volunteers.see_list", has_role(Role.CENTRE, Role.STATION, Role.AUDITOR), _("志愿者名册由文明实践中心和所（站）查看；队长查看本队队员"))
perm("volunteers.see_volunteer", KEEPERS | is_own | leads_member | has_role(Role.AUDITOR), _("您不能查看这名志愿者"))
perm("volunteers.see_figures", has_role(Role.CENTRE, Role.HEAD, Role.DESK, Role.LEADER, Role.AUDITOR, Role.API), _("志愿者统计由文明实践中心、创城办、市领导和审计查看"))
perm("volunteers.see_own_page", has_entry, _("您还没有注册为志愿者"))
perm("volunteers.see_pairs", has_role(Role.CENTRE, Role.STATION), BY_KEEPER)
perm("volunteers.see_requests", has_role(Role.CENTRE, Role.STATION), BY_KEEPER)
perm("volunteers.export_volunteers", is_centre | has_role(Role.AUDITOR), _("由文明实践中心导出"))
perm("volunteers.use_entry_page", has_role(Role.CENTRE, Role.STATION) | (leads_team & leaders_enter), BY_LEADER)

perm("volunteers.register", is_visitor | (is_authenticated & ~has_entry) | is_system, _("您已经注册过"))
perm("volunteers.enter", is_centre | has_role(Role.STATION) | (leads_team & leaders_enter), BY_LEADER)
perm("volunteers.enter_ward", is_volunteer, _("监护人先要注册为志愿者，再为孩子登记"))
perm("volunteers.save_volunteers", is_centre | is_system, _("由文明实践中心导入"))
for _verb in ("approve", "decline", "consent_at_station", "open_account", "correct", "reveal_id", "take_back_leaving"):
    perm(f"volunteers.{_verb}", KEEPERS | is_system, BY_KEEPER)
perm("volunteers.ask_guardian", is_own | KEEPERS, BY_KEEPER)
perm("volunteers.consent_as_guardian", is_visitor | is_authenticated, _("请凭确认码办理"))
perm("volunteers.withdraw_guardian_consent", (is_guardian | KEEPERS) & is_guarded, _("由监护人用本人账号撤回，或者到文明实践站办理"))
perm("volunteers.change_own", is_own | is_guardian, OWN_WORD)
perm("volunteers.leave", is_own | is_guardian | KEEPERS | is_system, OWN_WORD)
perm("volunteers.reveal_phone", is_own | is_guardian | KEEPERS | leads_member, BY_LEADER)
perm("volunteers.reveal_guardian", KEEPERS, BY_KEEPER)
perm("volunteers.look_at_kept", is_own | is_guardian | is_centre, OWN_WORD)

perm("volunteers.join", is_own | is_guardian, OWN_WORD)
perm("volunteers.take_back_joining", is_own | is_guardian, OWN_WORD)
perm("volunteers.leave_team", is_own | is_guardian | leads_team | runs_team | is_centre | is_system, OWN_WORD)
for _verb in ("add_member", "accept_member", "decline_member"):
    perm(f"volunteers.{_verb}", leads_team | runs_team | is_centre | is_system, BY_LEADER)
for _verb in ("make_leader", "dismiss_leader"):
    perm(f"volunteers.{_verb}", runs_team | is_centre | is_system, _("队长由文明实践中心，或者队伍所属的文明实践所（站）任免"))

perm("volunteers.ask_correction", is_own | is_guardian | KEEPERS, OWN_WORD)
perm("volunteers.ask_erasure", is_own | is_guardian | KEEPERS, OWN_WORD)
perm("volunteers.take_back_request", is_own | is_guardian | KEEPERS, OWN_WORD)
perm("volunteers.agree_to_request", KEEPERS | is_system, BY_KEEPER)
perm("volunteers.refuse_request", KEEPERS, BY_KEEPER)

perm("volunteers.find_pairs", is_system)
perm("volunteers.call_distinct", is_centre | keeps_both, BY_KEEPER)
perm("volunteers.merge", is_centre | keeps_both, BY_KEEPER)
perm("volunteers.end_memberships_of", is_system)
perm("volunteers.erase_left", is_system)
perm("volunteers.forget_requests", is_system)
