"""Rules and institutions 制度: one row a version, each in force from a day until a day."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from yipanqi.files import actions as files
from yipanqi.files.models import Attachment
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import Actor
from yipanqi.teams.actions.filling import Ended, fill, given_code, last_day
from yipanqi.teams.models import INSTITUTION_PAPERS, Institution

INSTITUTION_FIELDS = ("title", "issuer", "text", "in_force_from")


@action
def add_institution(
    _none: None, *, code: str = "", title: str, issuer: str, in_force_from: dt.date, text: str = "", paper: Attachment | None = None, by: Actor, at: dt.datetime
) -> Institution:  # fmt: skip
    """A rule or institution enters the register as its first version, in words, as a document file (`paper`), or both.

    Raises:
        CodeTaken: another has the code.
        Refused: a blank title, or neither words nor a file.
    """
    made = Institution(code=given_code(Institution, code, "R"))
    return _kept(made, {"title": title, "issuer": issuer, "text": text, "in_force_from": in_force_from}, paper, by, at)


@action
def revise_institution(
    institution: Institution, *, title: str, issuer: str, in_force_from: dt.date, text: str = "", paper: Attachment | None = None, by: Actor, at: dt.datetime
) -> Institution:  # fmt: skip
    """A new version, from the day on which the one before is in force no more.

    Raises:
        Ended: it was repealed, or a newer version is there already.
        Refused: a day that is not after the one on which the version before began; as `add_institution`.
    """
    newest = Institution.objects.filter(code=institution.code).order_by("-version")[0]
    if newest.pk != institution.pk or institution.in_force_until is not None:
        raise Ended(_("这个版本已被修订或废止，请在最新版本上修订"))
    if in_force_from <= institution.in_force_from:
        raise Refused(_("新版本的施行日期应晚于上一版本的 %(day)s") % {"day": institution.in_force_from.isoformat()}, field="in_force_from")
    institution.in_force_until = in_force_from
    institution.save()
    made = Institution(code=institution.code, version=institution.version + 1)
    return _kept(made, {"title": title, "issuer": issuer, "text": text, "in_force_from": in_force_from}, paper, by, at)


@action
def repeal_institution(institution: Institution, *, on: dt.date, by: Actor, at: dt.datetime) -> Institution:
    """In force no more from a day on, without a version after it. Raises Ended where it has an end already."""
    last_day(institution, on)
    institution.save()
    return institution


def _kept(made: Institution, values: dict[str, object], paper: Attachment | None, by: Actor, at: dt.datetime) -> Institution:
    fill(made, values, INSTITUTION_FIELDS, named="title")
    if not made.text and paper is None:
        raise Refused(_("请写明制度内容，或者上传文件"), field="text")
    made.save()
    if paper is not None:
        files.attach(paper, subject_kind=INSTITUTION_PAPERS, subject_ref=made.paper_ref, by=by, at=at)
    return made
