"""Daily work on people."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.people import actions, selectors


@job(every=dt.timedelta(days=1), title=_("清除离任满三十天人员的电话和邮箱"))
def erase_contacts_of_the_departed(now: dt.datetime) -> None:
    """Erases telephone and e-mail of people thirty days after their last appointment ended."""
    for user in selectors.contacts_past_term(now).order_by("pk"):
        actions.erase_staff_contact(user, by=SYSTEM, at=now)
