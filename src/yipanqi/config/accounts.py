"""How people sign in: accounts are made by the office, never by signing up, and passwords change through our action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yipanqi.config.own_pages import apply_language
from yipanqi.kernel.api import now, problem
from yipanqi.kernel.personal import decrypt, encrypt
from yipanqi.people import actions
from yipanqi.people.models import Role
from yipanqi.people.selectors import why_password_over
from yipanqi.volunteers.rules import has_entry

UNUSED = r"^(signup|email|confirm-email|password/set|password/reset|login/code|phone|3rdparty|social)/"
OPEN_ALWAYS = ("/i18n/", "/static/", "/feedback/")
#: Where people of a role begin their work; all others at the inbox, which leads on by itself.
HOMES: dict[str, str] = {Role.INSPECTOR: "mobile:today"}


#: What the sign-in library would mail about, and the word of it in the journal.
SECOND_FACTOR = {
    "mfa/email/totp_activated": "on",
    "mfa/email/totp_deactivated": "off",
    "mfa/email/recovery_codes_generated": "new_codes",
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth as this house uses it."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("用户名或密码不对。请核对大小写后重试；忘记密码请联系创城办重置。"),
        "too_many_login_attempts": _("登录失败次数过多，该账号已暂时锁定，请 5 分钟后再试；急用请联系创城办解除锁定，忘记密码请联系创城办重置。"),
        "account_inactive": _("该账号已停用，请联系创城办。"),
        "enter_current_password": _("当前密码不对，请重新输入。"),
        "incorrect_password": _("密码不对，请重新输入。"),
        "incorrect_code": _("验证码不对或已过期，请输入验证器上现在显示的 6 位数字。"),
        "rate_limited": _("操作太频繁，请稍等几分钟再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page after signing in, where no other was asked for: an inspector's is the list of places to check, a volunteer's
        without an appointment the own page."""
        if not request.user.roles and has_entry(request.user):  # type: ignore[union-attr]
            return reverse("volunteers:me")
        return reverse(HOMES.get(getattr(request.user, "main_role", ""), "desk:inbox"))

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        """Leads on in the person's own language."""
        answer: HttpResponse = super().post_login(request, user, **more)
        apply_language(request, user, answer)
        return answer

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:own_profile")

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        return None

    def set_password(self, user: Any, password: str) -> None:
        """Change the signed-in person's password through the action, so that the journal knows."""
        user.password = actions.change_password(user, password=password, by=user, at=now()).password

    def send_notification_mail(self, template_prefix: str, user: Any, context: Any = None, email: Any = None) -> None:
        """No mail goes out; what somebody did with the second factor goes into the journal."""
        change = SECOND_FACTOR.get(template_prefix)
        if change:
            actions.change_second_factor(user, change=change, by=user, at=now())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted per user name, whatever the host name the page was asked under."""
        return "login:" + str(credentials.get("username", "")).lower()

    def forget_failures(self, request: HttpRequest, username: str) -> None:
        """Lift the lock-out after wrong passwords."""
        self._delete_login_attempts_cached_email(request, username=username)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of the second factor are stored like every personal field: encrypted."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_generate_recovery_codes": _("请先启用验证器，再生成备用码。"),
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)


def not_used(request: HttpRequest, *args: str) -> HttpResponse:
    """Pages of the sign-in library that this house does not offer: signing up, password by email, social accounts."""
    raise Http404


def own_password(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever came in with a one-time password chooses an own one before anything else, the API included, while it is valid."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN_ALWAYS) or not getattr(request.user, "must_change_password", False):
            return get_response(request)
        if over := why_password_over(request.user, now()):  # type: ignore[arg-type]
            return _shown_out(request, get_response, over)
        if request.path.startswith("/accounts/"):
            return get_response(request)
        if not request.path.startswith("/api/"):
            return HttpResponseRedirect(reverse("account_change_password"))
        return get_response(request) if _with_token(request) else problem(403, gettext("请先修改一次性密码，再使用接口"))

    return middleware


def _with_token(request: HttpRequest) -> bool:
    """Whether a bearer token came along, which speaks for another account than the session does."""
    return request.headers.get("Authorization", "").partition(" ")[0].lower() == "bearer"


def _shown_out(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponse], why: str) -> HttpResponse:
    """Ends the session that began with a one-time password which has expired since, and says so at the door."""
    logout(request)
    if request.path.startswith("/api/"):
        return get_response(request) if _with_token(request) else problem(403, why)
    messages.error(request, why)
    return HttpResponseRedirect(reverse("account_login"))
