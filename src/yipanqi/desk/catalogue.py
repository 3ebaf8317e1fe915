"""The office's settings about its own pages."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy

CLOSURE_TARGET = policy("desk.closure_target", 95.0, _("整改率目标（%）"), "float", _("看板上的目标线，填 0 则不画。"))
ON_TIME_TARGET = policy(
    "desk.on_time_target", 90.0, _("按期整改率目标（%）"), "float", _("看板上的目标线，填 0 则不画。")
)
