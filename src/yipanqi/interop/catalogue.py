"""The office's settings about Open311."""

from django.utils.translation import gettext_lazy as _

from yipanqi.allowance import Allowance
from yipanqi.kernel.policy import policy

KEY_REQUIRED = policy(
    "interop.open311_key_required",
    False,
    _("Open311 提交问题须带接口密钥"),
    "bool",
    help=_("打开后，只有持接口客户端令牌（api_key）的程序可以提交；查询不受影响。"),
)
POSTS = Allowance(
    policy(
        "interop.open311_posts_per_hour",
        20,
        _("无密钥的同一网络地址每小时可通过 Open311 提交的问题数"),
        help=_("带有效密钥的程序不受此限制。"),
    ),
    _("提交过于频繁，请稍后再试"),
)
