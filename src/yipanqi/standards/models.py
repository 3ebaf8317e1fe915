"""What is asked: editions, indicators, place categories, check items, issue classes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yipanqi.standards import starting
from yipanqi.standards.states import EditionState


class Edition(models.Model):
    """A version of the assessment standard. Frozen once used; a new one starts as a copy."""

    State = EditionState

    code = models.CharField(
        _("版本编码"), max_length=40, unique=True, help_text=_("字母、数字、点和短横线，例如 JYG-2027")
    )
    name = models.CharField(_("版本名称"), max_length=80)
    issuer = models.CharField(_("发布单位"), max_length=80, blank=True)
    period = models.CharField(_("适用周期"), max_length=40, blank=True)
    part_weights = models.JSONField(
        _("各部分权重"), default=dict, blank=True, help_text="{method: weight} for field, material, survey, other"
    )
    thresholds = models.JSONField(
        _("评级界限"),
        default=starting.thresholds,
        help_text="{measure: {letter: number}}: from which count which letter is given; see letters.Scale",
    )
    letter_values = models.JSONField(_("等级分值"), default=starting.letter_values, help_text="{letter: 0 to 1}")
    state = models.CharField(_("状态"), max_length=10, choices=EditionState, default=EditionState.DRAFT)
    used = models.BooleanField(_("已使用"), default=False, help_text="frozen: something was judged by it")
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    locally_changed = models.BooleanField(
        default=False, help_text="edited on screen: loading the starting data leaves it alone"
    )

    class Meta:
        default_permissions = ()
        ordering = ("-code",)
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="current"), name="edition_one_current")
        ]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """A node of an edition's indicator tree."""

    class Method(models.TextChoices):
        FIELD = "field", _("实地考察")
        MATERIAL = "material", _("材料审核")
        SURVEY = "survey", _("问卷调查")
        OTHER = "other", _("其他")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="indicators")
    code = models.CharField(_("指标编码"), max_length=30)
    name = models.CharField(_("指标名称"), max_length=200)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("上级指标")
    )
    weight = models.DecimalField(_("权重"), max_digits=8, decimal_places=3, default=1)
    method = models.CharField(_("测评方式"), max_length=10, choices=Method, default=Method.FIELD)

    class Meta:
        default_permissions = ()
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"],
                name="indicator_once",
                violation_error_message=_("这个版本里已有相同编码的指标"),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0), name="indicator_weight", violation_error_message=_("权重不能小于零")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PlaceCategory(models.Model):
    """One kind of inspection point 点位类型. Kinds are data: cities count 25 to 54 of them."""

    key = models.CharField(_("类别代号"), max_length=40, unique=True)
    code_prefix = models.CharField(_("编码前缀"), max_length=4, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    group = models.CharField(_("大组"), max_length=20)
    department_type = models.CharField(_("主管职能"), max_length=40)
    co_departments = models.JSONField(
        _("协同职能"), default=list, blank=True, help_text="keys of functions of departments"
    )
    extent = models.CharField(_("考察范围"), max_length=300, blank=True)
    extent_en = models.CharField(_("考察范围（英文）"), max_length=400, blank=True)
    basis = models.JSONField(
        _("依据"), default=list, blank=True, help_text="published texts on which the category leans, one string each"
    )
    concerns_minors = models.BooleanField(_("涉及未成年人"), default=False)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    active = models.BooleanField(_("启用"), default=True)
    locally_changed = models.BooleanField(
        default=False, help_text="edited on screen: loading the starting data leaves it alone"
    )

    class Meta:
        default_permissions = ()
        ordering = ("order", "key")

    def __str__(self) -> str:
        return self.name


class IssueClass(models.Model):
    """A class of problem 问题类别, unique by (standard, kind, code), with its clocks and closing condition."""

    class Kind(models.TextChoices):
        COMPONENT = "component_anomaly", _("部件")
        EVENT = "event", _("事项")
        EXTENSION = "extension", _("本地扩展")
        EMERGENCY = "legacy_emergency", _("突发事件")

    class Certainty(models.TextChoices):
        HIGH = "high", _("有旁证")
        MEDIUM = "medium", _("单一来源")
        LOW = "low", _("待核实")
        PROPOSAL = "proposal", _("本项目建议")

    standard = models.CharField(_("标准"), max_length=40)
    kind = models.CharField(_("类型"), max_length=20, choices=Kind)
    code = models.CharField(_("编码"), max_length=10)
    key = models.CharField(max_length=80, unique=True)
    group_code = models.CharField(_("大类编码"), max_length=6)
    group_name = models.CharField(_("大类"), max_length=40)
    group_name_en = models.CharField(_("大类英文名称"), max_length=80, blank=True)
    name = models.CharField(_("名称"), max_length=60)
    name_en = models.CharField(_("英文名称"), max_length=120, blank=True)
    component = models.CharField(_("部件名称"), max_length=60, blank=True)
    department_type = models.CharField(_("默认主管职能"), max_length=40)
    severity = models.PositiveSmallIntegerField(_("严重程度"), default=1)
    clocks = models.JSONField(
        _("时限"),
        default=dict,
        help_text="{stage: {amount, clock}} for accept, dispatch, handle, verify; handle may hold stages [{amount, clock, title}]",
    )
    on_the_spot = models.BooleanField(_("现场即改"), default=False)
    photo_required = models.BooleanField(_("整改须附照片"), default=False)
    closing_condition = models.CharField(_("销号条件"), max_length=200, blank=True)
    deadline_note = models.CharField(_("时限说明"), max_length=200, blank=True)
    deadline_source = models.CharField(_("时限依据"), max_length=200, blank=True)
    deadline_certainty = models.CharField(_("时限可靠程度"), max_length=10, choices=Certainty, blank=True)
    code_source = models.CharField(_("编码来源"), max_length=200, blank=True)
    code_certainty = models.CharField(_("编码可靠程度"), max_length=10, choices=Certainty, blank=True)
    legacy_codes = models.JSONField(
        _("旧标准编码"),
        default=dict,
        blank=True,
        help_text="{older standard: code}, so that old ledgers find their class",
    )
    active = models.BooleanField(_("启用"), default=True)
    locally_changed = models.BooleanField(
        default=False, help_text="edited on screen: loading the starting data leaves it alone"
    )

    class Meta:
        default_permissions = ()
        ordering = ("standard", "kind", "code")
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "kind", "code"],
                name="issue_class_once",
                violation_error_message=_("已有标准、类型和编码都相同的问题类别"),
            ),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=4),
                name="issue_class_severity",
                violation_error_message=_("严重程度应为1至4"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CheckItem(models.Model):
    """What is looked at in places of a category, and which class of problem a failure raises."""

    class Kind(models.TextChoices):
        BOOLEAN = "boolean", _("符合/不符合")
        COUNT = "count", _("计数")
        GRADE = "grade", _("等级")

    class Measure(models.TextChoices):
        VIOLATIONS = "violations", _("问题数（0处为A）")
        PROVISIONS = "provisions", _("应有数（达标数为A）")
        SAMPLE = "sample_pass", _("抽样合格数")
        RATIO = "ratio", _("比例（%）")

    class Method(models.TextChoices):
        OBSERVE = "observe", _("实地观察")
        DOCUMENT = "document", _("查看资料")
        ASK = "ask", _("随机询问")
        CALL = "simulated_call", _("模拟拨打")
        VISIT = "simulated_visit", _("模拟办事")

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="items")
    category = models.ForeignKey(PlaceCategory, models.PROTECT, related_name="items", verbose_name=_("点位类型"))
    code = models.CharField(_("编码"), max_length=12)
    text = models.CharField(_("检查内容"), max_length=300)
    text_en = models.CharField(_("英文"), max_length=400, blank=True)
    kind = models.CharField(_("判定方式"), max_length=10, choices=Kind)
    measure = models.CharField(_("计数方式"), max_length=12, blank=True, choices=Measure, help_text=_("只有计数项填写"))
    target = models.DecimalField(_("达标数"), max_digits=8, decimal_places=2, null=True, blank=True)
    sample = models.PositiveSmallIntegerField(_("抽样数"), null=True, blank=True)
    thresholds = models.JSONField(
        _("本项评级界限"), default=dict, blank=True, help_text="{letter: number} for its measure; empty: the edition's"
    )
    weight = models.DecimalField(_("权重"), max_digits=6, decimal_places=2, default=1)
    timing = models.CharField(
        _("考察时间"), max_length=100, blank=True, help_text=_("例如：工作日早高峰；不填为任何时间")
    )
    exemption = models.CharField(
        _("不适用情形"), max_length=200, blank=True, help_text=_("符合时记为不适用，不计入分母")
    )
    method = models.CharField(_("考察方法"), max_length=20, blank=True, choices=Method)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    critical = models.BooleanField(_("关键项"), default=False)
    minors = models.BooleanField(_("涉及未成年人"), default=False)
    issue_class = models.ForeignKey(
        IssueClass, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("问题类别")
    )
    indicators = models.ManyToManyField(Indicator, blank=True, related_name="items", verbose_name=_("计入指标"))
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        default_permissions = ()
        ordering = ("category", "order")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"],
                name="check_item_once",
                violation_error_message=_("这个版本里已有相同编码的检查项"),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0), name="check_item_weight", violation_error_message=_("权重不能小于零")
            ),
            models.CheckConstraint(
                condition=Q(kind="count", measure="violations")
                | Q(
                    kind="count", measure__in=["provisions", "sample_pass", "ratio"], target__isnull=False, target__gt=0
                )
                | (~Q(kind="count") & Q(measure="")),
                name="check_item_measure",
                violation_error_message=_(
                    "计数项要选计数方式；应有数、抽样、比例还要填大于零的达标数；其他判定方式不填计数方式"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
