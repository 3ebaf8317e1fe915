"""Why the pages about burden ask what they ask themselves."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import OFFICE, STAFF, Why, ask
from yipanqi.burden import forms

BY_OFFICE = {"owner": OFFICE, "who": OFFICE, "readers": _("反映人、审计"), "often": _("每条一次")}
WANTED = _("想说时")
ask(forms.ComplainForm, title=_("基层负担反映"), owner=OFFICE, who=STAFF, readers=_("综合组、审计"), often=WANTED, minutes=1, fields={
    "text": Why(_("一句话说清什么太多、哪里重复，创城办据此删减。"), keeps=_("随反映记录保存")), "page": Why(_("知道说的是哪个页面，才改得准。")),
    "signed": Why(_("愿意署名才勾选，匿名同样答复。")),
})  # fmt: skip
ask(forms.PressForm, title=_("再次反映基层负担"), owner=OFFICE, who=STAFF, readers=_("综合组、审计"), often=WANTED, minutes=1, fields={"text": Why(_("答复没有解决问题，可以接着说。"))})
ask(forms.AnswerForm, title=_("答复基层负担反映"), minutes=2, fields={"text": Why(_("说清怎样改，或者为什么不能改。"), differs=_("答复不同的人，不是同一件事"))}, **BY_OFFICE)
ask(forms.RenewForm, title=_("表单续期"), owner=OFFICE, who=_("创城办负责人"), readers=_("工作人员、审计"), often=_("每张表单每年一次"), minutes=1, fields={
    "until": Why(_("到期再看一次还要不要，最长一年。")), "why": Why(_("说不出理由的表单就该取消。")),
})  # fmt: skip
