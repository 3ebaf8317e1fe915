"""The loop's tables: cases, assignments, moves, extensions, residents' reports."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.cases.states import OPEN, Part, State
from yipanqi.figures.tables import Counted, Ledger, Tally
from yipanqi.kernel.personal import EncryptedTextField, Personal, mask
from yipanqi.people.models import Role, Unit, User
from yipanqi.places.models import Area, Place
from yipanqi.standards.models import CheckItem, IssueClass


class Source(models.TextChoices):
    INSPECTION = "inspection", _("检查发现")
    RESIDENT = "resident", _("市民随手拍")
    HOTLINE = "hotline", _("12345热线")
    GRID = "grid", _("网格员上报")
    VOLUNTEER = "volunteer", _("志愿者上报")
    MEDIA = "media", _("媒体曝光")
    LEADER = "leader", _("领导交办")
    SELF = "self_check", _("单位自查")


#: What people in a role may give as the source of a problem they enter themselves; the office and programs give any.
SOURCES_OF: dict[str, tuple[Source, ...]] = {
    Role.GRID: (Source.GRID, Source.VOLUNTEER), Role.INSPECTOR: (Source.INSPECTION,), Role.LIAISON: (Source.SELF,),
    Role.UNIT_LEADER: (Source.SELF,), Role.LEADER: (Source.LEADER,),
    **dict.fromkeys((Role.DESK, Role.HEAD, Role.API), tuple(Source)),
}  # fmt: skip
#: Moments by which figures choose the cases of a period, besides those that lists are ordered by.
MOMENTS = ("accepted", "rejected", "merged", "dispatched", "last_due", "first_reply")
#: What lists of cases are narrowed by, and how their indexes name it.
NARROWED = {"unit": "unit", "issue_class": "class", "place": "place", "area": "area", "found_by": "finder"}
IS_OPEN = Q(state__in=[s.value for s in OPEN])
OWN_DISCOVERY = (Source.INSPECTION, Source.GRID, Source.SELF)
#: Whatever changes a case without a new version puts this into `counted`.
NOT_COUNTED = -1
#: Cases that the tallies do not hold as they are. Every move makes a new version, and so by itself one of these.
UNCOUNTED = ~Q(counted=F("version"))


class Case(models.Model):
    """One problem from its discovery to its strike-off. Times that later reads need stand here as copies of its moves."""

    number = models.CharField(_("案件编号"), max_length=20, unique=True)
    state = models.CharField(_("状态"), max_length=12, choices=State)
    source = models.CharField(_("来源"), max_length=12, choices=Source)
    external_ref = models.CharField(_("来源编号"), max_length=60, blank=True)
    issue_class = models.ForeignKey(IssueClass, models.PROTECT, null=True, blank=True, related_name="cases", db_index=False, verbose_name=_("问题类别"))
    check_item = models.ForeignKey(CheckItem, models.PROTECT, null=True, blank=True, related_name="cases")
    severity = models.PositiveSmallIntegerField(_("严重程度"), default=1)
    title = models.CharField(_("标题"), max_length=120)
    description = models.TextField(_("问题描述"))
    address = models.CharField(_("位置描述"), max_length=200, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    cell = models.CharField(max_length=16, blank=True, help_text="H3 cell, resolution 9")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="cases", db_index=False, verbose_name=_("点位"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="cases", db_index=False, verbose_name=_("所在区划"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="cases", db_index=False, verbose_name=_("主办单位"))
    found_at = models.DateTimeField(_("发现时间"))
    reported_at = models.DateTimeField(_("登记时间"))
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    accepted_at = models.DateTimeField(null=True)
    suggested = models.PositiveSmallIntegerField(null=True, help_text="at which place among the suggested classes the accepted one stood; 0: at none")
    rejected_at = models.DateTimeField(null=True)
    merged_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    first_signed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("整改期限"), null=True)
    last_due_at = models.DateTimeField(null=True, help_text="due_at, or while suspended the deadline under which it was")
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(_("销号时间"), null=True)
    first_reply_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    review_on = models.DateField(_("挂账复核日期"), null=True)
    stage_started_at = models.DateTimeField()
    stage_due_at = models.DateTimeField(_("本环节时限"), null=True, help_text="when whoever must act now is late")
    handle_amount = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    handle_clock = models.CharField(max_length=12, blank=True)
    time_left = models.FloatField(null=True, help_text="amount of handle_clock left when the clock was stopped")
    steps = models.JSONField(
        default=list, blank=True, help_text="steps of mending before the whole: [{title, amount, clock, due_at, left, done_at}]"
    )
    closing_condition = models.CharField(_("销号条件"), max_length=200, blank=True)
    requirements = models.CharField(_("整改要求"), max_length=500, blank=True)
    on_the_spot = models.BooleanField(default=False)
    by_sample = models.BooleanField(_("抽样销号"), default=False, help_text="struck off by the rule: nobody looked, as it was not drawn for verification")
    spared_until = models.DateTimeField(null=True, help_text="not drawn for verification: struck off then, unless somebody looks")
    rework = models.PositiveSmallIntegerField(_("返工次数"), default=0)
    confirmations = models.PositiveSmallIntegerField(default=0)
    disputes = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    rebounds = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_cases")
    rebound_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="rebound_cases")
    version = models.PositiveIntegerField(default=0)
    counted = models.IntegerField(default=NOT_COUNTED, help_text="the version that the tallies hold; another than `version`: to be counted anew")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["id"], name="case_uncounted", condition=UNCOUNTED),
            models.Index(fields=["found_at"], name="case_rebounds", condition=Q(rebound_of__isnull=False)),
            models.Index(fields=["-found_at", "-id"], name="case_found"),
            models.Index(fields=["state", "-found_at", "-id"], name="case_state_found"),
            # by whatever a list is narrowed most often, in the order of the list; they serve the foreign keys too
            *(models.Index(fields=[field, "-found_at", "-id"], name=f"case_{name}_found") for field, name in NARROWED.items()),
            models.Index(fields=["stage_due_at", "id"], name="case_open_due", condition=Q(stage_due_at__isnull=False)),
            models.Index(fields=["state", "stage_due_at", "id"], name="case_open_state_due", condition=IS_OPEN),
            models.Index(fields=["unit", "stage_due_at", "id"], name="case_open_unit_due", condition=IS_OPEN),
            models.Index(fields=["-found_at", "-id"], name="case_open_found", condition=IS_OPEN),
            models.Index(fields=["unit", "-found_at", "-id"], name="case_open_unit_found", condition=IS_OPEN),
            models.Index(fields=["cell", "-found_at"], name="case_cell_found"),
            models.Index(fields=["cell", "state", "stage_due_at"], name="case_open_cell", condition=Q(state__in=[s.value for s in OPEN])),
            models.Index(fields=["-closed_at", "-id"], name="case_closed", condition=Q(closed_at__isnull=False)),
            *(models.Index(fields=[at], name=f"case_by_{at}", condition=Q(**{f"{at}__isnull": False})) for at in ("merged_into", "rebound_of")),
            *(models.Index(fields=[f"{moment}_at"], name=f"case_{moment}", condition=Q(**{f"{moment}_at__isnull": False})) for moment in MOMENTS),
        ]
        constraints = [
            models.CheckConstraint(name="case_merged_has_primary", condition=~Q(state="merged") | Q(merged_into__isnull=False)),
            models.CheckConstraint(name="case_closed_has_time", condition=~Q(state="closed") | Q(closed_at__isnull=False)),
            models.CheckConstraint(name="case_severity_range", condition=Q(severity__gte=1, severity__lte=4)),
            models.UniqueConstraint(fields=["source", "external_ref"], name="case_external_once", condition=~Q(external_ref="")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # the stubs make one of their own
        """The state in words. Django's own builds a table of all words anew for each row of a list."""
        return str(State(self.state).label)

    def get_source_display(self) -> str:  # type: ignore[no-redef]
        """The source in words."""
        return str(Source(self.source).label)


class Assignment(models.Model):
    """One unit's share of a case."""

    class Role(models.TextChoices):
        LEAD = "lead", _("主办")
        SUPPORT = "support", _("协办")

    case = models.ForeignKey(Case, models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", verbose_name=_("单位"))
    role = models.CharField(_("责任"), max_length=10, choices=Role)
    state = models.CharField(max_length=12, choices=Part, default=Part.DISPATCHED)
    dispatched_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    what_was_done = models.TextField(_("整改情况"), blank=True)
    outcome = models.CharField(_("处理结果"), max_length=12, blank=True)
    subject_name = EncryptedTextField(_("当事人"), blank=True, default="")
    subject_hash = models.CharField(max_length=64, blank=True, db_index=True)
    personal: ClassVar[dict[str, Personal]] = {
        "subject_name": Personal(gettext_noop("首违警告、轻微免罚须核对同一当事人的既往情况"), gettext_noop("自办结之日起二年")),
    }

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["unit", "state", "due_at"], name="assignment_unit_state"),
            models.Index(fields=["dispatched_at", "unit"], name="assignment_dispatched"),
            models.Index(fields=["case"], name="assignment_disputed", condition=Q(state=Part.DISPUTED.value)),
        ]
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="assignment_once", condition=~Q(state="withdrawn"))]


class CaseMove(models.Model):
    """One move of a case as its thread shows it. Never edited."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="moves")
    verb = models.CharField(max_length=24)
    source = models.CharField(max_length=12)
    target = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_key = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    public = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        ordering = ("at", "id")
        indexes = [
            models.Index(fields=["case", "at", "id"], name="casemove_thread"),
            models.Index(fields=["verb", "at", "unit"], name="casemove_verb"),  # how often something was done in a period
        ]


class Extension(models.Model):
    """Time asked for before the deadline, decided once."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="extension_requests")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, default="extension", help_text="extension or suspension")
    reason = models.CharField(_("理由"), max_length=300)
    days = models.PositiveSmallIntegerField(_("延长工作日"), default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    granted = models.BooleanField(null=True)
    note = models.CharField(_("审批意见"), max_length=300, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "unit", "kind"], name="extension_one_open", condition=Q(decided_at__isnull=True))]



class Report(models.Model):
    """What a resident sent in. Found again by its code; contact data encrypted and gone when its term ends."""

    lock_first = ("case",)
    code = models.CharField(_("查询码"), max_length=12, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="reports")
    sent_at = models.DateTimeField()
    text = models.TextField(_("反映内容"))
    contact_name = EncryptedTextField(_("称呼"), blank=True, default="")
    contact_phone = EncryptedTextField(_("联系电话"), blank=True, default="")
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(null=True)
    rating = models.PositiveSmallIntegerField(_("评价"), null=True)
    rating_note = models.CharField(_("评价留言"), max_length=300, blank=True)
    rated_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    personal: ClassVar[dict[str, Personal]] = {
        "text": Personal(gettext_noop("办理市民反映的问题"), gettext_noop("随案件保留，可应本人要求删除")),
        "contact_name": Personal(gettext_noop("答复与核实"), gettext_noop("办结后六个月清除")),
        "contact_phone": Personal(gettext_noop("答复与核实"), gettext_noop("办结后六个月清除")),
    }

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["case"], name="report_case"), models.Index(fields=["-sent_at", "-id"], name="report_sent"),
            models.Index(fields=["case"], name="report_unanswered", condition=Q(answered_at__isnull=True)),
            models.Index(fields=["rated_at", "rating", "case"], name="report_rated", condition=Q(rated_at__isnull=False)),
        ]  # fmt: skip
        constraints = [models.CheckConstraint(name="report_rating_range", condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5))]

    @property
    def masked_contact(self) -> str:
        """Name and telephone with stars, as pages show them until somebody looks; empty where there are none."""
        return " ".join(mask(text) for text in (self.contact_name, self.contact_phone) if text)


class CaseTally(Tally):
    """How many cases, by day and month, unit, area, class and source, meet the conditions of the figures."""


class CountedCase(Counted):
    """What a case has put into the tallies."""


class CaseLedger(Ledger):
    """How far the cases are counted."""


class CellCount(models.Model):
    """How many ended cases lie in a cell: all of them (kind ""), or those of one class, unit or area. Kept by jobs from the
    cases themselves, so that a map of everything need not read everything."""

    cell = models.CharField(max_length=16, help_text="H3 cell, resolution 9")
    kind = models.CharField(max_length=5, blank=True, help_text='"", class, unit or area')
    key = models.BigIntegerField(default=0, help_text="row id of the class, unit or area; 0 where there is none")
    state = models.CharField(max_length=12)
    count = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["cell"], name="cellcount_cell")]
        constraints = [models.UniqueConstraint(fields=["kind", "key", "cell", "state"], name="cellcount_once")]
