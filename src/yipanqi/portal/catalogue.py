"""The office's settings about the public site."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy

REPORTS_PER_HOUR = policy(
    "portal.reports_per_hour",
    20,
    _("同一网络地址每小时可提交的反映数"),
    help=_("防止恶意刷单。同一网络（如单位、商场）的多人共用一个地址时可适当调高。"),
)
WRONG_CODES_PER_HOUR = policy(
    "portal.wrong_codes_per_hour",
    30,
    _("同一网络地址每小时可输错查询码的次数"),
    help=_("防止逐个猜测查询码。"),
)
