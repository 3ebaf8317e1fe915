"""The office's settings about its own pages."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy

CLOSURE_TARGET = policy("desk.closure_target", 95.0, _("整改率目标（%）"), "float", _("看板上的目标线，填 0 则不画。"))
ON_TIME_TARGET = policy(
    "desk.on_time_target", 90.0, _("按期整改率目标（%）"), "float", _("看板上的目标线，填 0 则不画。")
)
REJECT_REASONS = policy(
    "desk.reject_reasons",
    "不属于文明城市创建受理范围，请向相关主管部门反映。|描述不清，无法确定位置，请补充具体地点或照片后重新反映。|经核实，所反映的问题不存在或已经解决。|"
    "属于咨询、求助或建议，请拨打 12345 政务服务便民热线。|涉及诉讼、仲裁、行政复议或信访程序，请按原渠道办理。",
    _("不予受理的常用理由"), "text", _("分拣台上可一键选用，最多九条，用“|”隔开。理由会原样告知反映人。"),
)  # fmt: skip
