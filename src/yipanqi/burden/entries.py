"""Lines of the menu, and kinds of news."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yipanqi.burden.catalogue import LOADS
from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind

NAVIGATION.add(Entry(_("基层负担"), "burden:units", "weight", lambda user: user.has_perm("burden.see_all_units"), 37))
NAVIGATION.add(Entry(_("我们的负担"), "burden:mine", "weight", lambda user: user.has_perm("burden.see_own_unit"), 37))
OVER = _("%(unit)s %(month)s 月“{what}”已有 %(n)s，超过每月上限 %(cap)s。")
KINDS.add("burden.over_cap", Kind(_("负担超过上限"), {key: format_lazy(OVER, what=load.title) for key, load in LOADS.items()}, "/burden/?month=%(month)s"))
KINDS.add("burden.form_expired", Kind(_("表单到期"), {"expired": _("表单“%(title)s”的有效期到 %(until)s 为止，请决定保留或取消。")}, "/burden/forms/"))
KINDS.add("burden.complaint", Kind(_("基层负担反映"), {"complain": _("收到一条基层负担反映（%(code)s），请答复。")}, "/burden/complaints/%(code)s/", private=True))
KINDS.add("burden.answer", Kind(_("负担反映的答复"), {"answer": _("您的基层负担反映（%(code)s）已有答复。")}, "/burden/complaints/%(code)s/", private=True))
