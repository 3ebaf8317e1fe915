"""Writing: somebody says what is too much, the office answers; a form is let stand for another while."""

from __future__ import annotations

import datetime as dt
import secrets

from django.utils import timezone
from django.utils.translation import gettext as _

from yipanqi.asking import FORMS
from yipanqi.burden import selectors
from yipanqi.burden.models import Complaint, FormReview
from yipanqi.burden.states import COMPLAINT
from yipanqi.kernel.actions import Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor
from yipanqi.messaging import actions as messaging
from yipanqi.messaging.selectors import people_with
from yipanqi.people.models import Role, UnitKind, User

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LONGEST = dt.timedelta(days=366)
#: For so long a repeat is known, as every Idempotency-Key is.
REPEATS = dt.timedelta(days=30)


@action(private=("text", "page", "once", "once_for"))
def complain(_nothing: None, *, text: str, page: str = "", unit_kind: str = "", once: str = "", once_for: str = "", by: Actor, at: dt.datetime) -> Complaint:
    """Somebody at work says what is too much or asked twice. A person who acts signs it; a visitor stays unknown, and then
    the row tells no more than the day, the kind of unit and the kind of page. The journal and the news to the office keep
    the moment: a journal row of another time would look as if the clock had been set back. By `once` and `once_for` a repeat
    is known (`burden.once`).

    Raises:
        Refused: nothing was said.
    """
    if not text.strip():
        raise Refused(_("请写一句：什么太多了，或者哪里重复了。"), field="text")
    user = by if isinstance(by, User) else None
    unit = user.main_unit if user else None
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    made = Complaint.objects.create(
        code="".join(secrets.choice(LETTERS) for _n in range(8)), text=text.strip(), by=user, unit=unit, sent_at=at if user else day,
        page=page[:120] if user else selectors.page_without_names(page), once=once or None, once_for=once_for, unit_kind=unit.kind if unit else unit_kind if unit_kind in UnitKind.values else "",
    )  # fmt: skip
    messaging.tell(None, kind="burden.complaint", facts={"form": "complain", "code": made.code}, why=f"complaint:{made.code}:0", people=people_with(Role.HEAD, Role.DESK), by=SYSTEM, at=at)
    return made


@action
def answer_complaint(complaint: Complaint, *, text: str, by: Actor, at: dt.datetime) -> Complaint:
    """The office answers: what changes, or why it has to stay.

    Raises:
        WrongState: it was answered already.
        Refused: nothing was said.
    """
    COMPLAINT.move(complaint, "answer_complaint")
    if not text.strip():
        raise Refused(_("请写明怎样改，或者为什么不能改。"), field="text")
    complaint.answer, complaint.answered_at = text.strip(), at
    complaint.save()
    if complaint.by is not None:
        facts = {"form": "answer", "code": complaint.code}
        messaging.tell(None, kind="burden.answer", facts=facts, why=f"complaint:{complaint.code}:{at.isoformat()}", people=[complaint.by], by=SYSTEM, at=at)
    return complaint


@action(private=("text",))
def press_complaint(complaint: Complaint, *, text: str, by: Actor, at: dt.datetime) -> Complaint:
    """Whoever has the code says that the answer does not do; the office answers again.

    Raises:
        WrongState: it waits for an answer as it is.
        Refused: nothing was said.
    """
    COMPLAINT.move(complaint, "press_complaint")
    if not text.strip():
        raise Refused(_("请写明还有什么没有解决。"), field="text")
    complaint.text = f"{complaint.text}\n\n{_('【再次反映】')}{text.strip()}"
    complaint.save()
    return complaint


@action
def forget_repeats(_nothing: None, *, by: Actor, at: dt.datetime) -> None:
    """Erase by what repeats of old complaints were known: whoever tries again after so long means another one."""
    Complaint.objects.filter(once__isnull=False, sent_at__lt=at - REPEATS).update(once=None, once_for="")


@action
def renew_form(_nothing: None, *, key: str, until: dt.date, why: str, by: Actor, at: dt.datetime) -> FormReview:
    """The head of the office looked at a form and lets it stand, for a year at most.

    Raises:
        Refused: no such form, no reason, or a day beyond a year.
    """
    if key not in FORMS:
        raise Refused(_("没有登记这张表单。"), field="key")
    if not why.strip():
        raise Refused(_("请写明为什么还需要这张表单。"), field="why")
    today = timezone.localdate(at)
    if not today < until <= today + LONGEST:
        raise Refused(_("有效期最长一年，请重新填写日期。"), field="until")
    return FormReview.objects.create(key=key, until=until, why=why.strip()[:200], decided_at=at)
