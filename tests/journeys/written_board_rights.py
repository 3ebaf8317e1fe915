"""Who may do everything that is not a move of a case, written down by hand: the action, the page or operation that
reaches it, what is sent there, and whose. Nothing here is read from the code under test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: One of each role, the stranger to every thing asked about, and those without an account or an appointment.
SEATS = (
    "anonymous",
    "desk",
    "head",
    "inspector",
    "other_inspector",
    "leader",
    "liaison",
    "chief",
    "other_chief",
    "grid",
    "centre",
    "station",
    "volunteer",
    "captain",
    "auditor",
    "admin",
    "client",
    "former",
    "gone",
)
WITHOUT = {"anonymous", "gone"}

OFFICE, HEAD, BOARD = {"desk", "head"}, {"head"}, {"head", "admin"}
AT_WORK = {"desk", "head", "inspector", "other_inspector", "leader", "liaison", "chief", "other_chief", "grid"}
SIGNED_IN = set(SEATS) - WITHOUT
#: Everyone reports under the source of their own role.
SOURCES = {
    **dict.fromkeys(("inspector", "other_inspector"), {"source": "inspection"}),
    **dict.fromkeys(("liaison", "chief", "other_chief"), {"source": "self_check"}),
    "leader": {"source": "leader"},
}


@dataclass(frozen=True)
class Act:
    """One way to an action. `filled` starts from the page's own form as a browser does; `json` goes to the API."""

    action: str
    path: str
    who: set[str]
    data: Callable[[Any], dict[str, Any]] | None = None
    filled: bool = False
    json: bool = False
    own: Mapping[str, dict[str, Any]] = field(default_factory=dict)  # what a seat sends otherwise than the rest

    def __str__(self) -> str:
        return f"{self.action} {self.path}"


def _(**data: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda board: data


PEOPLE = [
    Act("people.add_unit", "/people/units/add/", BOARD, _(code="N1", name="新单位", kind="department")),
    Act("people.change_unit", "/people/units/HW/edit/", BOARD, _(name="环卫总站", kind="department")),
    Act("people.dissolve_unit", "/people/units/SPARE/dissolve/", BOARD, lambda b: {"on": b.today}),
    Act("people.add_group", "/people/groups/add/", BOARD, _(code="G2", name="新工作组", kind="duty")),
    Act("people.change_group", "/people/groups/G1/edit/", BOARD, _(name="市容组", kind="working")),
    Act("people.add_user", "/people/users/add/", BOARD, _(username="newcomer", name="新人", unit="HW", role="grid")),
    Act("people.change_user", "/people/users/stranger/edit/", BOARD, _(name="改名")),
    Act("people.deactivate_user", "/people/users/stranger/account/deactivate/", BOARD),
    Act("people.reactivate_user", "/people/users/gone/account/reactivate/", BOARD),
    Act("people.unlock_user", "/people/users/stranger/account/unlock/", BOARD),
    Act("people.remove_second_factor", "/people/users/stranger/account/second-factor/", BOARD),
    Act("people.appoint", "/people/users/stranger/appoint/", BOARD, _(unit="HW", role="grid")),
    Act("people.end_appointment", "/people/appointments/{post}/end/", BOARD),
    Act("people.reset_password", "/people/users/stranger/password/", BOARD),
    Act("people.reveal_phone", "/people/users/stranger/phone/", BOARD | {"other_chief"}),
    Act("people.issue_token", "/people/users/client/tokens/", BOARD | {"client"}, _(name="大屏")),
    Act("people.revoke_token", "/people/tokens/{token}/revoke/", BOARD | {"client"}),
    Act("people.change_own_profile", "/people/me/", SIGNED_IN, _(email="me@example.org")),
]
PLACES = [
    Act(
        "places.add_place",
        "/places/add/",
        OFFICE,
        _(code="MK900", name="新市场", category="{category}", lon=98.29, lat=39.77),
        filled=True,
    ),
    Act("places.change_place", "/places/at/MK001/edit/", OFFICE, _(name="改名市场"), filled=True),
    Act("places.suspend_place", "/places/at/MK001/suspend/", OFFICE),
    Act("places.reopen_place", "/places/at/MK002/reopen/", OFFICE),
    Act("places.close_place", "/places/at/MK001/close/", OFFICE),
    Act(
        "places.add_duty",
        "/places/duties/add/",
        OFFICE,
        _(kind="place", target="MK001", unit="HW", part="lead"),
        filled=True,
    ),
    Act("places.end_duty", "/places/duties/{duty}/end/", OFFICE, lambda b: {"ends_on": b.today}),
]
STANDARDS = [
    Act("standards.copy_edition", "/standards/editions/E2026/copy/", HEAD, _(code="E2028", name="新版")),
    Act("standards.change_edition", "/standards/editions/DRAFT/change/", HEAD, _(name="改名"), filled=True),
    Act("standards.publish_edition", "/standards/editions/DRAFT/moves/publish/", HEAD),
    Act("standards.use_edition", "/standards/editions/DRAFT/moves/use/", HEAD),
    Act("standards.use_edition", "/api/v1/editions/DRAFT/moves/use_edition", HEAD, json=True),
    Act("standards.retire_edition", "/standards/editions/E2026/moves/retire/", HEAD),
    Act("standards.discard_edition", "/standards/editions/DRAFT/moves/discard/", HEAD),
    Act(
        "standards.add_item",
        "/standards/editions/DRAFT/items/add/?category=market",
        HEAD,
        _(text="垃圾桶加盖", kind="boolean", weight="1"),
        filled=True,
    ),
    Act(
        "standards.change_item",
        "/standards/editions/DRAFT/items/MK-01/change/",
        HEAD,
        _(text="公示监督电话"),
        filled=True,
    ),
    Act("standards.remove_item", "/standards/editions/DRAFT/items/MK-01/remove/", HEAD),
    Act(
        "standards.add_indicator",
        "/standards/editions/DRAFT/indicators/add/",
        HEAD,
        _(code="II-9", name="新指标", weight="1"),
        filled=True,
    ),
    Act(
        "standards.change_indicator",
        "/standards/editions/DRAFT/indicators/I-1/change/",
        HEAD,
        _(name="改名"),
        filled=True,
    ),
    Act("standards.remove_indicator", "/standards/editions/DRAFT/indicators/I-1/remove/", HEAD),
    Act(
        "standards.add_category",
        "/standards/categories/add/",
        HEAD,
        _(key="gas_station", name="加油站", code_prefix="GS", group="market", department_type="urban_mgmt"),
        filled=True,
    ),
    Act(
        "standards.change_category",
        "/standards/categories/market/change/",
        HEAD,
        _(name="集贸市场", department_type="urban_mgmt"),
        filled=True,
    ),
    Act(
        "standards.add_issue_class",
        "/standards/classes/add/",
        HEAD,
        _(
            code="90909",
            name="新类别",
            group_code="90",
            group_name="测试",
            severity="1",
            department_type="urban_mgmt",
            handle_amount="8",
            handle_clock="work_hour",
        ),
        filled=True,
    ),
    Act("standards.change_issue_class", "/standards/classes/local-90001/change/", HEAD, _(name="改名"), filled=True),
]
INSPECTIONS = [
    Act(
        "inspections.add_campaign",
        "/inspections/new/",
        OFFICE,
        lambda b: {"name": "新检查", "kind": "routine", "edition": "E2026", "starts_on": b.today, "ends_on": b.today},
    ),
    Act("inspections.change_campaign", "/inspections/{draft}/edit/", OFFICE, _(name="改名"), filled=True),
    Act("inspections.assign_places", "/inspections/{draft}/places/", OFFICE, _(codes="MK003")),
    Act("inspections.remove_places", "/inspections/{draft}/places/MK001/remove/", OFFICE),
    Act("inspections.open_campaign", "/inspections/{draft}/moves/open_campaign/", OFFICE),
    Act("inspections.close_campaign", "/inspections/{running}/moves/close_campaign/", OFFICE),
    Act("inspections.cancel_campaign", "/inspections/{draft}/moves/cancel_campaign/", OFFICE, _(why="计划有变")),
    Act("inspections.open_campaign", "/api/v1/campaigns/{draft}/moves/open_campaign", OFFICE, json=True),
    Act("inspections.close_campaign", "/api/v1/campaigns/{running}/moves/close_campaign", OFFICE, json=True),
    Act(
        "inspections.cancel_campaign",
        "/api/v1/campaigns/{draft}/moves/cancel_campaign",
        OFFICE,
        _(why="计划有变"),
        json=True,
    ),
    Act(
        "inspections.give_up_visit",
        "/api/v1/visits/{visit}/moves/give_up_visit",
        {"inspector"},
        _(why="closed"),
        json=True,
    ),
    Act(
        "inspections.start_visit",
        "/api/v1/campaigns/{running}/moves/start_visit",
        {"inspector"},
        lambda b: {"place": "MK003", "uuid": b.fresh},
        json=True,
    ),
    Act(
        "inspections.record_finding",
        "/api/v1/visits/{visit}/moves/record_finding",
        {"inspector"},
        _(item="MK-01", observed={"passed": True}),
        json=True,
    ),
    Act("inspections.pass_rest", "/api/v1/visits/{visit}/moves/pass_rest", {"inspector"}, json=True),
    Act("inspections.finish_visit", "/api/v1/visits/{done}/moves/finish_visit", {"inspector"}, json=True),
    Act("inspections.record_finding", "/m/c/{running}/MK001/items/MK-01/", {"inspector"}, _(passed="yes")),
    Act("inspections.pass_rest", "/m/c/{running}/MK001/pass-rest/", {"inspector"}),
    Act("inspections.finish_visit", "/m/c/{running}/MK004/finish/", {"inspector"}),
]
OFFICE_PAGES = [
    Act("desk.change_policy", "/settings/policies/cases.sign_hours/", HEAD, _(value="6")),
    Act("calendar.set_day", "/settings/calendar/days/", BOARD, _(day="2027-05-04", is_working="0", name="假")),
    Act("calendar.clear_day", "/settings/calendar/days/", BOARD, _(day="2027-05-05", clear="1")),
    Act("calendar.set_hours", "/settings/calendar/hours/", BOARD, _(spans="09:00-12:00 14:00-17:00")),
    Act("calendar.clear_hours", "/settings/calendar/hours/remove/", BOARD, _(unit="HW")),
    Act("desk.retry_delivery", "/system/deliveries/{delivery}/retry/", BOARD),
    Act("desk.retry_job", "/system/jobs/{job}/retry/", BOARD),
    Act("desk.withdraw_pair", "/cases/{number}/photos/publish/", OFFICE, _(withdraw="1")),
    Act("desk.check_journal", "/system/journal/verify/", BOARD | {"auditor"}),
    Act(
        "cases.report_case", "/cases/new/", AT_WORK | {"client"}, _(source="grid", description="井盖破损"), filled=True, own=SOURCES
    ),
    Act(
        "cases.report_case", "/api/v1/cases", AT_WORK | {"client"}, _(source="grid", description="井盖破损"), json=True, own=SOURCES
    ),
    Act("cases.reveal_contact", "/cases/{number}/reports/{code}/contact/", OFFICE),
    Act("cases.reveal_contact", "/api/v1/reports/{code}/contact", OFFICE, json=True),
    Act("cases.answer", "/cases/{number}/reports/{code}/answer/", OFFICE, _(text="已修好，谢谢")),
    Act("cases.answer", "/api/v1/reports/{code}/answer", OFFICE, _(text="已修好，谢谢"), json=True),
]
#: What a browser gives that signs up for notes: a point of P-256 (its base point), and 16 bytes.
BROWSER = _(
    endpoint="https://fcm.googleapis.com/fcm/send/2", auth="MDEyMzQ1Njc4OWFiY2RlZg", name="手机",
    p256dh="BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
)  # fmt: skip
MESSAGING = [
    Act("messaging.read", "/messages/{message}/open/", {"liaison"}),
    Act("messaging.read", "/api/v1/messages/{message}/moves/read", {"liaison"}, json=True),
    Act("messaging.read_all", "/messages/read/", SIGNED_IN),
    Act("messaging.keep_wishes", "/messages/wishes/", SIGNED_IN, filled=True),
    Act("messaging.add_device", "/messages/devices/add/", SIGNED_IN, BROWSER),
    Act("messaging.add_device", "/api/v1/messages/devices", SIGNED_IN, BROWSER, json=True),
    Act("messaging.remove_device", "/messages/devices/{device}/remove/", {"liaison"}),
    Act("messaging.remove_device", "/api/v1/messages/devices/{device}/moves/remove", {"liaison"}, json=True),
    Act("messaging.send_again", "/messages/log/{sending}/again/", BOARD),
    Act("messaging.send_again", "/api/v1/sendings/{sending}/moves/send_again", BOARD, json=True),
    Act("messaging.add_group", "/messages/groups/add/", BOARD, _(name="新群", url="wecombot://aaaaaaaaaaaaaaaaaaaa", kinds=["cases.asked"])),
    Act("messaging.change_group", "/messages/groups/{group}/edit/", BOARD, _(name="改名的群", kinds=["cases.asked"])),
    Act("messaging.add_group", "/api/v1/chat-groups", BOARD, _(name="又一群", url="wecombot://aaaaaaaaaaaaaaaaaaaa", kinds=["cases.asked"]), json=True),
    Act("messaging.change_group", "/api/v1/chat-groups/{group}/moves/change_group", BOARD, _(name="再改名", kinds=["cases.asked"]), json=True),
    Act("messaging.remove_group", "/api/v1/chat-groups/{group}/moves/remove_group", BOARD, json=True),
    Act("escalation.drop_letter", "/escalation/letters/{letter}/", HEAD, _(reason="已办结")),
    Act("escalation.drop_letter", "/api/v1/letters-due/{letter}/moves/drop_letter", HEAD, _(reason="已办结"), json=True),
    Act("messaging.remove_group", "/messages/groups/{group}/remove/", BOARD),
]
OF_UNIT = {"liaison", "chief"}
SCORING = [
    Act("scoring.open_period", "/scores/open/", HEAD, _(kind="quarter", day="2025-05-05")),
    Act("scoring.freeze", "/scores/2025-01/freeze/", HEAD),
    Act("scoring.reopen", "/scores/2025-02/reopen/", HEAD, _(reason="漏计")),
    Act("scoring.publish", "/scores/2025-02/publish/", HEAD),
    Act("scoring.object_to_card", "/scores/2025-03/units/{scored}/object/", OF_UNIT, _(measure="closure", reason="不归我们管")),
    Act("scoring.withdraw_objection", "/scores/objections/{objection}/withdraw/", OF_UNIT),
    Act("scoring.uphold_objection", "/scores/objections/{objection}/uphold_objection/", OFFICE, _(ruling="属实", more="{number}")),
    Act("scoring.refuse_objection", "/scores/objections/{objection}/refuse_objection/", OFFICE, _(ruling="不属实")),
]
BATCHES = [
    Act("batches.ask", "/cases/bulk/", OFFICE, _(move="accept", number="{number}")),
    Act("batches.ask", "/api/v1/batches", OFFICE, _(verb="accept", numbers=["{number}"]), json=True),
    Act("batches.cancel", "/batches/{queued}/cancel/", OFFICE),
    Act("batches.cancel", "/api/v1/batches/{queued}/moves/cancel", OFFICE, json=True),
    Act("batches.take_back", "/batches/{batch}/take-back/", OFFICE, _(note="交错了")),
    Act("batches.take_back", "/api/v1/batches/{batch}/moves/take_back", OFFICE, _(note="交错了"), json=True),
]
AT_DESKS = AT_WORK | {"centre", "station", "auditor", "admin"}
BURDEN = [
    Act("burden.complain", "/burden/complain/", AT_DESKS, _(text="检查太多")),
    Act("burden.complain", "/api/v1/burden/complaints", AT_DESKS, _(text="检查太多"), json=True),
    Act("burden.answer_complaint", "/burden/complaints/{complaint}/", OFFICE, _(text="下月起合并")),
    Act("burden.answer_complaint", "/api/v1/burden/complaints/{complaint}/moves/answer_complaint", OFFICE, _(text="下月起合并"), json=True),
    Act("burden.press_complaint", "/api/v1/burden/complaints/{answered_complaint}/moves/press_complaint", AT_DESKS, _(text="还是太多"), json=True),
    Act("burden.renew_form", "/burden/forms/renew/cases.ResolveForm/", HEAD, lambda b: {"until": b.today + dt.timedelta(days=300), "why": "还需要"}),
]
VIEWS = [
    Act("desk.keep_view", "/views/keep/", AT_WORK | {"auditor"}, _(name="新视图", query="state=handling")),
    Act("desk.keep_view", "/api/v1/views", AT_WORK | {"auditor"}, _(name="新视图", query="state=handling"), json=True),
    Act("desk.rename_view", "/views/{view}/rename/", HEAD, _(name="改名")),
    Act("desk.remove_view", "/views/{view}/remove/", HEAD),
    Act("desk.keep_view_to_owner", "/views/{view}/share/", HEAD, lambda b: {"with": "owner"}),
    Act("desk.share_view_with_unit", "/views/{view}/share/", HEAD, lambda b: {"with": "unit"}),
    Act("desk.share_view_with_all", "/views/{view}/share/", HEAD, lambda b: {"with": "all"}),
    Act("desk.move_view", "/views/{view}/move/", HEAD, _(to="later")),
    Act("desk.open_with_view", "/views/{view}/open/", AT_WORK | {"auditor"}),
    Act("desk.open_without_view", "/views/none/open/", AT_WORK | {"auditor"}),
]
ACTS = [*PEOPLE, *PLACES, *STANDARDS, *INSPECTIONS, *OFFICE_PAGES, *MESSAGING, *SCORING, *BATCHES, *BURDEN, *VIEWS]

#: Everyone may, and the journeys show it: residents report and rate, people change their password, photos are sent and seen.
SHOWN_ELSEWHERE = {
    "cases.report_by_resident", "cases.rate", "people.change_password", "people.change_second_factor", "files.add_photo", "files.add_attachment", "files.open_original",
    "files.attach", "files.publish_photo", "files.unpublish_photo", "desk.publish_pair",
}  # fmt: skip
#: Only sheets, jobs and commands come to these; who may import a sheet is in `SHEETS`.
WITHOUT_A_PAGE = {
    "people.note_token_use",  # every call with a token
    "messaging.tell", "messaging.begin_sending", "messaging.note_sent", "messaging.note_unsent", "messaging.forget", "burden.forget_repeats",  # handlers and jobs
    "batches.start", "batches.finish", "batches.give_up", "batches.forget", "batches.ask_for_file",  # the worker; sheets and exports
    "escalation.climb", "rechecks.draw", "rechecks.draw_for_verification", "rechecks.strike_off", "cases.spare", "cases.close_unsampled", "rechecks.note_kept", "rechecks.note_back", "rechecks.lapse",  # jobs and handlers
    "files.compare_photos", "suggestions.keep_learnt", "cases.count_anew", "cases.count_changes", "cases.forget_counts",  # jobs
    "duplicates.keep_sketches", "duplicates.drop_sketches", "duplicates.keep_counted", "cases.count_cells",  # jobs
    "desk.note_export", "scoring.note_export",  # every sheet taken out
    "cases.retract", "cases.unconfirm",  # an inspector who judges an item again
    "cases.erase_contacts", "cases.erase_subjects", "people.erase_staff_contact",  # jobs, when a term is over
    "cases.mend_words",  # a job, where the index of words is wrong
    "people.open_administrator",  # ./yipanqi setup --admin
    "calendar.seed_calendar", "cases.import_case", "cases.import_cases", "cases.import_messages", "files.discard", "places.add_area", "places.change_area", "places.remove_area",
    "places.add_segment", "places.change_segment", "places.remove_segment", "places.add_zone", "places.change_zone", "places.remove_zone",
    "places.save_places", "places.change_duty", "standards.load_standard", "standards.add_edition",
}  # fmt: skip
#: Newer ways through HTTP, each with its own test in its app.
SHEETS = {
    "units": BOARD, "users": BOARD, "areas": OFFICE, "segments": OFFICE, "zones": OFFICE, "places": OFFICE, "duties": OFFICE, "cases": OFFICE, "messages": OFFICE,
    "calendar-days": BOARD,
}  # fmt: skip
#: The auditor takes these out and puts nothing in; the hotline's messages name residents.
EXPORTED_BY_AUDITOR = set(SHEETS) - {"messages"}
