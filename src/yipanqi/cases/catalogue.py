"""The office's settings about cases: when mending on the spot is shown by a photo; how often a network address may report
through the API and, through any door, guess at tracking codes."""

from django.utils.translation import gettext_lazy as _

from yipanqi.allowance import Allowance
from yipanqi.kernel.policy import policy

API_REPORTS = Allowance(
    policy("cases.api_reports_per_hour", 120, _("每个网络地址每小时可经接口提交的市民反映数")),
    _("这个网络地址本小时的请求太多了，请过一会儿再试，或拨打 12345 反映。"),
)
WRONG_CODES = Allowance(
    policy("cases.wrong_codes_per_hour", 30, _("同一网络地址每小时可输错查询码的次数"), help=_("防止逐个猜测查询码。")),
    _("这个网络地址本小时输错查询码的次数太多了，请过一会儿再查，或拨打 12345 询问。"),
)
SPOT_PHOTO_SEVERITY = policy(
    "inspections.spot_photo_severity",
    3,
    _("立整立改须附照片的严重程度"),
    help=_("问题的严重程度达到此级，立整立改须附照片；低于此级可以不附照片。案件登记立整立改，一律写明怎样改好的。"),
)
