"""The steps of the ladder: what each is called, which paper it asks for, who hears of it, and the office's settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.escalation.ladder import Setting
from yipanqi.kernel.catalogue import Catalogue
from yipanqi.kernel.policy import PolicySpec, policy, policy_value
from yipanqi.people.models import Role


@dataclass(frozen=True)
class Step:
    """One step. `paper` is the kind of letter that a person should write, none for a mere message. `unit_roles` hear of it in
    the unit, `city_roles` wherever they serve."""

    title: Any
    says: Any
    paper: str
    unit_roles: tuple[str, ...]
    city_roles: tuple[str, ...]
    on: PolicySpec
    measure: PolicySpec | None = None

    @property
    def setting(self) -> Setting:
        """What holds now."""
        return Setting(bool(policy_value(self.on.key)), float(policy_value(self.measure.key)) if self.measure else 0.0)


PAPERS = {"reminder": _("提醒函"), "urging": _("督办单"), "criticism": _("通报约谈")}
MONTHLY_CAP = policy("escalation.letters_per_month", 4, _("每个单位每月最多制发的函件数"), help=_("提醒函、督办单、通报约谈合计；超过的只记录、不再要求制发，减轻基层负担。"))
STEPS: Catalogue[Step] = Catalogue("steps of the ladder")
LIAISON, CHIEF = Role.LIAISON, Role.UNIT_LEADER

STEPS.add("remind", Step(
    _("临期提醒"), _("案件 %(number)s（%(what)s）时限将到，请 %(unit)s 于 %(due)s 前办结。"), "", (LIAISON,), (),
    policy("escalation.remind", True, _("临期提醒：启用"), "bool"),
    policy("escalation.remind_share", 0.75, _("临期提醒：时限用去的比例"), "float", _("0.75 即用去四分之三时提醒")),
))  # fmt: skip
STEPS.add("overdue", Step(
    _("超期提醒函"), _("案件 %(number)s（%(what)s）已超过整改期限 %(due)s，请 %(unit)s 抓紧办理。"), "reminder", (LIAISON, CHIEF), (),
    policy("escalation.overdue", True, _("超期提醒函：启用"), "bool", _("整改期限一过即记入")),
))  # fmt: skip
STEPS.add("urge", Step(
    _("督办单"), _("案件 %(number)s（%(what)s）超期已久或再次返工，请 %(unit)s 负责人督办。"), "urging", (LIAISON, CHIEF), (),
    policy("escalation.urge", True, _("督办单：启用"), "bool"),
    policy("escalation.urge_times", 1.0, _("督办单：超过期限多少倍整改时限"), "float", _("1 即超期时间与整改时限一样长；第二次返工不论超期与否都督办")),
))  # fmt: skip
STEPS.add("talk", Step(
    _("通报约谈"), _("案件 %(number)s（%(what)s）多次返工，拟对 %(unit)s 通报约谈。"), "criticism", (CHIEF,), (Role.HEAD,),
    policy("escalation.talk", True, _("通报约谈：启用"), "bool"),
    policy("escalation.talk_reworks", 3, _("通报约谈：第几次返工"), "float"),
))  # fmt: skip
STEPS.add("leader", Step(
    _("市领导关注"), _("案件 %(number)s（%(what)s）由 %(unit)s 承办，已严重超期，列入市领导关注清单。"), "", (CHIEF,), (Role.LEADER, Role.HEAD),
    policy("escalation.leader", True, _("市领导关注：启用"), "bool"),
    policy("escalation.leader_days", 10, _("市领导关注：超期多少个工作日"), "float", most=3650),
))  # fmt: skip


def settings() -> dict[str, Setting]:
    """What holds for every step now."""
    return {key: step.setting for key, step in STEPS.items()}
