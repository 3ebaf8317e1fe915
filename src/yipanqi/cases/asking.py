"""Why the fields of a case's forms are asked."""

from django.utils.translation import gettext_lazy as _

from yipanqi.asking import INSPECTORS, OFFICE, UNITS, Why, ask, ask_sheet
from yipanqi.cases import forms
from yipanqi.cases import sheets as _sheets  # noqa: F401  they register themselves
from yipanqi.sheets import SHEETS

ONCE = _("每办一次")
BY_DESK = {"owner": OFFICE, "who": OFFICE, "readers": _("综合组、责任单位"), "often": ONCE}
BY_UNIT = {"owner": OFFICE, "who": UNITS, "readers": _("综合组、核查人员"), "often": ONCE}
BY_VERIFIER = {"owner": OFFICE, "who": INSPECTORS, "readers": _("责任单位、综合组"), "often": ONCE}

REMARK = Why(_("有需要交代的才写，没有就空着。"), differs=_("每一步各写各的话，不是同一件事"))
REASON = Why(_("对方要知道为什么，日后复查也要有据可查。"), differs=_("每个决定各有理由"))
PHOTOS = Why(_("看得见才说得清；一件事一张就够，不必拍工作照。"), differs=_("每一步拍的是当时的现场"))
FOR_UNIT = Why(_("您在几个单位任职时才问，好知道这一步算哪个单位办的。"), differs=_("只在多个单位任职时显示"))
CLASS = Why(_("决定由谁办、多长时限、怎样算办好。"), differs=_("登记时可不选，受理时确定"))
SUBJECT = Why(
    _("首违警告、轻微免罚须核对同一当事人以前有没有处理过。"), basis=_("《行政处罚法》第三十三条"), keeps=_("加密保存，自办结之日起二年清除"),
)  # fmt: skip
CHOSEN = Why(_("记下当时系统建议了什么，用来改进建议；不用您填。"))

ask(forms.NoteForm, title=_("一般办理意见"), minutes=0.5, fields={"note": REMARK}, **BY_DESK)
ask(forms.ReasonedForm, title=_("须说明理由的决定"), minutes=1, fields={"note": REASON}, **BY_DESK)
ask(forms.PhotoNoteForm, title=_("核查通过、回查合格、再次发现"), minutes=1, fields={"photos": PHOTOS}, **BY_VERIFIER)
ask(forms.PhotoReasonForm, title=_("登记反弹"), minutes=1, fields={"photos": PHOTOS}, **BY_VERIFIER)
ask(forms.VerifyFailForm, title=_("核查不通过"), minutes=1.5, fields={
    "false_reply": Why(_("区分“没改到位”和“没改却报已改”；后者要通报约谈，所以单独问。")),
}, **BY_VERIFIER)  # fmt: skip
ask(forms.FixOnTheSpotForm, title=_("立整立改"), minutes=0.5, fields={
    "note": Why(_("一句话写明怎样改好的，就不用再交办。")),
    "photos": Why(_("问题较严重的才要照片，证明当场改好了。"), differs=_("每一步拍的是当时的现场")),
}, **BY_VERIFIER)  # fmt: skip
ask(forms.CommentForm, title=_("补充说明"), minutes=1, fields={"note": Why(_("把新情况告诉正在办的人。"), differs=_("每一步各写各的话，不是同一件事")), "photos": PHOTOS}, **BY_UNIT)
ask(forms.AcceptForm, title=_("受理"), minutes=1, fields={
    "issue_class": CLASS, "suggested": CHOSEN,
    "severity": Why(_("现场比一般情况严重或轻微时才改，会影响时限。")),
}, **BY_DESK)  # fmt: skip
ask(forms.CorrectClassForm, title=_("更正类别"), minutes=1, fields={
    "issue_class": Why(_("类别选错了，时限、销号条件和统计都跟着错；改对只改这一处。"), differs=_("受理时选的错了才改，平时不用填")),
    "severity": Why(_("程度判断错了才改。"), differs=_("受理时选的错了才改，平时不用填")),
    "note": REASON,
}, **BY_DESK)  # fmt: skip
ask(forms.RejectForm, title=_("不予受理"), minutes=1.5, fields={"reason": Why(_("原样告知反映人，让人知道为什么不办、该找谁。"))}, **BY_DESK)
ask(forms.MergeForm, title=_("并案"), minutes=0.5, fields={"primary": Why(_("同一个问题只办一次，写明并到哪一件。"))}, **BY_DESK)
ask(forms.DispatchForm, title=_("交办"), minutes=2, fields={
    "unit": Why(_("由谁牵头办、对谁计时。")),
    "co_units": Why(_("一家办不了才选；不需要的不要拉上。"), differs=_("交办时拉上，不需要时解除，是两件事")),
    "requirements": Why(_("类别的销号条件以外还有要求才写。")),
    "due_at": Why(_("默认按类别时限计算，特殊情况才改。")),
}, **BY_DESK)  # fmt: skip
ask(forms.ReleaseUnitForm, title=_("解除协办"), minutes=1, fields={"unit": Why(_("说明哪一家不用再办。"))}, **BY_DESK)
ask(forms.UnitForm, title=_("以单位名义办理"), minutes=0.2, fields={"unit": FOR_UNIT}, **BY_UNIT)
ask(forms.SignForm, title=_("签收"), minutes=0.2, fields={}, **BY_UNIT)
ask(forms.DisputeForm, title=_("退单"), minutes=2, fields={
    "reason": Why(_("综合组据此裁定；一步说清就不用再打电话。"), differs=_("每项申请各有理由")),
    "proposed_unit": Why(_("知道该谁办的话选上，裁定更快；裁定后写入责任规则，以后不再派错。")),
}, **BY_UNIT)  # fmt: skip
ask(forms.UpholdForm, title=_("同意退单并改派"), minutes=1, fields={
    "unit": Why(_("改由谁办。")), "make_rule": Why(_("写成规则，以后同类问题直接派对，不用再退。")),
}, **BY_DESK)  # fmt: skip
ask(forms.AskExtensionForm, title=_("申请延期"), minutes=2, fields={
    "reason": Why(_("综合组据此决定同意几天。"), differs=_("每项申请各有理由")),
    "days": Why(_("实际需要几个工作日就写几天。"), differs=_("申请与批准各写一次，两个单位填")),
}, **BY_UNIT)  # fmt: skip
ask(forms.GrantExtensionForm, title=_("同意延期"), minutes=0.5, fields={"days": Why(_("与申请不同才填。"))}, **BY_DESK)
ask(forms.AskSuspensionForm, title=_("申请挂账"), minutes=2, fields={"reason": Why(_("挂账要领导审批，写明一时解决不了的原因和打算。"), differs=_("每项申请各有理由"))}, **BY_UNIT)
ask(forms.SuspendForm, title=_("批准挂账"), minutes=1, fields={"review_on": Why(_("到这一天系统提醒复核，免得一挂了之。"))}, **BY_DESK)
ask(forms.ResolveForm, title=_("反馈整改"), minutes=3, fields={
    "what_was_done": Why(_("核查人员和反映问题的市民靠它知道做了什么；一两句话即可，不用写总结。")),
    "outcome": Why(_("区分改好、警告、免罚、处罚，用于统计和告知。")),
    "subject_name": SUBJECT, "checked": Why(_("当事人以前被处理过时，请您确认仍按所选结果办。")),
    "photos": Why(_("此类问题须看得见改好了才能销号；拍摄时间和位置系统自动核对，不用打水印。"), differs=_("每一步拍的是当时的现场")),
}, **BY_UNIT)  # fmt: skip
ask(forms.FinishStepForm, title=_("反馈阶段完成"), minutes=2, fields={
    "what_was_done": Why(_("分阶段整改的，让综合组知道这一阶段做完了。")), "photos": PHOTOS,
}, **BY_UNIT)  # fmt: skip

IMPORTED = _("表格一次导入多条，与逐条填写二选一")
IN_BULK = {"owner": OFFICE, "who": OFFICE, "readers": OFFICE, "often": _("有旧台账要迁入时")}
ask_sheet(SHEETS["cases"], minutes=10, fields={
    "number": Why(_("填了就更新原案件，不填为新案件，避免重复。")), "source": Why(_("区分自查、热线等来源，用于统计。")),
    "external_ref": Why(_("来源系统的编号，重复导入时认得出是同一件。")), "title": Why(_("列表里一眼看明白是什么事。")),
    "description": Why(_("办理单位要知道具体问题。")), "issue_class": CLASS, "severity": Why(_("与类别不同才填，影响时限。"), differs=IMPORTED),
    "place": Why(_("认得点位就知道在哪、归谁管。")), "address": Why(_("没有点位编码时，靠它找到地方。"), differs=IMPORTED),
    "lon": Why(_("有坐标才能上地图、判断归属；没有可不填。")), "lat": Why(_("同经度，成对填写。")), "found_at": Why(_("时限从发现时起算。")),
}, **IN_BULK)  # fmt: skip
HOTLINE = _("加密保存，办结后六个月清除")
ask_sheet(SHEETS["messages"], minutes=10, fields={
    "number": Why(_("热线编号，重复导入时认得出是同一件。")),
    "author": Why(_("答复时称呼反映人。"), keeps=HOTLINE), "phone": Why(_("核实和答复时联系反映人。"), keeps=HOTLINE),
    "title": Why(_("列表里一眼看明白是什么事。")), "received_at": Why(_("答复时限从这时起算。")), "text": Why(_("办理单位要知道具体问题。")),
    "address": Why(_("靠它找到地方。")), "reply": Why(_("热线已经答复的直接办结，不用再办一遍。")), "replied_at": Why(_("统计答复时长。")),
}, **IN_BULK)  # fmt: skip
