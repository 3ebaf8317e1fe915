"""The office's settings about suggestions."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy

SHOWN = policy("suggestions.shown", True, _("向综合组建议问题类别和承办单位"), "bool", _("关闭后案件页面、受理和交办表单以及接口都不再给出建议；每天的学习也停止。"))
LEAST = policy("suggestions.least_percent", 5.0, _("低于此把握的建议不显示（%）"), "float")
PRESELECT = policy(
    "suggestions.preselect_percent", 0.0, _("达到此把握时预先选好建议的类别（%）"), "float",
    _("填 0 表示从不预选，建议仅供参考。只有经本市案件检验过的建议才会预选，提交前仍须人工核对。"),
)  # fmt: skip
