"""The sign-in library's forms with our words: labels instead of grey hints inside the fields."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.api import now
from yipanqi.people.models import User
from yipanqi.people.selectors import why_password_over
from yipanqi.volunteers.selectors import username_of_phone

LABELS = {
    "login": gettext_lazy("用户名"),
    "password": gettext_lazy("密码"),
    "oldpassword": gettext_lazy("当前密码"),
    "password1": gettext_lazy("新密码"),
    "password2": gettext_lazy("再输入一次新密码"),
    "code": gettext_lazy("6 位验证码"),
}
HELP = {"password1": gettext_lazy("至少 10 个字符，不能全是数字，不能太常见，也不能与用户名或姓名相近。")}


class _Words(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HELP.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            if name == "code":
                field.widget.attrs.update(inputmode="numeric", autofocus=True)


class SignIn(_Words, LoginForm):  # type: ignore[misc]
    """User name and password; a volunteer's telephone number stands for the user name."""

    def clean_login(self) -> str:
        typed = str(super().clean_login()).lower()
        return typed if User.objects.filter(username=typed).exists() else username_of_phone(typed) or typed

    def clean(self) -> dict[str, Any] | None:
        """Turns away a one-time password that was right once."""
        values: dict[str, Any] | None = super().clean()
        if self.user and (over := why_password_over(self.user, now())):
            raise forms.ValidationError(over)
        return values


class ChangePassword(_Words, ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one, twice."""

    def clean_password1(self) -> str:
        new = str(self.cleaned_data["password1"])
        if self.user.check_password(new):
            raise forms.ValidationError(_("新密码不能与当前密码相同。"))
        return new


class PasswordAgain(_Words, ReauthenticateForm):  # type: ignore[misc]
    """The password once more before something delicate."""


class Code(_Words, AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in: a code of the app or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("验证码或备用码")


class CodeAgain(_Words, CodeAgainForm):  # type: ignore[misc]
    """The second factor once more before something delicate."""


class FirstCode(_Words, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a newly set up app."""
