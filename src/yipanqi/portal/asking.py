"""Why residents are asked what they are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import OFFICE, RESIDENTS, Why, ask, ask_page, only_looks_up
from yipanqi.portal import forms

CONSENT = _("《个人信息保护法》第十三条：本人同意")
ask(forms.ReportForm, title=_("随手拍反映"), owner=OFFICE, who=RESIDENTS, readers=_("综合组；联系方式只有综合组能看"), often=_("想反映时"), minutes=1, fields={
    "text": Why(_("一句话说清是什么问题，好交给对的人。"), keeps=_("随案件保留，可应本人要求删除")), "address": Why(_("没有定位时靠它找到地方。")),
    "lon": Why(_("点了定位才有，只用来找到问题，不跟踪手机。"), keeps=_("随案件保留")), "lat": Why(_("点了定位才有，只用来找到问题，不跟踪手机。"), keeps=_("随案件保留")),
    "place": Why(_("扫门牌二维码自动带上。")), "attempt": Why(_("防止网络不好时重复提交；不用您填。")),
    "contact_name": Why(_("答复时知道怎么称呼您；可以不填。"), basis=CONSENT, keeps=_("加密保存，办结后六个月清除")),
    "contact_phone": Why(_("需要核实或答复时联系您；可以不填。"), basis=CONSENT, keeps=_("加密保存，办结后六个月清除")),
})  # fmt: skip
ask(forms.RatingForm, title=_("评价处理结果"), owner=OFFICE, who=RESIDENTS, readers=_("综合组"), often=_("办结后一次，自愿"), minutes=0.5, fields={
    "rating": Why(_("您满意不满意，决定这件事算不算办好。")), "note": Why(_("不满意在哪里，写了才知道怎么改；可以不填。")),
})  # fmt: skip
ask_page("portal/_photos.html", title=_("反映时附的照片"), owner=OFFICE, who=RESIDENTS, readers=_("综合组、责任单位"), often=_("想反映时"), minutes=0.5, fields={
    "photo_files": (_("照片"), Why(_("有照片更容易找到和办好；可以不附。"), keeps=_("随案件保存；展示时去除拍摄信息"))),
})  # fmt: skip
only_looks_up(forms.TrackForm, forms.NeighbourFilter)
