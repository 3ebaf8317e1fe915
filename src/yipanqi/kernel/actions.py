"""The only thing that writes. See ARCHITECTURE.md, "action"."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel import journal
from yipanqi.kernel.permissions import why_not
from yipanqi.kernel.stamps import one_look

F = TypeVar("F", bound=Callable[..., Any])


class Refused(Exception):
    """An expected refusal. ``str(error)`` is a sentence for the user: what is wrong and what to do."""

    message: Any = _("无法完成此操作")
    status = 422

    def __init__(self, message: Any = None, *, field: str | None = None) -> None:
        super().__init__(str(message or self.message))
        self.field = field


class NotAllowed(Refused):
    """The actor's rule forbids the action."""

    message = _("您没有进行此操作的权限")
    status = 403


class Conflict(Refused):
    """Somebody else was first; the sentence says who and what."""

    message = _("内容已被他人更新，请刷新后重试")
    status = 409


@dataclass(frozen=True)
class ActionSpec:
    """What the registry knows of an action: its name, function and the arguments kept out of the journal."""

    name: str
    fn: Callable[..., Any]
    private: frozenset[str]
    offline: bool

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.fn) or ""


ACTIONS: dict[str, ActionSpec] = {}


def lock(subject: Any) -> Any:
    """Re-read a saved row under a row lock, so that what the action decides on is what is in the database.

    A model's `lock_first` names related rows that are always locked before its own, so that nobody waits in a circle.
    """
    if not isinstance(subject, models.Model) or subject.pk is None:
        return subject
    for name in getattr(subject, "lock_first", ()):
        lock(getattr(subject, name))
    manager = subject.__class__._base_manager  # not type(): request.user is a lazy wrapper
    return manager.select_for_update().get(pk=subject.pk)


def lock_several(subject: Any, kwargs: dict[str, Any], also: tuple[str, ...]) -> Any:
    """`lock`, together with the rows of the same kind in the arguments `also`: all in the order of their ids."""
    named = {name: kwargs[name] for name in also if kwargs.get(name) is not None}
    if not named:
        return lock(subject)
    rows = {row.pk: lock(row) for row in sorted((subject, *named.values()), key=lambda row: row.pk)}
    kwargs.update({name: rows[row.pk] for name, row in named.items()})
    return rows[subject.pk]


def action(fn: F | None = None, *, private: tuple[str, ...] = (), also: tuple[str, ...] = (), offline: bool = False) -> Any:
    """Make a function an action: one transaction, a locked subject, its rule, a journal row.

    The first argument is what the rule is about (None where something new is made); everything else is a keyword;
    `by` (an Actor) and `at` (an aware datetime) are always among them. Arguments named in `also` are rows of the same
    kind that the action changes or relies on: they are locked and re-read as the subject is.

    Raises:
        NotAllowed: the rule of the same name turns `by` away.
    """

    def wrap(function: F) -> F:
        name = f"{function.__module__.split('.')[1]}.{function.__name__}"

        @functools.wraps(function)
        def call(subject: Any = None, /, **kwargs: Any) -> Any:
            by = kwargs["by"]
            with transaction.atomic(), one_look():
                subject = lock_several(subject, kwargs, also)
                if not by.has_perm(name, subject):
                    raise NotAllowed(why_not(name))
                result = function(subject, **kwargs)
                journal.write(journal.entry(name, subject if subject is not None else result, kwargs, spec.private))
            return result

        spec = ActionSpec(name, function, frozenset(private), offline)
        ACTIONS[name] = spec
        call.spec = spec  # type: ignore[attr-defined]
        return call  # type: ignore[return-value]

    return wrap(fn) if fn is not None else wrap
