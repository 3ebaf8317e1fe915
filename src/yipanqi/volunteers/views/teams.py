"""Members of a team, for the leader and the station it is of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yipanqi.kernel.actions import Refused
from yipanqi.kernel.gates import demand
from yipanqi.kernel.paging import keyset_page, next_url
from yipanqi.volunteers import actions, selectors
from yipanqi.volunteers.forms import MemberForm
from yipanqi.volunteers.models import Membership, Volunteer
from yipanqi.volunteers.views.answering import answer, now, shown, team_of, tone, try_form

PLAIN: dict[str, Any] = {
    "accept_member": actions.accept_member, "leave_team": actions.leave_team, "make_leader": actions.make_leader, "dismiss_leader": actions.dismiss_leader,
}  # fmt: skip
ASKS = {"leave_team": gettext_lazy("移出后不再是队员，服务记录不变。确定吗？"), "dismiss_leader": gettext_lazy("免去队长后仍是队员。确定吗？")}


@login_required
@never_cache
def members(request: HttpRequest, code: str) -> HttpResponse:
    """Who belongs to a team and who asks to, with what can be done; a form to enter a volunteer on their word."""
    team = team_of(code)
    demand(request.user, "volunteers.add_member", team)
    form = MemberForm(request.POST or None)

    def add(form: Any) -> Membership:
        person = Volunteer.objects.filter(number=form.cleaned_data["number"].strip(), state="registered").first()
        if person is None:
            raise Refused(_("没有这个编号的注册志愿者，请核对"), field="number")
        return actions.add_member(team, person=person, said_yes=form.cleaned_data["said_yes"], by=request.user, at=now())

    if request.method == "POST" and try_form(form, add):
        messages.success(request, _("已加入队伍"))
        return redirect("volunteers:members", code)
    page = keyset_page(selectors.members_of(team), ("-id",), request.GET.get("cursor"), 50)
    appoints = request.user.has_perm("volunteers.make_leader", team)
    rows = [(held, tone(held.state), [(one, ASKS.get(one.verb, "")) for one in _moves(held, appoints)]) for held in page.items]
    return shown(request, "volunteers/members.html", form, team=team, rows=rows, next_url=next_url(request, page.next), may_enter=request.user.has_perm("volunteers.use_entry_page"))


def _moves(held: Membership, appoints: bool) -> list[Any]:
    """What can be done with a member; the right to it was asked for the team as a whole."""
    if held.state == "asked":
        return [held.machine.moves["accept_member"]]
    wanted = ["leave_team", *(["dismiss_leader" if held.is_leader else "make_leader"] if appoints else [])]
    return [held.machine.moves[name] for name in wanted]


@require_POST
@login_required
def move(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Let somebody in, take somebody off the list, appoint or dismiss a leader; or decline with a reason."""
    held = get_object_or_404(selectors.membership_visible_to(request.user), uuid=uuid)
    to = reverse("volunteers:members", args=[held.team.code])
    if verb == "decline_member":
        return answer(request, lambda: actions.decline_member(held, why=request.POST.get("why", ""), by=request.user, at=now()), to)
    if verb not in PLAIN:
        raise Http404
    return answer(request, lambda: PLAIN[verb](held, by=request.user, at=now()), to)


