"""The running inspection round of the sample city: places on the inspectors' phones, the first ones judged."""

from __future__ import annotations

import datetime as dt
from uuid import NAMESPACE_URL, uuid5

from yipanqi.demo.load_board import BoardLoader
from yipanqi.inspections import actions
from yipanqi.standards.selectors import current_edition

PLACES, VISITED = 40, 12
INSPECTORS = ("inspector", "inspector02")


def load_round(board: BoardLoader, now: dt.datetime) -> None:
    """Open this month's routine round and relive its visits so far, through the real actions."""
    at = now - dt.timedelta(days=2)
    office = board.users["office"]
    inspectors = [board.users[login] for login in INSPECTORS]
    places = [p for p in board.places.values() if p.status == "active"][:PLACES]
    campaign = actions.add_campaign(
        None, name=f"{now:%Y年%m月}日常检查", kind="routine", edition=current_edition(),
        starts_on=at.date(), ends_on=at.date() + dt.timedelta(days=28), by=office, at=at,
    )  # fmt: skip
    campaign = actions.assign_places(campaign, places=places, inspectors=inspectors, by=office, at=at)
    campaign = actions.open_campaign(campaign, by=office, at=at)
    rows = campaign.campaign_places.select_related("place", "inspector").order_by("id")[:VISITED]
    for number, row in enumerate(rows):
        moment = at + dt.timedelta(minutes=20 * number)
        by = row.inspector or inspectors[0]
        visit = actions.start_visit(
            campaign, place=row.place, uuid=uuid5(NAMESPACE_URL, f"demo-visit-{number}"), by=by, at=moment
        )
        visit = actions.pass_rest(visit, by=by, at=moment + dt.timedelta(minutes=10))
        actions.finish_visit(visit, by=by, at=moment + dt.timedelta(minutes=12))
