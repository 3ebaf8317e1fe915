"""Who records, who applies, who decides. Whoever asks or proposes a correction never agrees to it; nobody decides about themselves."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import Role, User
from yipanqi.people.rules import has_role, is_authenticated, is_system
from yipanqi.records import selectors
from yipanqi.records.models import Amendment, Certificate, Issuer, Star
from yipanqi.teams.selectors import stations_of, teams_led_by
from yipanqi.volunteers.models import Volunteer


def _volunteer_of(thing: Any) -> Volunteer | None:
    return thing if isinstance(thing, Volunteer) else getattr(thing, "volunteer", None)


def _issuer_of(thing: Any) -> Issuer | None:
    return thing if isinstance(thing, Issuer) else getattr(thing, "issuer", None)


def _active(actor: Any) -> bool:
    return isinstance(actor, User) and actor.is_active


@rules.predicate
def is_about_me(actor: Any, thing: Any = None) -> bool:
    """The thing is the actor's own, as a volunteer or as the guardian of one; asked of nothing: the actor is a volunteer."""
    if not _active(actor):
        return False
    if thing is None:
        return hasattr(actor, "volunteer")
    volunteer = _volunteer_of(thing)
    return volunteer is not None and actor.pk in (volunteer.user_id, volunteer.guardian.user_id if volunteer.guardian else None)


@rules.predicate
def records_here(actor: Any, thing: Any = None) -> bool:
    """The actor may record for the issuer; asked of nothing: for any."""
    if not _active(actor):
        return False
    issuer = _issuer_of(thing)
    if thing is None:
        return bool({Role.CENTRE, Role.STATION} & actor.roles) or teams_led_by(actor).exists()
    return issuer is not None and selectors.records_for(actor, issuer)


@rules.predicate
def certifies_here(actor: Any, thing: Any = None) -> bool:
    """The actor may certify in the name of the issuer; asked of nothing: in any."""
    if not _active(actor):
        return False
    issuer = _issuer_of(thing)
    if thing is None:
        return bool({Role.CENTRE, Role.STATION} & actor.roles) or selectors.issuers_of(actor).exists()
    return issuer is not None and selectors.issues_for(actor, issuer)


@rules.predicate
def looks_after(actor: Any, thing: Any = None) -> bool:
    """The actor speaks for a volunteer who has no phone: it leads a team that the volunteer belongs to, or runs its station."""
    volunteer = _volunteer_of(thing)
    if not _active(actor) or volunteer is None:
        return False
    if Role.CENTRE in actor.roles:
        return True
    own = volunteer.memberships.filter(state="member")
    return own.filter(team__in=teams_led_by(actor).values("pk")).exists() or own.filter(team__station__in=stations_of(actor).values("pk")).exists()


@rules.predicate
def confirms_it(actor: Any, star: Any = None) -> bool:
    """The actor runs the station that confirms the star."""
    if not _active(actor) or Role.STATION not in actor.roles:
        return False
    return star is None or (isinstance(star, Star) and star.station_id is not None and stations_of(actor).filter(pk=star.station_id).exists())


@rules.predicate
def asked_for_it(actor: Any, thing: Any = None) -> bool:
    return _active(actor) and isinstance(thing, Star | Certificate | Amendment) and thing.asked_by_id == actor.pk


@rules.predicate
def did_it(actor: Any, thing: Any = None) -> bool:
    """The actor proposed the correction, or asked for it: somebody else has to agree."""
    return _active(actor) and isinstance(thing, Amendment) and actor.pk in (thing.proposed_by_id, thing.asked_by_id)


is_centre = has_role(Role.CENTRE)
decides = (is_centre | confirms_it) & ~is_about_me
RECORDERS = _("谁组织谁记录：由组织活动的队伍、组织或实践中心（所、站）记录")
ISSUERS = _("谁记录谁证明：由记录单位出具，本人不能为自己出具")
DECIDERS = _("星级由文明实践中心（所、站）认定，本人不能认定自己的星级")
SECOND = _("更正须由记录单位的第二人复核，提出人和申请人不能复核，本人也不能")
MINE = _("由志愿者本人，或者其队长、实践站代为申请")

for _verb in ("enter_training", "enter_commendation", "enter_evaluation"):
    perm(f"records.{_verb}", records_here, RECORDERS)
perm("records.open_records", certifies_here | is_system, _("历史记录由记录单位核对后导入"))
perm("records.change_issuer", certifies_here, ISSUERS)
perm("records.add_issuer", is_centre | is_system, _("由文明实践中心登记"))
for _verb in ("note_attendance", "take_over_record", "erase_record", "tell_waiting"):
    perm(f"records.{_verb}", is_system)
perm("records.set_star_rules", is_centre, _("星级规则由文明实践中心制定"))
perm("records.ask_star", is_about_me | looks_after, MINE)
for _verb in ("confirm_star", "refuse_star", "keep_star", "withdraw_star"):
    perm(f"records.{_verb}", decides, DECIDERS)
perm("records.drop_star", is_about_me | asked_for_it, MINE)
perm("records.ask_certificate", is_about_me | looks_after, MINE)
for _verb in ("issue_certificate", "refuse_certificate", "keep_certificate", "revoke_certificate"):
    perm(f"records.{_verb}", certifies_here & ~is_about_me, ISSUERS)
perm("records.drop_certificate", is_about_me | asked_for_it, MINE)
perm("records.ask_amendment", is_about_me | records_here, MINE)
perm("records.propose_amendment", records_here & ~is_about_me, RECORDERS)
perm("records.agree_amendment", records_here & ~is_about_me & ~did_it, SECOND)
perm("records.decline_amendment", records_here & ~is_about_me, RECORDERS)
perm("records.drop_amendment", is_about_me | asked_for_it, MINE)

perm("records.see_desk", records_here | has_role(Role.AUDITOR), _("这是记录单位（队长、文明实践中心、所、站）办理记录、星级和证明的页面"))
perm("records.see_own", is_about_me | is_authenticated, _("请先登录"))
perm("records.see_shown", is_authenticated, _("请先登录"))
perm("records.import_entries", has_role(Role.CENTRE, Role.STATION), _("由文明实践中心（所、站）导入"))
perm("records.export_entries", has_role(Role.CENTRE, Role.STATION, Role.AUDITOR), _("由文明实践中心（所、站）或审计导出"))
