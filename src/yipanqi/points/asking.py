"""Why the pages of points ask what they ask."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import Why, ask, ask_sheet
from yipanqi.points import forms
from yipanqi.points.sheets import REWARDS

CENTRE, VOLUNTEER, STATION = _("文明实践中心"), _("志愿者"), _("文明实践所（站）")
OWN = {"owner": CENTRE, "who": VOLUNTEER, "readers": _("本人、文明实践中心"), "often": _("想用时"), "minutes": 0.5}
ask(forms.ChooseForm, title=_("出示兑换码"), **OWN, fields={"reward": Why(_("换什么、扣多少分由本人决定。")), "n": Why(_("换几份。"))})
ask(forms.GiveForm, title=_("转赠积分"), **OWN, fields={
    "number": Why(_("转给谁。"), keeps=_("随积分账目保存")), "name": Why(_("与编号核对，防止转错；不保存。")), "points": Why(_("转多少。")),
})  # fmt: skip
ask(forms.GiveFundForm, title=_("捐给爱心基金"), **OWN, fields={"fund": Why(_("捐给哪个基金。")), "points": Why(_("捐多少。"))})
ask(forms.ClaimForm, title=_("登记我反映的问题"), **OWN, fields={"code": Why(_("只有反映的人有查询码，凭它计分；办案的人看不到是谁登记的。"), keeps=_("随积分账目保存，退出后删除"))})
AT_SHOP = {"owner": CENTRE, "who": STATION, "readers": CENTRE}
ask(forms.CodeForm, title=_("核对兑换码"), often=_("每次兑换一次"), minutes=0.2, **AT_SHOP, fields={"code": Why(_("核对本人要换什么，不必问姓名、证件。"))})
NEW = {"often": _("有新的时"), "minutes": 1}
REWARD = {"name": Why(_("志愿者知道能换什么。")), "cost": Why(_("换一份要多少分。"))}
ask(forms.RewardForm, title=_("兑换物品"), **AT_SHOP, **NEW, fields=REWARD)
ask(forms.NewRewardForm, title=_("新的兑换物品"), **AT_SHOP, **NEW, fields={"stock": Why(_("没有的不能换。"))})
ask(forms.ChangeRewardForm, title=_("修改兑换物品"), **AT_SHOP, **NEW, fields={"offered": Why(_("暂时不换的不列出。"))})
ask(forms.StockForm, title=_("库存增减"), **AT_SHOP, **NEW, fields={"change": Why(_("库存与实物相符。")), "why": Why(_("减少要说得清。"))})
BY_CENTRE = {"owner": CENTRE, "who": CENTRE, "readers": _("志愿者、审计"), **NEW}
SHOP = {
    "name": Why(_("志愿者知道到哪里换。")), "unit": Why(_("由谁管理、谁能办理兑换。")), "station": Why(_("在哪个实践所（站）。"), differs=_("兑换点设在哪里与活动由谁办是两件事")), "address": Why(_("志愿者找得到。")), "hours": Why(_("志愿者不白跑。")),
}  # fmt: skip
ask(forms.ShopForm, title=_("兑换点"), **BY_CENTRE, fields=SHOP)
ask(forms.NewShopForm, title=_("新的兑换点"), **BY_CENTRE, fields={"code": Why(_("各处用同一个编码。"), differs=_("兑换点、基金各有编码"))})
ask(forms.ChangeShopForm, title=_("修改兑换点"), **BY_CENTRE, fields={"closed_on": Why(_("停用的不再兑换，账目保留。"), differs=_("兑换点、基金各自停用"))})
ask(forms.FundForm, title=_("爱心基金"), **BY_CENTRE, fields={"name": Why(_("捐的人知道是哪个基金。")), "purpose": Why(_("捐的人知道用在哪里。"))})
ask(forms.NewFundForm, title=_("新的爱心基金"), **BY_CENTRE, fields={"code": Why(_("各处用同一个编码。"), differs=_("兑换点、基金各有编码"))})
ask(forms.ChangeFundForm, title=_("修改爱心基金"), **BY_CENTRE, fields={"closed_on": Why(_("停用的不再接收，账目保留。"), differs=_("兑换点、基金各自停用"))})
ask(forms.UseFundForm, title=_("使用基金积分"), **BY_CENTRE, fields={"points": Why(_("用了多少。")), "why": Why(_("用在哪里，向捐的人说清。"), differs=_("每笔账各写各的原因"))})
ask(forms.WhyForm, title=_("说明原因"), **BY_CENTRE, fields={"why": Why(_("账目变动要说得清。"), differs=_("每笔账各写各的原因"))})
ask(forms.ReverseForm, title=_("冲正"), **BY_CENTRE, fields={"back_in_stock": Why(_("物品收回了才加回库存。"))})
RULE = {
    "per_hour": Why(_("一小时服务计多少分。")), "step": Why(_("不满一小时怎样计。")), "report": Why(_("反映属实、已办结的计多少分。")), "reports_a_month": Why(_("防止为积分滥报。")),
    "cap": Why(_("一个人最多存多少。")), "months": Why(_("多久不用就清零。")), "basis": Why(_("依据哪个办法，写给志愿者看。")), "coefficients": Why(_("辛苦、危险的服务可以多计。")),
}  # fmt: skip
ask(forms.ChangeRuleForm, title=_("修改积分规则"), **BY_CENTRE, fields=RULE)
ask(forms.NewRuleForm, title=_("新的积分规则"), **BY_CENTRE, fields={"starts_on": Why(_("从哪天起施行，以前的不变。"))})
ask_sheet(REWARDS, owner=CENTRE, who=CENTRE, readers=_("志愿者"), often=_("盘点时"), minutes=5, fields={
    "shop": Why(_("哪个兑换点。")), "name": Why(_("能换什么。")), "cost": Why(_("要多少分。")), "stock": Why(_("盘点后还有多少。")),
})  # fmt: skip
