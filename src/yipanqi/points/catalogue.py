"""What the office sets about points."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy, policy_value

ENABLED = policy("points.enabled", True, _("启用道德储蓄积分"), "bool", help=_("不启用时，与积分有关的页面、卡片、指标和消息全部不出现；已有的账目原样保存，停用期间的服务不补计积分。"))
CODE_MINUTES = policy("points.code_minutes", 10, _("兑换码的有效时间（分钟）"), least=2, most=60)
CODES_PER_HOUR = policy("points.codes_per_hour", 60, _("每名兑换人员每小时可核对的兑换码个数"), help=_("对错都计，防止猜码。"), least=5, most=1000)
CLAIMS_PER_HOUR = policy("points.claims_per_hour", 10, _("每名志愿者每小时可登记的查询码个数"), help=_("对错都计，防止猜码。"), least=1, most=100)
CLAIM_DAYS = policy("points.claim_days", 60, _("反映问题后多少天内可以登记到自己的积分账户"), least=1, most=366)


def enabled() -> bool:
    """Whether the city uses points at all."""
    return bool(policy_value(ENABLED.key))
