"""Who may do what with offers and orders. The one served is known by the code of the order, not by an account."""

from __future__ import annotations

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.models import CITYWIDE, Role, User
from yipanqi.people.rules import has_role, is_authenticated, is_system, is_visitor
from yipanqi.services import selectors
from yipanqi.services.models import Complaint, Offer, Request
from yipanqi.teams.models import Station, Team


@rules.predicate
def answers_for(actor: Any, thing: Any = None) -> bool:
    """The actor leads the team, or serves in the station, that the thing is or is of."""
    party = thing.party if isinstance(thing, Offer | Request) else thing
    return isinstance(party, Team | Station) and selectors.serves_for(actor, party)


@rules.predicate
def answers_for_some(actor: Any, thing: Any = None) -> bool:
    """The actor leads a team or serves in a station."""
    return isinstance(actor, User) and any(selectors.parties_of(actor))


@rules.predicate
def is_sent_it(actor: Any, request: Any = None) -> bool:
    """The order waits for an answer of the actor's team or station."""
    return isinstance(request, Request) and selectors.waits_at(actor, request) is not None


@rules.predicate
def of_its_station(actor: Any, request: Any = None) -> bool:
    """The actor serves in the station that looks after where the order comes from, or in one above it."""
    return isinstance(request, Request) and isinstance(actor, User) and request.station_id in selectors.stations_below(actor)


@rules.predicate
def served_it(actor: Any, thing: Any = None) -> bool:
    """The actor answers for the party that has or had the order; such a one does not speak for the one served."""
    request = thing.request if isinstance(thing, Complaint) else thing
    return isinstance(request, Request) and (answers_for(actor, request) or is_sent_it(actor, request))


@rules.predicate
def sees(actor: Any, request: Any = None) -> bool:
    """The order is in the actor's lists."""
    return isinstance(request, Request) and selectors.visible_to(actor).filter(pk=request.pk).exists()


runs = has_role(Role.CENTRE, Role.HEAD)
enters = has_role(Role.CENTRE, Role.STATION, Role.HEAD, Role.DESK)
#: The holder of the code comes as a visitor, signed in or not; who cannot, tells the station or the desk by telephone.
in_their_name = is_visitor | ((runs | of_its_station | has_role(Role.DESK)) & ~served_it)

BY_CENTRE = _("由文明实践中心办理")
BY_PARTY = _("由接单队伍的队长或接单的实践站办理")
BY_STATION = _("由点单人所在的实践站或实践中心办理")
NOT_OWN = _("服务队伍不能代替服务对象评价、投诉或撤销")

for verb in ("add_item", "change_item", "retire_item", "add_lecturer", "change_lecturer", "remove_lecturer"):
    perm(f"services.{verb}", runs, BY_CENTRE)
for verb in ("add_offer", "change_offer", "pause_offer", "resume_offer", "end_offer"):
    perm(f"services.{verb}", runs | answers_for, _("供单由队长、实践站自己或实践中心维护"))
perm("services.ask", is_visitor | is_authenticated)
perm("services.ask_by_proxy", enters, _("代点单由实践站、实践中心或值班台登记"))
perm("services.make_order", runs | of_its_station, BY_STATION)
perm("services.decline", runs | of_its_station, BY_STATION)
perm("services.cancel", in_their_name, NOT_OWN)
for verb in ("propose", "accept_proposal", "dispatch", "recall", "give_up"):
    perm(f"services.{verb}", runs if verb != "give_up" else runs | is_system, BY_CENTRE)
perm("services.accept", is_sent_it, BY_PARTY)
perm("services.refuse", is_sent_it, BY_PARTY)
perm("services.grab", answers_for_some, _("抢单由队长或实践站办理"))
for verb in ("give_back", "join_activity", "report_service", "reply_to_rating"):
    perm(f"services.{verb}", answers_for, BY_PARTY)
perm("services.lapse", is_system)
perm("services.close_unrated", is_system)
perm("services.rate", in_their_name, NOT_OWN)
perm("services.complain", in_their_name, NOT_OWN)
perm("services.answer_complaint", has_role(Role.CENTRE, Role.HEAD, Role.DESK) & ~served_it, _("投诉由实践中心或值班台答复，被投诉的队伍不能自己答复"))
perm("services.reveal_contact", has_role(Role.CENTRE, Role.HEAD, Role.DESK) | of_its_station | answers_for, _("联系方式只给办理这一单的人看"))
perm("services.note_export", has_role(*CITYWIDE, Role.CENTRE, Role.STATION), _("点单台账由实践中心、实践站和创城办导出"))
perm("services.erase_contacts", is_system)
perm("services.take_over_lecturers", is_system)
perm("services.erase_lecturers", is_system)

perm("services.see_order", sees, _("这一单不在您的办理范围"))
perm("services.see_orders", has_role(*CITYWIDE, Role.CENTRE, Role.STATION), _("点单台账由实践中心、实践站和创城办查看"))
perm("services.see_lead", answers_for_some, _("您不是队长，也不在实践站任职"))
perm("services.see_dispatch", runs, BY_CENTRE)
perm("services.see_complaints", has_role(Role.CENTRE, Role.HEAD, Role.DESK, Role.AUDITOR), _("投诉由实践中心和值班台处理"))
perm("services.see_offers", has_role(*CITYWIDE, Role.CENTRE, Role.STATION) | answers_for_some, _("供单由队长、实践站和实践中心维护"))
perm("services.import_items", runs, BY_CENTRE)
perm("services.export_items", has_role(Role.AUDITOR), _("只有审计可以导出而不导入"))
