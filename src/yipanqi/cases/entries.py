"""What cases add to lists of other apps."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yipanqi.cases import selectors
from yipanqi.files.catalogue import SUBJECTS
from yipanqi.messaging.catalogue import KINDS, Kind

PAGE = "/cases/%(number)s/"


def sees_case(actor: Any, number: str) -> bool:
    """Whoever sees a case sees its photos."""
    return selectors.visible_to(actor, few=True).filter(number=number).exists()


SUBJECTS.add(selectors.SUBJECT, sees_case)

KINDS.add("cases.dispatched", Kind(_("交办"), {
    "dispatch": _("案件 %(number)s（%(what)s）已交办，主办单位：%(unit)s，请及时签收，%(due)s 前办结。"),
    "uphold": _("案件 %(number)s（%(what)s）经裁定由 %(unit)s 办理，请及时签收，%(due)s 前办结。"),
}, PAGE))  # fmt: skip
KINDS.add("cases.sent_back", Kind(_("返工"), {
    "verify_fail": _("案件 %(number)s（%(what)s）核查未通过，退回 %(unit)s 重新整改。"),
}, PAGE))  # fmt: skip
KINDS.add("cases.answered", Kind(_("申请的答复"), {
    "overrule": _("案件 %(number)s（%(what)s）的退单未获支持，仍由 %(unit)s 办理。"),
    "grant_extension": _("案件 %(number)s（%(what)s）的延期申请已同意。"),
    "refuse_extension": _("案件 %(number)s（%(what)s）的延期申请未获同意。"),
    "suspend": _("案件 %(number)s（%(what)s）已同意挂账。"),
    "refuse_suspension": _("案件 %(number)s（%(what)s）的挂账申请未获同意，请继续办理。"),
    "resume": _("案件 %(number)s（%(what)s）恢复办理，请继续整改。"),
}, PAGE))  # fmt: skip
KINDS.add("cases.taken_away", Kind(_("收回"), {
    "withdraw": _("案件 %(number)s（%(what)s）已由综合组收回，%(unit)s 不必再办。"),
    "release_unit": _("案件 %(number)s（%(what)s）不再需要 %(unit)s 协办。"),
}, PAGE))  # fmt: skip
KINDS.add("cases.corrected", Kind(_("更正类别"), {
    "correct_class": _("案件 %(number)s 的问题类别或严重程度已由综合组更正，现为“%(what)s”；整改期限和要求以案件页为准。"),
}, PAGE))  # fmt: skip
KINDS.add("cases.asked", Kind(_("单位的申请"), {
    "dispute": _("%(unit)s 对案件 %(number)s（%(what)s）提出退单，待裁定。"),
    "ask_extension": _("%(unit)s 就案件 %(number)s（%(what)s）申请延期，待答复。"),
    "ask_suspension": _("%(unit)s 就案件 %(number)s（%(what)s）申请挂账，待答复。"),
}, PAGE))  # fmt: skip
