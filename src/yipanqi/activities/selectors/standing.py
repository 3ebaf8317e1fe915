"""Who may come to a shift, and who of those signed up may have to go: age, training, minors' rules, limits, overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yipanqi.activities.catalogue import ADULTS, NOT_FOR_MINORS, OF_AGE, trainings, without_training
from yipanqi.activities.models import Shift, ShiftRole, SignUp
from yipanqi.activities.states import SignUpState
from yipanqi.kernel.policy import policy_value
from yipanqi.volunteers.models import Volunteer

#: Why somebody cannot come, or may not stay; the words that lists show.
REASONS = {
    "age": gettext_lazy("未达到最低年龄"),
    "training": gettext_lazy("还没有完成培训"),
    "kind": gettext_lazy("未成年人不能参加这类服务"),
    "adults": gettext_lazy("成年志愿者不足"),
    "limit": gettext_lazy("超出人数"),
    "overlap": gettext_lazy("与其他班次时间重叠"),
}


@dataclass(frozen=True)
class Obstacle:
    """Why somebody cannot take a role, as a key of `REASONS` and as a sentence. One that `may_pass` puts on the waiting list."""

    key: str
    sentence: str
    may_pass: bool = False


def least_age(role: ShiftRole) -> int:
    """The age that a role asks for: the highest of its own, the activity's and the kind's."""
    activity = role.shift.activity
    return max(role.min_age, activity.min_age, activity.kind.min_age)


def trainings_of(role: ShiftRole) -> list[str]:
    """Keys of the trainings that a role asks for."""
    activity = role.shift.activity
    return sorted({role.training, activity.training, activity.kind.training} - {""})


def is_minor(volunteer: Volunteer, shift: Shift) -> bool:
    """Whether a volunteer is under age on the day of the shift; whose birth date is not known is not taken for one."""
    age = volunteer.age_on(shift.on)
    return age is not None and age < OF_AGE


def is_adult(volunteer: Volunteer, shift: Shift) -> bool:
    """Whether a volunteer is known to be of age on the day of the shift."""
    age = volunteer.age_on(shift.on)
    return age is not None and age >= OF_AGE


def closed_to_minors(shift: Shift) -> bool:
    """Whether the office keeps minors from this kind of service."""
    kind = shift.activity.kind
    return bool({kind.key, kind.theme} & set(policy_value(NOT_FOR_MINORS.key)))


def adults_needed() -> int:
    """How many adults a shift with minors must have."""
    return int(policy_value(ADULTS.key))


def obstacle(volunteer: Volunteer, role: ShiftRole, *, adults: int) -> Obstacle | None:
    """Why the volunteer cannot take a role for which there is room, with so many adults there already."""
    shift, least = role.shift, least_age(role)
    age = volunteer.age_on(shift.on)
    if least and age is None:
        return Obstacle("age", _("这个岗位要求年满 %(least)d 岁，您的出生日期还没有登记，请先补充。") % {"least": least})
    if least and age is not None and age < least:
        return Obstacle("age", _("这个岗位要求年满 %(least)d 岁。") % {"least": least})
    for key in trainings_of(role):
        if without_training([volunteer.pk], key):
            return Obstacle("training", _("请先完成培训“%(training)s”。") % {"training": trainings()[key]})
    if is_minor(volunteer, shift):
        if closed_to_minors(shift):
            return Obstacle("kind", _("未成年人不能参加“%(kind)s”，请选择其他活动。") % {"kind": shift.activity.kind.name})
        if adults < adults_needed():
            return Obstacle("adults", _("有未成年人的班次至少要有 %(n)d 名成年志愿者，够了自动递补。") % {"n": adults_needed()}, may_pass=True)
    return None


def signed(shift: Shift) -> list[SignUp]:
    """Who has a place, in the order of arrival, with the volunteer."""
    return list(shift.sign_ups.filter(state=SignUpState.SIGNED).select_related("volunteer", "role").order_by("id"))


def waiting(shift: Shift) -> list[SignUp]:
    """Who waits, in the order of arrival, with the volunteer."""
    return list(shift.sign_ups.filter(state=SignUpState.WAITING).select_related("volunteer", "role").order_by("id"))


def overlapping(volunteers: Iterable[int], shift: Shift) -> Any:
    """Sign-ups of the volunteers for other shifts that overlap with this one and are not cancelled."""
    return SignUp.objects.filter(
        volunteer__in=volunteers, shift__starts_at__lt=shift.ends_at, shift__ends_at__gt=shift.starts_at, shift__state="planned"
    ).exclude(shift=shift)


def standings(shift: Shift, held: Sequence[SignUp] | None = None) -> dict[int, list[str]]:
    """By row id of the sign-up, why somebody with a place may have to go (keys of `REASONS`), as it stands now, whatever the
    leader decided: beyond the limit (the last to arrive), too young, untrained, minors without adults, at two places at once."""
    held = signed(shift) if held is None else held
    roles = {role.pk: role for role in shift.roles.all()}
    for role in roles.values():
        role.shift = shift
    found: dict[int, list[str]] = {one.pk: [] for one in held}
    lacking = {key: without_training([one.volunteer_id for one in held], key) for role in roles.values() for key in trainings_of(role)}
    busy = set(overlapping([one.volunteer_id for one in held], shift).filter(state=SignUpState.SIGNED).values_list("volunteer_id", flat=True))
    adults, taken = sum(is_adult(one.volunteer, shift) for one in held), dict.fromkeys(roles, 0)
    for one in held:
        role, age = roles[one.role_id], one.volunteer.age_on(shift.on)
        taken[role.pk] += 1
        minor = is_minor(one.volunteer, shift)
        for key, holds in (
            ("limit", taken[role.pk] > role.limit), ("age", bool(least_age(role)) and (age is None or age < least_age(role))),
            ("training", any(one.volunteer_id in lacking[key] for key in trainings_of(role))), ("kind", minor and closed_to_minors(shift)),
            ("adults", minor and adults < adults_needed()), ("overlap", one.volunteer_id in busy),
        ):  # fmt: skip
            if holds:
                found[one.pk].append(key)
    return {pk: reasons for pk, reasons in found.items() if reasons}


def affected(shift: Shift) -> list[tuple[SignUp, list[str]]]:
    """Who may have to go and about whom the leader has not decided, with the reasons in words."""
    held = signed(shift)
    found = standings(shift, held) if held else {}
    left = {one.pk: [key for key in found.get(one.pk, ()) if key not in one.kept] for one in held}
    return [(one, [str(REASONS[key]) for key in left[one.pk]]) for one in held if left[one.pk]]
