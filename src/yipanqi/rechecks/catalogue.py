"""The office's settings about looking again."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.policy import policy

AFTER_DAYS = policy("rechecks.after_days", 7, _("销号后多少天抽取回查"), most=3650)
WITHIN_DAYS = policy("rechecks.within_days", 30, _("销号后多少天内完成回查"), most=3650)
UNIFORM = policy("rechecks.uniform_share", 0.05, _("回查均匀抽取的比例"), "float", _("0.05 即每百件随机抽五件，用来无偏估计反弹率；严重程度为紧急的一律回查"))
WEIGHTED = policy("rechecks.risk_share", 0.15, _("回查按风险加抽的比例"), "float", _("按类别、单位、点位过去一年的反弹情况加权，容易反弹的多抽"))
#: Of those mended somebody looks at some, always: else nobody would know what passes unseen.
LEAST_SHARE = 5
_SHARE = _("100 为全部由人核查（默认），最少 5。例如填 30，则每百件约抽 30 件到现场核查，其余期满按规则销号；单位返工后恢复全部核查。")
VERIFY_SHARE = {
    1: policy("rechecks.verify_share_1", 100, _("整改后人工核查的比例（%）：一般"), "float", _SHARE, least=LEAST_SHARE, most=100),
    2: policy("rechecks.verify_share_2", 100, _("整改后人工核查的比例（%）：较重"), "float", _SHARE, least=LEAST_SHARE, most=100),
}
VERIFY_AFTER = policy("rechecks.verify_after_days", 3, _("未抽中的案件几天后按规则销号"), most=3650)
FULL_DAYS = policy("rechecks.verify_full_days", 30, _("单位返工后多少天内全部由人核查"), most=3650)
ROOT_CAUSE = policy("rechecks.root_cause_rebounds", 3, _("一年内反弹多少次列为根源问题"))
