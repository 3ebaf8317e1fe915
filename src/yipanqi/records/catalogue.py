"""The office's settings about records: which rules make stars, how long certificates are publicised, how often they are checked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yipanqi.allowance import Allowance
from yipanqi.kernel.policy import policy

STAR_SCHEME = policy("records.star_scheme", "standard", _("星级认定采用的规则代码"), "text", _("志愿者按这套规则申请星级；几套规则各算各的，不混用。没有登记规则时，按 100、300、600、1000、1500 小时认定一至五星。"))
SHOWN_DAYS = policy("records.shown_days", 7, _("证明出具后在单位内部公示的天数"), help=_("0 为不公示。民政部门的文件要求一般不少于 7 天。"), most=60)
COURSES = policy(
    "records.courses", {"first_aid": "急救培训", "traffic": "交通劝导安全培训", "elderly_care": "助老服务培训", "minors": "未成年人服务培训", "emergency": "应急救援培训"}, _("培训科目"), "json",
    _("服务类别和活动“须完成的培训”从这里选；左边是代码，右边是名称。"),
)  # fmt: skip
ANSWER_DAYS = policy("records.answer_days", 10, _("星级、证明和更正申请的办理期限（天）"), help=_("超过期限未办的，提醒办理单位一次。"), least=1, most=90)
CHECKS = Allowance(
    policy("records.checks_per_hour", 60, _("每个网络地址每小时可核验证明的次数"), help=_("输对输错都计数，防止逐个猜测。"), least=1, most=10_000),
    _("这个网络地址本小时核验的次数太多了，请过一会儿再试，或按证明上的联系方式询问出具单位。"),
)
