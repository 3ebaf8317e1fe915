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


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The groups of one's own inbox with counts and first rows; a leader's home is the board, an administrator's the system page."""
    user = person(request)
    if user.roles and user.roles <= {Role.LEADER}:
        return redirect("desk:board")
    if user.roles and user.roles <= {Role.ADMIN}:
        return redirect("desk:system")
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
