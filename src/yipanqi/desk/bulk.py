"""The moves that the bar of a list offers for many cases at once."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yipanqi.batches import verbs
from yipanqi.batches.catalogue import VERBS
from yipanqi.cases.states import CASE
from yipanqi.people.models import User


def offered(user: User) -> list[dict[str, str]]:
    """The moves that people in the roles of `user` make on many, each with what is asked before; `quick` ones need nothing
    to be filled in."""
    return [
        {
            "value": verb, "title": str(CASE.moves[verb].title), "confirm": verbs.question(verb, _("所选的案件")),
            "quick": "" if verbs.asks(verb) else "1",
        }
        for verb in VERBS if user.has_perm(f"batches.use_{verb}")
    ]  # fmt: skip
