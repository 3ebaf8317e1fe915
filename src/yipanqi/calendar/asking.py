"""Why the columns of the working calendar are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import OFFICE, Why, ask_sheet
from yipanqi.calendar import sheets as _sheets  # noqa: F401  they register themselves
from yipanqi.sheets import SHEETS

BY_OFFICE = {"owner": OFFICE, "who": OFFICE, "readers": _("工作人员"), "often": _("需要时")}
ask_sheet(SHEETS["calendar-days"], minutes=5, fields={
    "day": Why(_("哪一天与平常不同。")), "is_working": Why(_("上班日才计入工作时限。")), "name": Why(_("写明是什么节日。"), differs=_("各是不同事物的名称")),
    "announced": Why(_("官方已公布的，自动更新不再改动。")),
}, **BY_OFFICE)  # fmt: skip
