"""Why the fields of the ladder's pages are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import OFFICE, Why, ask, only_looks_up
from yipanqi.escalation import forms

ask(forms.DropForm, title=_("不予制发函件"), owner=OFFICE, who=_("创城办负责人"), readers=_("创城办、审计"), often=_("每件一次"), minutes=0.5, fields={
    "reason": Why(_("少发一份也要说明为什么，审计可查。")),
})  # fmt: skip
only_looks_up(forms.TrialForm)
