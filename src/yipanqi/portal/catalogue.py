"""How often a network address may report on the public site."""

from django.utils.translation import gettext_lazy as _

from yipanqi.allowance import Allowance
from yipanqi.kernel.policy import policy

REPORTS = Allowance(
    policy(
        "portal.reports_per_hour",
        20,
        _("同一网络地址每小时可提交的反映数"),
        help=_("防止恶意刷单。同一网络（如单位、商场）的多人共用一个地址时可适当调高。"),
    ),
    _("这个网络地址本小时提交的反映太多了，请过一会儿再提交，或拨打 12345。您填写的内容还在。"),
)
