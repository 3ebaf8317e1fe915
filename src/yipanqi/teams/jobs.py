"""What nobody needs any more is erased."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.jobs import job
from yipanqi.teams import actions, selectors


@job(every=dt.timedelta(days=1), title=_("清除注销满一年的组织的联系人"))
def erase_contacts(now: dt.datetime) -> None:
    """Erases whom to call of organisations that ended a year ago."""
    for organisation in selectors.organisations_to_erase(timezone.localdate(now)):
        actions.erase_contacts(organisation, by=SYSTEM, at=now)
