"""One's own account: what is known of me, how I sign in, my tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yipanqi.kernel.api import now
from yipanqi.people import actions, selectors
from yipanqi.people.forms import ProfileForm, TokenForm
from yipanqi.people.models import ApiToken, User
from yipanqi.people.views import try_form


def _own_page(request: HttpRequest, form: ProfileForm, **more: Any) -> HttpResponse:
    person = request.user
    assert isinstance(person, User)
    context = {
        "form": form,
        "token_form": TokenForm(),
        "tokens": person.tokens.filter(revoked_at__isnull=True).order_by("-created_at"),
        "has_second_factor": get_adapter().is_mfa_enabled(person),
        **more,
    }
    return render(request, "people/own_profile.html", context)


@login_required
def own_profile(request: HttpRequest) -> HttpResponse:
    """What is known of me, and what I may change of it."""
    person = request.user
    assert isinstance(person, User)
    form = ProfileForm(request.POST or None, initial={"email": person.email})
    form.fields["phone"].help_text = _("现为 %(phone)s。加密保存；留空则不更改。") % {"phone": person.masked_phone or _("未登记")}

    def save(data: dict[str, Any]) -> User:
        changes = {"email": data["email"]}
        if data["phone"] or data["remove_phone"]:
            changes["phone"] = "" if data["remove_phone"] else data["phone"]
        return actions.change_own_profile(person, **changes, by=person, at=now())

    if try_form(form, save):
        messages.success(request, _("已保存。"))
        return redirect("people:own_profile")
    return _own_page(request, form)


@login_required
@require_POST
@never_cache
def issue_token(request: HttpRequest, username: str) -> HttpResponse:
    """A new token for oneself or a program's account; it stands on the answer of this request and nowhere else."""
    found = get_object_or_404(selectors.visible_users(request.user), username=username)
    form = TokenForm(request.POST)
    token = try_form(form, lambda data: actions.issue_token(found, **data, by=request.user, at=now()))
    own = found.pk == request.user.pk
    more = {"person": found, "new_token": token, "token_form": form, "own": own}
    return _own_page(request, ProfileForm(), **more) if own else render(request, "people/token.html", more)


@login_required
@require_POST
def revoke_token(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End a token at once."""
    token = get_object_or_404(ApiToken, uuid=uuid, user__in=selectors.visible_users(request.user))
    actions.revoke_token(token, by=request.user, at=now())
    messages.success(request, _("令牌已作废。"))
    return redirect("people:own_profile") if token.user_id == request.user.pk else redirect("people:user", token.user.username)
