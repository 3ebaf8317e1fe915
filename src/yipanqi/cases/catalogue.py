"""The office's settings about cases: when mending on the spot is shown by a photo; how often a network address may report
through the API and, through any door, guess at tracking codes; from when a photo is pointed out to those who verify."""

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
PHOTO_ALIKE_BITS = policy(
    "cases.photo_alike_bits",
    6,
    _("照片视为几乎相同的最大差异（0 至 7）"),
    help=_("每张照片提取 64 位画面特征，差异不超过此数的提示核查人员“几乎相同”。默认 6；数值越大，裁剪过的照片越容易被认出，误报也越多。"),
)
PHOTO_EARLY_DAYS = policy(
    "cases.photo_early_days",
    7,
    _("整改前照片早于登记多少天时提示"),
    help=_("按照片自带的拍摄时间计算。没有拍摄时间的照片不提示。"),
    most=3650,
)
PHOTO_FAR_METRES = policy(
    "cases.photo_far_metres",
    1000,
    _("拍摄位置距案件位置多远时提示（米）"),
    help=_("按照片自带的位置计算。有的手机按国测局坐标记录，会偏移数百米，不宜低于 800 米。没有位置的照片不提示。"),
)
