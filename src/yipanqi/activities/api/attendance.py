"""Attendances and their corrections for programs; signing in and out of a shift."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from yipanqi.activities import attendance_schemas as schemas
from yipanqi.activities.actions import attendance as actions
from yipanqi.activities.actions import corrections, settling
from yipanqi.activities.models import Attendance, Correction, Shift, SignUp
from yipanqi.activities.selectors import attendance as selectors
from yipanqi.activities.selectors.plans import shifts_visible_to
from yipanqi.kernel.actions import Refused
from yipanqi.kernel.api import PROBLEMS, Listing, listing, now
from yipanqi.kernel.gates import demand
from yipanqi.volunteers.models import Volunteer

router = Router(tags=["attendance"])
ONE = {200: schemas.AttendanceDetail, **PROBLEMS}
CORRECTION = {200: schemas.CorrectionDetail, **PROBLEMS}
ABSENCE = {200: schemas.AbsenceOut, **PROBLEMS}


@router.get("/attendance", response={200: Listing[schemas.AttendanceOut], **PROBLEMS}, operation_id="activities.attendance", summary="签到记录")
def attendances(request: HttpRequest, params: Query[schemas.AttendanceParams]) -> dict[str, Any]:
    """Attendances that the caller sees: the own, those of activities that one runs; newest day first."""
    demand(request.user, "activities.see_attendance")
    rows = selectors.attendances_visible_to(request.user).select_related("role")
    given = {"shift__activity__code": params.activity, "shift__uuid": params.shift, "volunteer__number": params.volunteer}
    rows = selectors.narrowed(rows, state=params.state or "", since=params.since, until=params.until)
    return listing(rows.filter(**{name: value for name, value in given.items() if value}), ("-served_on", "-id"), params, schemas.attendance_out)


@router.get("/attendance/{uuid}", response=ONE, operation_id="activities.one_attendance", summary="一条签到记录")
def attendance(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """An attendance and what the caller may do with it next."""
    return schemas.attendance_detail(_of(request, uuid), request.user)


@router.post("/attendance/{uuid}/moves/confirm_attendance", response=ONE, operation_id="activities.confirm_attendance", summary="确认时间")
def confirm_attendance(request: HttpRequest, uuid: UUID, body: schemas.ConfirmIn) -> dict[str, Any]:
    """Whoever runs the activity says from when until when somebody was there."""
    settling.confirm_attendance(_of(request, uuid), in_at=body.in_at, out_at=body.out_at, by=request.user, at=now())
    return schemas.attendance_detail(_of(request, uuid), request.user)


@router.post("/attendance/{uuid}/moves/ask_correction", response={201: schemas.CorrectionDetail, **PROBLEMS}, operation_id="activities.ask_correction", summary="提出更正")
def ask_correction(request: HttpRequest, uuid: UUID, body: schemas.CorrectionIn) -> tuple[int, dict[str, Any]]:
    """Say what is wrong and why; somebody else decides."""
    made = corrections.ask_correction(_of(request, uuid), **body.model_dump(), by=request.user, at=now())
    return 201, schemas.correction_detail(_correction(request, made.uuid), request.user)


@router.get("/corrections", response={200: Listing[schemas.CorrectionOut], **PROBLEMS}, operation_id="activities.corrections", summary="时长更正")
def correction_list(request: HttpRequest, params: Query[schemas.CorrectionParams]) -> dict[str, Any]:
    """Corrections of attendances that the caller sees, newest first."""
    demand(request.user, "activities.see_attendance")
    rows = selectors.corrections_visible_to(request.user)
    return listing(rows.filter(state=params.state) if params.state else rows, ("-asked_at", "-id"), params, schemas.correction_out)


@router.get("/corrections/{uuid}", response=CORRECTION, operation_id="activities.correction", summary="一份时长更正")
def correction(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """A correction and what the caller may do with it next."""
    return schemas.correction_detail(_correction(request, uuid), request.user)


@router.post("/corrections/{uuid}/moves/agree_correction", response=CORRECTION, operation_id="activities.agree_correction", summary="同意更正")
def agree_correction(request: HttpRequest, uuid: UUID, body: schemas.AnswerIn) -> dict[str, Any]:
    """A second person agrees; the hours follow."""
    corrections.agree_correction(_correction(request, uuid), answer=body.answer, by=request.user, at=now())
    return schemas.correction_detail(_correction(request, uuid), request.user)


@router.post("/corrections/{uuid}/moves/decline_correction", response=CORRECTION, operation_id="activities.decline_correction", summary="不同意更正")
def decline_correction(request: HttpRequest, uuid: UUID, body: schemas.AnswerIn) -> dict[str, Any]:
    """A second person does not agree, and says why."""
    corrections.decline_correction(_correction(request, uuid), answer=body.answer, by=request.user, at=now())
    return schemas.correction_detail(_correction(request, uuid), request.user)


@router.post("/corrections/{uuid}/moves/take_back_correction", response=CORRECTION, operation_id="activities.take_back_correction", summary="撤回更正")
def take_back_correction(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """Whoever asked does not ask any more."""
    corrections.take_back_correction(_correction(request, uuid), by=request.user, at=now())
    return schemas.correction_detail(_correction(request, uuid), request.user)


@router.post("/shifts/{uuid}/moves/sign_in", response=ONE, operation_id="activities.sign_in", summary="签到")
def sign_in(request: HttpRequest, uuid: UUID, body: schemas.SignIn) -> dict[str, Any]:
    """A volunteer signs in, by the code on the leader's phone or by being there."""
    made = actions.sign_in(_shift(request, uuid), code=body.code, position=body.position, by=request.user, at=now())
    return schemas.attendance_detail(made, request.user)


@router.post("/shifts/{uuid}/moves/sign_out", response=ONE, operation_id="activities.sign_out", summary="签退")
def sign_out(request: HttpRequest, uuid: UUID, body: schemas.SignIn) -> dict[str, Any]:
    """A volunteer signs out, as of signing in."""
    made = actions.sign_out(_shift(request, uuid), code=body.code, position=body.position, by=request.user, at=now())
    return schemas.attendance_detail(made, request.user)


@router.post("/shifts/{uuid}/moves/note_in", response=ONE, operation_id="activities.note_in", summary="登记签到")
def note_in(request: HttpRequest, uuid: UUID, body: schemas.NoteIn) -> dict[str, Any]:
    """The leader writes down that somebody came."""
    made = actions.note_in(_shift(request, uuid), volunteer=_who(request, uuid, body.volunteer), when=body.when, by=request.user, at=now())
    return schemas.attendance_detail(made, request.user)


@router.post("/shifts/{uuid}/moves/note_out", response=ONE, operation_id="activities.note_out", summary="登记签退")
def note_out(request: HttpRequest, uuid: UUID, body: schemas.NoteIn) -> dict[str, Any]:
    """The leader writes down that somebody left."""
    made = actions.note_out(_shift(request, uuid), volunteer=_who(request, uuid, body.volunteer), when=body.when, by=request.user, at=now())
    return schemas.attendance_detail(made, request.user)


@router.post("/shifts/{uuid}/moves/note_absence", response=ABSENCE, operation_id="activities.note_absence", summary="登记没有到场")
def note_absence(request: HttpRequest, uuid: UUID, body: schemas.AbsenceIn) -> dict[str, Any]:
    """Somebody who had signed up did not come; no score follows."""
    sign_up = _sign_up(request, uuid, body.sign_up)
    return schemas.absence_out(sign_up, actions.note_absence(sign_up, reason=body.reason, by=request.user, at=now()))


@router.post("/shifts/{uuid}/moves/take_back_absence", response=ABSENCE, operation_id="activities.take_back_absence", summary="撤销没有到场")
def take_back_absence(request: HttpRequest, uuid: UUID, body: schemas.SignUpIn) -> dict[str, Any]:
    """It was noted by mistake."""
    return schemas.absence_out(actions.take_back_absence(_sign_up(request, uuid, body.sign_up), by=request.user, at=now()), None)


@router.post("/shifts/{uuid}/moves/renew_code", response={200: schemas.RenewedOut, **PROBLEMS}, operation_id="activities.renew_code", summary="更换签到码")
def renew_code(request: HttpRequest, uuid: UUID) -> dict[str, Any]:
    """Other codes from now on; those of before count no more."""
    moment = now()
    return {"shift": actions.renew_code(_shift(request, uuid), by=request.user, at=moment).uuid, "since": moment}


def _of(request: HttpRequest, uuid: UUID) -> Attendance:
    demand(request.user, "activities.see_attendance")
    rows = selectors.attendances_visible_to(request.user).select_related("role", "shift__activity__team", "shift__activity__station")
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def _correction(request: HttpRequest, uuid: UUID) -> Correction:
    demand(request.user, "activities.see_attendance")
    found = selectors.corrections_visible_to(request.user).select_related("attendance__shift__activity__team", "attendance__shift__activity__station").filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def _shift(request: HttpRequest, uuid: UUID) -> Shift:
    found = shifts_visible_to(request.user).select_related("activity__kind", "activity__team", "activity__station").filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def _who(request: HttpRequest, uuid: UUID, number: str) -> Volunteer:
    """The volunteer of a number, for those who keep the shift's list."""
    demand(request.user, "activities.note_in", _shift(request, uuid))
    found = Volunteer.objects.filter(number=number).first()
    if found is None:
        raise Refused(_("没有这个编号的志愿者，请核对。"), field="volunteer")
    return found


def _sign_up(request: HttpRequest, uuid: UUID, name: UUID) -> SignUp:
    """A sign-up of the shift, for those who keep its list."""
    shift = _shift(request, uuid)
    demand(request.user, "activities.note_absence", shift)
    found = SignUp.objects.select_related("shift__activity__team", "shift__activity__station", "volunteer").filter(shift=shift, uuid=name).first()
    if found is None:
        raise Refused(_("没有这份报名，请核对。"), field="sign_up")
    return found
