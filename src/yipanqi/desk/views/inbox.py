"""Everybody's home page: what is mine, what is late, what is next."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yipanqi.cases import selectors as cases
from yipanqi.desk import showing
from yipanqi.desk.views.gates import person
from yipanqi.people.models import Role

FIRST = 20
#: Roles that mend nothing have another home.
HOMES = ((Role.LEADER, "desk:board"), (Role.ADMIN, "desk:system"), (Role.CENTRE, "teams:board"), (Role.STATION, "teams:home"))
#: And people without a role who help: those who lead a team, and every volunteer.
HELPERS = (("teams.see_lead", "teams:lead"), ("volunteers.see_own_page", "volunteers:me"))


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The groups of one's own inbox with counts and first rows; whose role mends nothing is led to the home of it."""
    user = person(request)
    home = next((route for role, route in HOMES if user.roles and user.roles <= {role}), "")
    if not user.roles:  # a volunteer holds no office
        home = next((route for name, route in HELPERS if user.has_perm(name)), "")
    if home:
        return redirect(home)
    groups = []
    for index, (title, queryset, tone) in enumerate(cases.inbox(user)):
        rows = list(showing.listed(queryset).order_by("stage_due_at", "id")[: FIRST + 1])
        count = queryset.count() if len(rows) > FIRST else len(rows)
        groups.append(
            {
                "title": title,
                "tone": tone,
                "count": count,
                "more": len(rows) > FIRST,
                "rows": showing.rows(rows[:FIRST]),
                "url": f"{reverse('desk:cases')}?{urlencode({'group': index + 1})}",
            }
        )
    return render(
        request,
        "desk/inbox.html",
        {
            "groups": groups,
            "idle": [g["title"] for g in groups if not g["count"]],
            "waiting": sum(g["count"] for g in groups),
            "reads_only": bool(user.roles) and user.roles <= {Role.AUDITOR},
            "may_report": user.has_perm("cases.report_case"),
        },
    )
