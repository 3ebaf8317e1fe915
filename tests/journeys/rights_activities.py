"""Who may do what about activities: those who hold them, and volunteers about their own places. The team is that of `captain`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from tests.journeys.written_board_rights import Act, _
from yipanqi.activities import actions, pattern
from yipanqi.activities.models import Activity, Shift, SignUp
from yipanqi.kernel.actors import SYSTEM
from yipanqi.teams.models import ServiceKind, Team
from yipanqi.volunteers.models import Volunteer

HOLDERS, OWN, PEOPLE = {"centre", "station", "captain"}, {"volunteer"}, {"volunteer", "captain"}
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
SOON = timezone.now().replace(minute=0, second=0, microsecond=0) + 5 * DAY
WHEN = {"starts_at": f"{timezone.localtime(SOON):%Y-%m-%dT%H:%M}", "ends_at": f"{timezone.localtime(SOON + HOUR):%Y-%m-%dT%H:%M}"}
PLAN = {"title": "上街", "kind": "care", "level": "station", "about": "清理", "address": "新华路", "min_age": "16"}


def _lines(prefix: str, *rows: dict[str, Any]) -> dict[str, Any]:
    sent: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
    return sent | {f"{prefix}-{n}-{name}": str(value) for n, row in enumerate(rows) for name, value in row.items()}


ROLE = _lines("roles", {"name": "志愿者", "limit": 4})
SHIFTS = _lines("shifts", {"starts": "08:30", "ends": "10:30", "role": "志愿者", "limit": 5})
RECURS = {**PLAN, "how": "weekly", "weekdays": ["SA", "SU"], "interval": "1"}


def prepare(board: Any) -> None:
    """Activities in each state, shifts with the places of `volunteer` and `captain`, swaps both ways, a series, a calendar."""
    team, kind = Team.objects.get(code="DW1"), ServiceKind.objects.get(key="care")
    given: dict[str, Any] = {"by": SYSTEM, "at": timezone.now()}
    own, captain = (Volunteer.objects.get(user=board.people[name]) for name in ("volunteer", "captain"))
    days = iter(range(1, 40))

    def activity(opened: bool = True, limit: int = 3) -> Activity:
        start = SOON + next(days) * DAY
        roles = [{"name": "志愿者", "limit": limit}]
        made = actions.add_activity(
            None, title="上街", kind=kind, level="station", team=team, about="清理", address="新华路", starts_at=start, ends_at=start + HOUR,
            shifts=[{"starts_at": start, "ends_at": start + HOUR, "roles": roles}], **given,
        )  # fmt: skip
        return actions.open_activity(made, **given) if opened else made  # type: ignore[no-any-return]

    def place(who: Volunteer, shift: Shift | None = None) -> SignUp:
        shift = shift or activity().shifts.get()
        return actions.sign_up(shift, role=shift.roles.get(), volunteer=who, by=who.user, at=timezone.now())  # type: ignore[no-any-return]

    past = {"starts_at": SOON - 20 * DAY, "ends_at": SOON - 20 * DAY + HOUR}
    over, closed = activity(), activity()
    for one in (over, closed):
        Shift.objects.filter(activity=one).update(**past)
        Activity.objects.filter(pk=one.pk).update(**past)
    actions.close_activity(Activity.objects.get(pk=closed.pk), report="好", **given)
    free = activity().shifts.get()
    mine, theirs = place(own), place(captain)
    asked = actions.ask_swap(place(captain), other=own, by=captain.user, at=timezone.now())
    asking = actions.ask_swap(place(own), other=captain, by=own.user, at=timezone.now())
    crowded = place(own)
    roles = [{"name": "志愿者", "limit": 0}]
    actions.change_shift(crowded.shift, starts_at=crowded.shift.starts_at, ends_at=crowded.shift.ends_at, roles=roles, **given)
    template = pattern.stored(kind=kind, level="station", about="清理", address="新华路", shifts=[{"from": "08:30", "to": "10:30", "roles": [{"name": "志愿者", "limit": 5}]}])
    series = actions.add_series(None, title="每日巡查", rule="FREQ=DAILY", starts_on=timezone.localdate(), template=template, team=team, **given)
    feed = actions.add_feed(None, kind="own", by=own.user, at=timezone.now())
    board.told |= {
        "a_draft": activity(opened=False).code, "a_open": activity().code, "a_over": over.code, "a_closed": closed.code, "a_shift": free.uuid, "a_role": str(free.roles.get().pk),
        "a_mine": mine.uuid, "a_theirs": theirs.uuid, "a_asked": asked.uuid, "a_asking": asking.uuid, "a_crowded": crowded.uuid, "a_series": series.uuid, "a_feed": feed.about.uuid,
        "a_number": captain.number, "a_day": (timezone.localdate() + 3 * DAY).isoformat(), "a_later": (timezone.localdate() + 4 * DAY).isoformat(),
    }  # fmt: skip


RUN, SHIFT, SERIES, API = "/activities/run/", "/activities/run/shifts/{a_shift}/", "/activities/run/series/{a_series}/", "/api/v1/"
NEW = {**PLAN, "team": "DW1", "starts_at": SOON.isoformat(), "ends_at": (SOON + HOUR).isoformat(), "min_age": 16}
PLANNED = {"starts_at": (SOON + HOUR).isoformat(), "ends_at": (SOON + 2 * HOUR).isoformat(), "roles": [{"name": "志愿者", "limit": 4}]}
ACTS = [
    Act("activities.add_activity", f"{RUN}new/", HOLDERS, _(holder="team:DW1", **PLAN, **WHEN, **ROLE)),
    Act("activities.add_activity", f"{API}activities", HOLDERS, _(**NEW), json=True),
    Act("activities.open_activity", RUN + "{a_draft}/moves/open_activity/", HOLDERS),
    Act("activities.open_activity", API + "activities/{a_draft}/moves/open_activity", HOLDERS, json=True),
    Act("activities.change_activity", RUN + "{a_open}/edit/", HOLDERS, _(**PLAN)),
    Act("activities.change_activity", API + "activities/{a_open}/moves/change_activity", HOLDERS, _(**{**PLAN, "min_age": 16}), json=True),
    Act("activities.cancel_activity", RUN + "{a_open}/moves/cancel_activity/", HOLDERS, _(why="大风")),
    Act("activities.cancel_activity", API + "activities/{a_open}/moves/cancel_activity", HOLDERS, _(why="大风"), json=True),
    Act("activities.close_activity", RUN + "{a_over}/close/", HOLDERS, _(report="好", **_lines("results"))),
    Act("activities.close_activity", API + "activities/{a_over}/moves/close_activity", HOLDERS, _(report="好"), json=True),
    Act("activities.correct_report", RUN + "{a_closed}/correct/", HOLDERS, _(report="更好", why="漏写", **_lines("results"))),
    Act("activities.correct_report", API + "activities/{a_closed}/moves/correct_report", HOLDERS, _(report="更好", why="漏写"), json=True),
    Act("activities.add_shift", RUN + "{a_open}/shifts/new/", HOLDERS, _(**WHEN, **ROLE)),
    Act("activities.add_shift", API + "activities/{a_open}/moves/add_shift", HOLDERS, _(**PLANNED), json=True),
    Act("activities.change_shift", f"{SHIFT}edit/", HOLDERS, _(**WHEN, **ROLE)),
    Act("activities.change_shift", API + "shifts/{a_shift}/moves/change_shift", HOLDERS, _(**PLANNED), json=True),
    Act("activities.brief_shift", f"{SHIFT}moves/brief_shift/", HOLDERS, _(text="注意车辆")),
    Act("activities.brief_shift", API + "shifts/{a_shift}/moves/brief_shift", HOLDERS, _(text="注意车辆"), json=True),
    Act("activities.cancel_shift", f"{SHIFT}moves/cancel_shift/", HOLDERS, _(why="大风")),
    Act("activities.cancel_shift", API + "shifts/{a_shift}/moves/cancel_shift", HOLDERS, _(why="大风"), json=True),
    Act("activities.sign_up", "/activities/shifts/{a_shift}/sign-up/", PEOPLE, _(role="{a_role}")),
    Act("activities.sign_up", API + "shifts/{a_shift}/moves/sign_up", PEOPLE, _(role="志愿者"), json=True),
    Act("activities.sign_up", f"{SHIFT}say/", HOLDERS, _(volunteer="{a_number}", role="{a_role}", said_how="phone")),
    Act("activities.withdraw", "/activities/sign-ups/{a_mine}/withdraw/", OWN),
    Act("activities.withdraw", "/activities/run/sign-ups/{a_mine}/moves/withdraw/", HOLDERS, _(said_how="phone")),
    Act("activities.withdraw", API + "sign-ups/{a_mine}/moves/withdraw", OWN | HOLDERS, _(said_how="phone"), json=True),
    Act("activities.keep_sign_up", "/activities/run/sign-ups/{a_crowded}/moves/keep_sign_up/", HOLDERS),
    Act("activities.keep_sign_up", API + "sign-ups/{a_crowded}/moves/keep_sign_up", HOLDERS, json=True),
    Act("activities.remove_sign_up", "/activities/run/sign-ups/{a_mine}/moves/remove_sign_up/", HOLDERS, _(why="岗位合并")),
    Act("activities.remove_sign_up", API + "sign-ups/{a_mine}/moves/remove_sign_up", HOLDERS, _(why="岗位合并"), json=True),
    Act("activities.ask_swap", "/activities/sign-ups/{a_mine}/swap/", OWN, _(theirs="{a_theirs}")),
    Act("activities.ask_swap", API + "sign-ups/{a_mine}/moves/ask_swap", OWN, _(theirs="{a_theirs}"), json=True),
    Act("activities.agree_to_swap", "/activities/swaps/{a_asked}/agree_to_swap/", OWN),
    Act("activities.agree_to_swap", API + "swaps/{a_asked}/moves/agree_to_swap", OWN, json=True),
    Act("activities.refuse_swap", "/activities/swaps/{a_asked}/refuse_swap/", OWN),
    Act("activities.refuse_swap", API + "swaps/{a_asked}/moves/refuse_swap", OWN, json=True),
    Act("activities.take_back_swap", "/activities/swaps/{a_asking}/take_back_swap/", OWN),
    Act("activities.take_back_swap", API + "swaps/{a_asking}/moves/take_back_swap", OWN, json=True),
    Act("activities.add_feed", "/activities/feeds/add/", PEOPLE, _(what="own")),
    Act("activities.revoke_feed", "/activities/feeds/{a_feed}/revoke/", OWN),
    Act("activities.add_series", f"{RUN}series/new/", HOLDERS, _(holder="team:DW1", starts_on="2030-01-01", **RECURS, **SHIFTS)),
    Act("activities.skip_date", f"{SERIES}moves/skip_date/", HOLDERS, _(on="{a_day}", why="寒潮")),
    Act("activities.move_date", f"{SERIES}moves/move_date/", HOLDERS, _(on="{a_day}", to="{a_later}", why="调休")),
    Act("activities.change_following", f"{SERIES}change/", HOLDERS, _(since="{a_day}", **RECURS, **SHIFTS)),
    Act("activities.end_series", f"{SERIES}moves/end_series/", HOLDERS, _(why="结束")),
]

WITHOUT_A_PAGE = {"activities.move_up", "activities.make_coming", "activities.remind", "activities.leave_shifts"}
SHEETS = {"activities": {"centre"}}
EXPORTED_BY_AUDITOR = {"activities"}
