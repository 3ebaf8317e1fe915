"""Pages of people: the list, one person with appointments, and what the office does to accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yipanqi.kernel.api import now
from yipanqi.kernel.paging import keyset_page
from yipanqi.people import actions, selectors
from yipanqi.people.forms import AppointForm, NewUserForm, UserFilter, UserForm
from yipanqi.people.models import Appointment, Role, User
from yipanqi.people.views import must_have, try_form

#: So many one-time passwords at a time: making each costs a tenth of a second on purpose.
SLIPS = 50
ACCOUNT_MOVES = {
    "deactivate": (actions.deactivate_user, gettext_lazy("已停用，登录和令牌随即失效。")),
    "reactivate": (actions.reactivate_user, gettext_lazy("已重新启用。")),
    "unlock": (actions.unlock_user, gettext_lazy("已解除登录锁定，本人现在可以再试。")),
    "second-factor": (actions.remove_second_factor, gettext_lazy("已解除两步验证，请提醒本人尽快重新启用。")),
}


def _seen(request: HttpRequest, username: str) -> User:
    return get_object_or_404(selectors.visible_users(request.user), username=username)


@login_required
@require_safe
def users(request: HttpRequest) -> HttpResponse:
    """The people one may see, filtered by name, role, unit and state."""
    form = UserFilter(request.GET)
    wanted = {**form.cleaned_data} if form.is_valid() else {}
    wanted["unit"] = wanted["unit"].code if wanted.get("unit") else ""
    found = selectors.filtered_users(selectors.visible_users(request.user), **wanted)
    page = keyset_page(found, ("username",), request.GET.get("cursor"), 50)
    selectors.with_appointments(page.items)
    query = request.GET.copy()
    query["cursor"] = page.next or ""
    context = {"users": page.items, "form": form, "next_url": f"?{query.urlencode()}" if page.next else "", "tab": "users"}
    may_add = request.user.has_perm("people.add_user")
    n_waiting = selectors.without_password(User.objects.all()).count() if may_add else 0
    return render(request, "people/users.html", context | {"can_add": may_add, "n_waiting": n_waiting})


@login_required
@never_cache
def first_passwords(request: HttpRequest) -> HttpResponse:
    """People who cannot sign in yet, for example just imported: give them one-time passwords, as slips to hand over."""
    must_have(request, "people.add_user")
    waiting = selectors.without_password(selectors.visible_users(request.user)).exclude(username=request.user.get_username())
    slips: list[tuple[User, str]] = []
    if request.method == "POST":
        chosen = waiting.filter(username__in=request.POST.getlist("user")).order_by("username")[:SLIPS]
        with transaction.atomic():
            slips = [(person, actions.reset_password(person, by=request.user, at=now())) for person in chosen]
        if not slips:
            messages.error(request, _("请先勾选人员。"))
    rows = selectors.with_appointments(list(waiting.order_by("username")[:SLIPS]))
    return render(request, "people/first_passwords.html", {"slips": slips, "rows": rows, "n": waiting.count(), "most": SLIPS, "days": selectors.first_password_days(), "tab": "users"})


def _person_page(request: HttpRequest, person: User, **more: Any) -> HttpResponse:
    may = request.user.has_perm
    context = {
        "person": person,
        "posts": person.appointments.select_related("unit").order_by("-starts_on", "unit__sort_key"),
        "today": timezone.localdate(),
        "form": AppointForm(),
        "days": selectors.first_password_days(),
        "password_over": selectors.why_password_over(person, now()),
        "can_change": may("people.change_user", person),
        "can_appoint": may("people.appoint", person),
        "can_reveal": bool(person.phone) and may("people.reveal_phone", person),
        "tokens": person.tokens.filter(revoked_at__isnull=True) if may("people.revoke_token", person) else [],
        "can_issue": person.is_active and may("people.issue_token", person),
        **more,
    }
    return render(request, "people/user.html", context)


@login_required
@require_safe
def user(request: HttpRequest, username: str) -> HttpResponse:
    """One person with all appointments, past ones too."""
    return _person_page(request, _seen(request, username))


@login_required
@never_cache
def add_user(request: HttpRequest) -> HttpResponse:
    """The form of a new account with its first appointment; the page after it shows the one-time password once."""
    must_have(request, "people.add_user")
    form = NewUserForm(request.POST or None)

    @transaction.atomic
    def make(data: dict[str, Any]) -> tuple[User, str]:
        who: dict[str, Any] = {"by": request.user, "at": now()}
        unit, role = data.pop("unit"), data.pop("role")
        made = actions.add_user(None, **data, **who)
        actions.appoint(made, unit=unit, role=role, **who)
        return made, "" if role == Role.API else actions.reset_password(made, **who)

    if done := try_form(form, make):
        if not done[1]:
            messages.success(request, _("已新增接口账号。接口凭令牌调用，不设登录密码，请在下方签发令牌。"))
        return _person_page(request, User.objects.get(pk=done[0].pk), one_time_password=done[1])
    return render(request, "people/form.html", {"form": form, "title": _("新增人员"), "back": "people:users"})


@login_required
def change_user(request: HttpRequest, username: str) -> HttpResponse:
    """The form of name and email; a phone is only replaced, never shown."""
    found = _seen(request, username)
    must_have(request, "people.change_user")
    form = UserForm(request.POST or None, initial={"name": found.name, "email": found.email})
    form.fields["phone"].help_text = _("现为 %(phone)s；留空则不更改。") % {"phone": found.masked_phone or _("未登记")}

    def save(data: dict[str, Any]) -> User:
        changes = {key: value for key, value in data.items() if key != "phone" or value}
        return actions.change_user(found, **changes, by=request.user, at=now())

    if try_form(form, save):
        messages.success(request, _("已保存。"))
        return redirect("people:user", username)
    return render(request, "people/form.html", {"form": form, "title": _("修改 %(name)s") % {"name": found.name}, "back": "people:users"})


@login_required
@require_POST
def move(request: HttpRequest, username: str, verb: str) -> HttpResponse:
    """Close or open an account, or take off its second factor."""
    if verb not in ACCOUNT_MOVES:
        raise Http404
    act, words = ACCOUNT_MOVES[verb]
    found = _seen(request, username)
    act(found, by=request.user, at=now())
    if verb == "unlock":
        get_adapter(request).forget_failures(request, found.username)
    messages.success(request, words)
    return redirect("people:user", username)


@login_required
@require_POST
@never_cache
def reset_password(request: HttpRequest, username: str) -> HttpResponse:
    """Make a one-time password; it stands on the answer of this request and nowhere else."""
    found = _seen(request, username)
    word = actions.reset_password(found, by=request.user, at=now())
    get_adapter(request).forget_failures(request, found.username)
    return _person_page(request, User.objects.get(pk=found.pk), one_time_password=word)


@login_required
@require_POST
def appoint(request: HttpRequest, username: str) -> HttpResponse:
    """Give a person a further appointment."""
    found = _seen(request, username)
    form = AppointForm(request.POST)
    if try_form(form, lambda data: actions.appoint(found, **data, by=request.user, at=now())):
        messages.success(request, _("已任职。"))
        return redirect("people:user", username)
    return _person_page(request, found, form=form)


@login_required
@require_POST
def end_appointment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End an appointment today."""
    post = get_object_or_404(Appointment, uuid=uuid, user__in=selectors.visible_users(request.user))
    actions.end_appointment(post, on=timezone.localdate(), by=request.user, at=now())
    messages.success(request, _("任职到今天为止。"))
    return redirect("people:user", post.user.username)


@login_required
@require_POST
@never_cache
def reveal_phone(request: HttpRequest, username: str) -> HttpResponse:
    """One number in full, for one look; the journal keeps who looked."""
    number = actions.reveal_phone(_seen(request, username), by=request.user, at=now())
    if request.headers.get("HX-Request"):
        return render(request, "people/_phone.html", {"number": number})
    messages.info(request, _("手机号：%(number)s（本次查看已留痕）") % {"number": number})
    return redirect("people:user", username)
