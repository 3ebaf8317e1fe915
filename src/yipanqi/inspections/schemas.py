"""What the API takes and gives about campaigns and visits."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field

from yipanqi.inspections import selectors
from yipanqi.inspections.models import Campaign, CampaignPlace, Finding, Visit
from yipanqi.inspections.states import CAMPAIGN, VISIT, CampaignState, VisitState
from yipanqi.kernel.api import ListParams
from yipanqi.kernel.moves import MoveOut, field, moves_out
from yipanqi.standards.models import CheckItem

#: Text without NUL, which databases refuse.
Text = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]
#: What becomes of places that another campaign looks at too.
AGAIN = [("leave_out", _("剔除，不再检查")), ("merge", _("合并，一次检查两个计划都算")), ("keep", _("仍要检查，写明理由"))]
Position = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]


class CampaignOut(Schema):
    """A plan of inspections. Of its `places`, `done` have a finished visit and `missed` were only tried in vain."""

    code: str
    name: str
    kind: Campaign.Kind
    state: CampaignState
    state_title: str
    edition: str
    starts_on: dt.date
    ends_on: dt.date
    cancelled_why: str
    places: int
    done: int
    missed: int


class CampaignDetail(CampaignOut):
    """As in the list, and what may be done next."""

    moves: list[MoveOut]


class CampaignPlaceOut(Schema):
    """A place of a campaign: who looks at it (a user name; null: any inspector), how it stands, its newest visit."""

    place: str
    name: str
    category: str
    area: str | None
    inspector: str | None
    state: Literal["waiting", "open", "finished", "missed"]
    visit: UUID | None
    score: float | None
    merged_with: str | None = Field(description="code of the campaign whose visit serves this one too")
    why_again: str = Field(description="why it is looked at although another campaign was there lately")


class VisitOut(Schema):
    """One look at one place; `score` 0–100 with `n_items` behind it, null unless finished."""

    id: UUID
    campaign: str
    place: str
    state: VisitState
    state_title: str
    started_at: dt.datetime
    finished_at: dt.datetime | None
    missed_at: dt.datetime | None
    missed_why: str
    missed_note: str
    position: tuple[float, float] | None = Field(description="[lon, lat] where the visit began, if known")
    score: float | None
    n_items: int
    why_again: str = Field(description="why it was looked at again so soon after another campaign; empty where it was not")


class NearOut(Schema):
    """An open case of the same class close by: perhaps the same problem."""

    number: str
    title: str
    distance_m: float


class FindingOut(Schema):
    """The result of one check item; letter A, B, C, D (= C#) or NA. `case` was opened or confirmed by it."""

    item: str
    text: str
    observed: dict[str, Any]
    letter: str
    value: float | None
    note: str
    outcome: str
    case: str | None
    near: list[NearOut] = Field(default=[], description="only in the answer to record_finding")


class ItemOut(Schema):
    """What is to be looked at; `open_case` is the case that a failing result would confirm."""

    item: str
    text: str
    kind: str
    measure: str
    target: float | None
    sample: int | None
    weight: float
    critical: bool
    severity: int | None
    open_case: str | None
    judged: bool


class VisitDetail(VisitOut):
    """As in the list, with its items and findings and what may be done next."""

    items: list[ItemOut]
    findings: list[FindingOut]
    moves: list[MoveOut]


class CampaignParams(ListParams):
    """Filters of the campaigns."""

    model_config = ConfigDict(extra="forbid")
    state: CampaignState | None = None
    kind: Campaign.Kind | None = None


class CampaignPlaceParams(ListParams):
    """Places of a campaign, all or those that stand so."""

    model_config = ConfigDict(extra="forbid")
    state: Literal["waiting", "open", "finished", "missed"] | None = None


class VisitParams(ListParams):
    """Filters of the visits by when they began."""

    model_config = ConfigDict(extra="forbid")
    campaign: Text | None = None
    place: Text | None = None
    state: VisitState | None = None
    started_from: AwareDatetime | None = None
    started_to: AwareDatetime | None = None


class _Body(Schema):
    model_config = ConfigDict(extra="forbid")


class CampaignIn(_Body):
    """A plan."""

    name: Text = Field(min_length=1)
    kind: Campaign.Kind
    edition: Text = Field(description="code of an edition")
    starts_on: dt.date
    ends_on: dt.date = Field(description="last day, included")


class ChangeIn(CampaignIn):
    """A plan anew, and what becomes of places that another campaign looks at too only by its new kind or days."""

    again: Literal["", "leave_out", "merge", "keep"] = Field("", description="as for assign_places; 422 without it where there are any")
    why_again: str = Field("", max_length=200, pattern=r"^[^\x00]*$", description="why these are looked at twice; needed with keep")


class AssignIn(_Body):
    """Which places join and who looks at them: places by code, or every active place that fits the filters."""

    places: list[Text] = Field([], max_length=5000, description="place codes; with filters, only those of them that fit")
    category: list[Text] = Field([], max_length=100, description="keys of place categories")
    area: Text | None = Field(None, description="area code; areas below are included")
    not_visited_days: int | None = Field(None, ge=1, le=3660, description="only places not inspected for so many days")
    inspectors: list[Text] = Field([], max_length=500, description="user names; places are shared out evenly; none: any inspector")
    again: Literal["", "leave_out", "merge", "keep"] = Field(
        "", description="what becomes of places that another campaign looked at lately or is to look at soon; 422 without it where there are any"
    )
    why_again: str = Field("", max_length=200, pattern=r"^[^\x00]*$", description="why these are looked at twice; needed with keep")


class RemoveIn(_Body):
    """Places that leave."""

    places: list[Text] = Field(min_length=1, max_length=5000)


class WhyIn(_Body):
    """A reason."""

    why: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")


class StartIn(_Body):
    """Where to begin, and the visit's own id if the caller chooses one."""

    place: Text
    uuid: UUID | None = Field(None, description="the same again answers with the same visit; without it, an unfinished visit goes on")
    position: Position | None = Field(None, description="[lon, lat]")
    why_again: str = Field(
        "", max_length=200, pattern=r"^[^\x00]*$",
        description="why it is looked at again; needed where another campaign was there lately, found nothing amiss, and the plan does not say it",
    )  # fmt: skip


class VisitIn(StartIn):
    """As `StartIn`, under which campaign."""

    campaign: Text


class FindingIn(_Body):
    """What was seen of an item: `observed` is {"na": true}, {"passed": bool}, {"count": number} or {"grade": letter}.

    Anything less than an A is told in words or shown by a photo, something severe by a photo.
    """

    item: Text
    observed: dict[str, bool | float | str]
    note: str = Field("", max_length=500, pattern=r"^[^\x00]*$")
    photos: list[UUID] = Field(default=[], max_length=9)
    on_the_spot: bool = False
    why: str = Field(
        "", max_length=200, pattern=r"^[^\x00]*$",
        description="why an item is judged otherwise; needed where the case that it opened, or its confirmation of one, is withdrawn with it",
    )  # fmt: skip


class GiveUpIn(_Body):
    """Why a place could not be inspected."""

    why: Visit.Missed
    note: str = Field("", max_length=200, pattern=r"^[^\x00]*$")
    photos: list[UUID] = Field(default=[], max_length=9)


def campaign_fields() -> dict[str, list[dict[str, Any]]]:
    """The fields of a campaign's moves."""
    return {
        "change_campaign": [
            field("name", _("计划名称"), required=True),
            field("kind", _("检查类型"), "choice", required=True, choices=Campaign.Kind.choices),
            field("edition", _("测评体系版本"), "code", required=True),
            field("starts_on", _("开始日期"), "date", required=True),
            field("ends_on", _("结束日期"), "date", required=True),
            field("again", _("近期已由其他计划检查的点位"), "choice", choices=AGAIN), field("why_again", _("重复检查的理由")),
        ],
        "assign_places": [
            field("places", _("点位"), "codes"), field("category", _("点位类型"), "codes"), field("area", _("所在区划"), "code"),
            field("not_visited_days", _("多少天内没有检查过"), "integer"), field("inspectors", _("检查员"), "codes"),
            field("again", _("近期已由其他计划检查的点位"), "choice", choices=AGAIN), field("why_again", _("重复检查的理由")),
        ],
        "remove_places": [field("places", _("点位"), "codes", required=True)],
        "cancel_campaign": [field("why", _("取消原因"), required=True)],
        "start_visit": [field("place", _("点位"), "code", required=True), field("uuid", _("检查编号")), field("position", _("位置"), "position"), field("why_again", _("重复检查的理由"))],
    }  # fmt: skip


def visit_fields() -> dict[str, list[dict[str, Any]]]:
    """The fields of a visit's moves."""
    return {
        "record_finding": [
            field("item", _("检查项"), "code", required=True), field("observed", _("所见"), "object", required=True),
            field("note", _("说明")), field("photos", _("照片"), "photos"), field("on_the_spot", _("立整立改"), "boolean"),
            field("why", _("改判原因")),
        ],
        "give_up_visit": [
            field("why", _("无法检查的原因"), "choice", required=True, choices=Visit.Missed.choices),
            field("note", _("说明")), field("photos", _("照片"), "photos"),
        ],
    }  # fmt: skip


def campaign_out(row: Any) -> dict[str, Any]:
    """A campaign for a list; `row` comes from `selectors.with_progress`."""
    return {
        "code": row.code, "name": row.name, "kind": row.kind, "state": row.state, "state_title": row.get_state_display(),
        "edition": row.edition.code, "starts_on": row.starts_on, "ends_on": row.ends_on, "cancelled_why": row.cancelled_why,
        "places": row.n_places or 0, "done": row.n_done or 0, "missed": row.n_missed or 0,
    }  # fmt: skip


def campaign_detail(row: Any, user: Any) -> dict[str, Any]:
    """A campaign with its moves."""
    return campaign_out(row) | {"moves": moves_out(CAMPAIGN.open_moves(row, user), campaign_fields())}


def campaign_place_out(row: CampaignPlace, visit: Visit | None) -> dict[str, Any]:
    """A place of a campaign; `row` comes from `selectors.places_of`."""
    return {
        "place": row.place.code, "name": row.place.name, "category": row.place.category.key,
        "area": row.place.area.code if row.place.area else None, "inspector": row.inspector.username if row.inspector else None,
        "state": row.stands, "visit": visit.uuid if visit else None, "score": _number(visit.score if visit else None),  # type: ignore[attr-defined]
        "merged_with": row.merged_with.code if row.merged_with else None, "why_again": row.why_again,
    }  # fmt: skip


def visit_out(row: Visit) -> dict[str, Any]:
    """A visit for a list."""
    return {
        "id": row.uuid, "campaign": row.campaign.code, "place": row.place.code, "state": row.state,
        "state_title": str(VisitState(row.state).label), "started_at": row.started_at, "finished_at": row.finished_at,
        "missed_at": row.missed_at, "missed_why": row.missed_why, "missed_note": row.missed_note,
        "position": None if row.lon is None or row.lat is None else (row.lon, row.lat), "score": _number(row.score), "n_items": row.n_items,
        "why_again": row.why_again,
    }  # fmt: skip


def visit_detail(row: Visit, user: Any) -> dict[str, Any]:
    """A visit with what is to be looked at, what was found and what may be done."""
    findings = [finding_out(f) for f in selectors.findings_of(row)]
    judged, open_cases = {f["item"] for f in findings}, selectors.open_cases_by_item(row.place)
    items = [_item(one, open_cases.get(one.code), one.code in judged) for one in selectors.items_of(row.campaign, row.place)]
    return visit_out(row) | {"items": items, "findings": findings, "moves": moves_out(VISIT.open_moves(row, user), visit_fields())}


def finding_out(row: Finding, near: list[tuple[Any, float]] | None = None) -> dict[str, Any]:
    """A finding."""
    return {
        "item": row.item.code, "text": row.item.text, "observed": row.observed, "letter": row.letter, "value": _number(row.value),
        "note": row.note, "outcome": row.outcome, "case": row.case.number if row.case else None,
        "near": [{"number": case.number, "title": case.title, "distance_m": round(metres, 1)} for case, metres in near or ()],
    }  # fmt: skip


def _item(one: CheckItem, open_case: str | None, judged: bool) -> dict[str, Any]:
    return {
        "item": one.code, "text": one.text, "kind": one.kind, "measure": one.measure, "target": _number(one.target), "sample": one.sample,
        "weight": float(one.weight), "critical": one.critical, "severity": one.issue_class.severity if one.issue_class else None,
        "open_case": open_case, "judged": judged,
    }  # fmt: skip


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
