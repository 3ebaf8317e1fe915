"""What the office sets about duty work."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy

CONFIRM_DAYS = policy("rosters.confirm_days", 7, _("值勤后多少天内可以确认和更正"), help=_("只填人数和做了什么，不填姓名，不要照片。"), least=1, most=60)
REMIND = policy("rosters.remind", True, _("值勤前一天提醒单位联络员"), "bool", help=_("同一单位一天只提醒一次。"))
