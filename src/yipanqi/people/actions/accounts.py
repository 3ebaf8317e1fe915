"""Accounts: users, their passwords, second factors, tokens and telephone numbers."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.kernel.actions import Conflict, Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.personal import keyed_hash
from yipanqi.people import selectors
from yipanqi.people.models import ApiToken, User

USER_FIELDS = ("name", "phone", "email")
USERNAME = re.compile(r"[a-z0-9][a-z0-9_.-]{1,59}")
PHONE = re.compile(r"\+?\d[\d-]{4,19}")
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class UsernameTaken(Conflict):
    """Another account has the user name."""

    message = gettext_lazy("该用户名已被使用，请换一个")


class Deactivated(Conflict):
    """The account is closed."""

    message = gettext_lazy("该账号已停用，请先启用")


def plain_phone(text: str) -> str:
    """A telephone number as stored: without spaces. Raises Refused when it is none."""
    number = re.sub(r"[\s\u3000]", "", text or "")
    if number and not PHONE.fullmatch(number):
        raise Refused(_("电话号码只能有数字和横线，5 到 20 位"), field="phone")
    return number


def phone_digest(text: str) -> str:
    """The keyed hash under which users with this number are found."""
    return keyed_hash(plain_phone(text)) if text else ""


def _fill(user: User, changes: dict[str, Any]) -> None:
    if unknown := set(changes) - {*USER_FIELDS, "language"}:
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    if "phone" in changes:
        changes["phone"] = plain_phone(changes["phone"])
        user.phone_hash = phone_digest(changes["phone"])
    if "name" in changes and not str(changes["name"]).strip():
        raise Refused(_("姓名不能为空"), field="name")
    for key, value in changes.items():
        setattr(user, key, value)


@action(private=("name", "phone", "email", "password"))
def add_user(
    _none: None, *, username: str, name: str, by: Actor, at: dt.datetime, phone: str = "", email: str = "", password: str | None = None
) -> User:
    """Open an account. Without `password` nobody can sign in with it until `reset_password` gave out a first one.

    Raises:
        UsernameTaken: another account has this user name.
        Refused: user name, name or telephone number are not usable.
    """
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Refused(_("用户名用小写字母、数字、点、横线或下划线，2 到 60 个字，以字母或数字开头"), field="username")
    if User.objects.filter(username=username).exists():
        raise UsernameTaken(field="username")
    user = User(username=username, date_joined=at)
    _fill(user, {"name": name.strip(), "phone": phone, "email": email})
    user.set_password(password)
    user.save()
    return user


@action(private=("name", "phone", "email"))
def change_user(user: User, *, by: Actor, at: dt.datetime, **changes: Any) -> User:
    """Correct name, phone or email of an account. Refused: the name is empty or the number is none."""
    _fill(user, changes)
    user.save()
    return user


@action
def deactivate_user(user: User, *, by: Actor, at: dt.datetime) -> User:
    """Close an account: its sessions end, its tokens are revoked. Nothing it ever did is removed.

    Raises:
        Deactivated: it is closed already.
    """
    if not user.is_active:
        raise Deactivated(_("该账号已经停用"))
    user.is_active = False
    user.save()
    end_sessions(user)
    user.tokens.filter(revoked_at__isnull=True).update(revoked_at=at)
    return user


@action
def reactivate_user(user: User, *, by: Actor, at: dt.datetime) -> User:
    """Open a closed account again. Conflict: it is open."""
    if user.is_active:
        raise Conflict(_("该账号正在使用，无须启用"))
    user.is_active = True
    user.save()
    return user


@action
def reset_password(user: User, *, by: Actor, at: dt.datetime) -> str:
    """Give a user a one-time password, returned once; it must be changed at the next sign-in, and expires unless that is soon.

    Ends all its sessions and revokes its tokens: whoever asks for a new password may have lost more than the old one.

    Raises:
        Deactivated: the account is closed.
        Refused: it belongs to a program, which signs in by token alone.
    """
    if not user.is_active:
        raise Deactivated()
    if user.is_program:
        raise Refused(_("接口账号凭令牌调用，不设登录密码"))
    password = "-".join("".join(secrets.choice(ALPHABET) for _n in range(4)) for _group in range(3))
    user.set_password(password)
    user.must_change_password, user.password_given_at = True, at
    user.save()
    end_sessions(user)
    user.tokens.filter(revoked_at__isnull=True).update(revoked_at=at)
    return password


def end_sessions(user: User) -> None:
    """Sign a user out everywhere, for good: a session does not come back when the account is opened again."""
    for session in UserSession.objects.filter(user=user):
        session.end()


@action
def unlock_user(user: User, *, by: Actor, at: dt.datetime) -> User:
    """Let somebody try again who was locked out after wrong passwords; the page forgets the failures counted so far.

    Raises:
        Deactivated: the account is closed.
    """
    if not user.is_active:
        raise Deactivated()
    return user


@action(private=("password",))
def change_password(user: User, *, password: str, by: Actor, at: dt.datetime) -> User:
    """Choose a new password for oneself. The sign-in pages have held it against the password policy before.

    Raises:
        Refused: it is the one in use, or the one-time password that is to be replaced has expired.
    """
    if over := selectors.why_password_over(user, at):
        raise Refused(over)
    if user.check_password(password):
        raise Refused(_("新密码不能与原密码相同"))
    user.set_password(password)
    user.must_change_password, user.password_given_at = False, None
    user.save()
    return user


@action
def remove_second_factor(user: User, *, by: Actor, at: dt.datetime) -> User:
    """Take the second factor off an account whose owner lost the telephone. Conflict: there is none."""
    if not Authenticator.objects.filter(user=user).exists():
        raise Conflict(_("该账号没有启用两步验证"))
    Authenticator.objects.filter(user=user).delete()
    return user


@action
def change_second_factor(user: User, *, change: str, by: Actor, at: dt.datetime) -> User:
    """Write down what a person did with the own second factor; the sign-in library has done it already.

    Args:
        change: "on", "off" or "new_codes".
    """
    if change not in ("on", "off", "new_codes"):
        raise ValueError(change)
    return user


@action(private=("phone", "email"))
def change_own_profile(user: User, *, by: Actor, at: dt.datetime, **changes: Any) -> User:
    """Change one's own phone, email or language; the name belongs to the office.

    Raises:
        Refused: the number is none, or the language is not offered.
    """
    if "name" in changes:
        raise Refused(_("姓名由创城办维护，请联系值班台更正"), field="name")
    if changes.get("language", user.language) not in dict(settings.LANGUAGES):
        raise Refused(_("没有这种界面语言"), field="language")
    _fill(user, changes)
    user.save()
    return user


@action
def reveal_phone(user: User, *, by: Actor, at: dt.datetime) -> str:
    """One person's telephone number in full; the journal keeps who looked and when."""
    return user.phone


@action
def issue_token(user: User, *, name: str, by: Actor, at: dt.datetime, expires_at: dt.datetime | None = None) -> str:
    """Give out a bearer token of the API for `user`; returned once, only its SHA-256 is kept. `name` says what for.

    Raises:
        Deactivated: the account is closed.
        Refused: no name, or the token would already have expired.
    """
    if not user.is_active:
        raise Deactivated()
    if not name.strip():
        raise Refused(_("请写明令牌的用途"), field="name")
    if expires_at and expires_at <= at:
        raise Refused(_("到期时间须在现在之后"), field="expires_at")
    token = "ypq_" + secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).hexdigest()
    ApiToken(user=user, name=name.strip()[:60], digest=digest, created_at=at, expires_at=expires_at).save()
    return token


@action
def note_token_use(token: ApiToken, *, on: dt.date, by: Actor, at: dt.datetime) -> ApiToken:
    """A token was used on a day; told once a day, so that an unused one can be found and revoked."""
    token.last_used_on = on
    token.save(update_fields=["last_used_on"])
    return token


@action
def revoke_token(token: ApiToken, *, by: Actor, at: dt.datetime) -> ApiToken:
    """End a token at once. Conflict: it is revoked already."""
    if token.revoked_at:
        raise Conflict(_("这个令牌已经作废"))
    token.revoked_at = at
    token.save()
    return token
