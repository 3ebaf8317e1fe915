"""Moves that are made on many cases, exports that the worker writes, and the office's settings. Apps above add exports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yipanqi.cases.models import Case
from yipanqi.kernel.catalogue import Catalogue
from yipanqi.kernel.policy import policy
from yipanqi.people.models import User
from yipanqi.sheets import Layout


@dataclass(frozen=True)
class Verb:
    """A move as it is made on many: what is asked beforehand, which fields of the move's form, which of them may be left
    open though the form of one case asks for them, and what it does with one case, told in a word or two.

    `required` are fields that must be filled in though the form of one case leaves them open: nobody looked at each by
    itself. `apart` are conditions on rows, with the reason, of cases that are not done with many others; `alone` says so of
    one case that is at hand. `back` is the verb that takes it back, where there is one.
    """

    confirm: Any
    make: Callable[[Case, Mapping[str, Any], User, dt.datetime], str]
    fields: tuple[str, ...] = ()
    optional: Mapping[str, Any] = field(default_factory=dict)  # field to the label it then has
    back: str = ""
    required: Mapping[str, Any] = field(default_factory=dict)  # field to the label it then has
    apart: tuple[tuple[Q, Any], ...] = ()
    alone: Callable[[Case, User], str] = lambda _case, _by: ""


@dataclass(frozen=True)
class Export:
    """A table that the worker writes: who may have it, its layout, its rows as the person sees them, and its line in the
    journal. All get the person and what was given when it was asked for."""

    title: Any
    may: Callable[[User, Mapping[str, Any]], bool]
    layout: Callable[[User, Mapping[str, Any]], Layout]
    rows: Callable[[User, Mapping[str, Any]], Iterator[Mapping[str, Any]]]
    note: Callable[[User, Mapping[str, Any], int, dt.datetime], None]


VERBS: Catalogue[Verb] = Catalogue("moves on many cases")
EXPORTS: Catalogue[Export] = Catalogue("exports of the worker")

MOST = policy("batches.most_cases", 10_000, _("一次批量办理最多多少条案件"))
AT_ONCE = policy("batches.at_once", 50, _("多少条以内的批量办理当场办完"), help=_("超过的在后台分段办理，页面显示进度，办完发消息。"))
EXPORT_AT_ONCE = policy("batches.export_at_once", 20_000, _("多少行以内的导出当场下载"), help=_("超过的在后台生成，办完后凭链接下载，链接一天内有效，只供本人。"))
KEEP_DAYS = policy("batches.keep_days", 180, _("批量办理记录保存天数"), least=1, most=3650)
