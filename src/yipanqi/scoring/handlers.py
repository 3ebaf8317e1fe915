"""Units hear of published cards and rulings, the office of objections."""

from __future__ import annotations

from yipanqi.kernel.actors import SYSTEM
from yipanqi.kernel.events import handles
from yipanqi.messaging import actions as messaging
from yipanqi.scoring import selectors
from yipanqi.scoring.events import ObjectionFiled, ObjectionRuled, PeriodPublished


@handles(PeriodPublished)
def tell_of_publication(event: PeriodPublished) -> None:
    """Liaisons and leaders of every unit that has a card."""
    for news in selectors.news_of_publication(event.period_id):
        messaging.tell(None, kind="scoring.published", **news, by=SYSTEM, at=event.at)


@handles(ObjectionFiled)
def tell_of_objection(event: ObjectionFiled) -> None:
    """The office."""
    messaging.tell(None, kind="scoring.objection", **selectors.news_of_objection(event.objection_id), by=SYSTEM, at=event.at)


@handles(ObjectionRuled)
def tell_of_ruling(event: ObjectionRuled) -> None:
    """The unit that objected."""
    messaging.tell(None, kind="scoring.ruled", **selectors.news_of_ruling(event.objection_id), by=SYSTEM, at=event.at)
