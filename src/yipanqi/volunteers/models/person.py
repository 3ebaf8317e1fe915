"""A volunteer with the real name, kept as little visible as the law asks."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.kernel.personal import EncryptedTextField, Personal, mask
from yipanqi.places.models import Area
from yipanqi.teams.models import ServiceKind
from yipanqi.volunteers.states import LIVE, VOLUNTEER, VolunteerState

PURPOSE, KEPT = gettext_noop("志愿服务实名登记和记录"), gettext_noop("退出后按设置的天数清除，申请删除后即清除；法定须留存的服务记录去除身份后保留")
CONTACT = gettext_noop("联系志愿者本人")
#: Parts of a day, in their order.
DAYPARTS = (("morning", _("上午")), ("afternoon", _("下午")), ("evening", _("晚上")))


class Volunteer(models.Model):
    """A registered volunteer 志愿者. `id_hash` is unique, so that nobody registers twice with one document."""

    class Document(models.TextChoices):
        ID = "id", _("居民身份证")
        PASSPORT = "passport", _("护照")
        HKMO = "hkmo", _("港澳居民来往内地通行证")
        TW = "tw", _("台湾居民来往大陆通行证")
        RESIDENCE = "residence", _("外国人永久居留身份证")
        HKMOTW = "hkmotw", _("港澳台居民居住证")
        OFFICER = "officer", _("军官证")
        NONE = "none", _("无证件，由实践站核实")

    class Sex(models.TextChoices):
        MALE = "m", _("男")
        FEMALE = "f", _("女")

    class Source(models.TextChoices):
        SELF = "self", _("本人注册")
        LEADER = "leader", _("队长代为登记")
        STATION = "station", _("实践站代为登记")
        GUARDIAN = "guardian", _("监护人登记")
        NATIONAL = "national", _("全国系统导入")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("志愿者编号"), max_length=20, unique=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="volunteer")
    state = models.CharField(_("状态"), max_length=10, choices=VolunteerState, default=VolunteerState.PENDING)
    name = models.CharField(_("姓名"), max_length=40)
    sex = models.CharField(_("性别"), max_length=1, choices=Sex, blank=True)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    document = models.CharField(_("证件类型"), max_length=10, choices=Document, default=Document.ID)
    issued_by = models.CharField(_("护照签发国（三个字母）"), max_length=3, blank=True)
    id_number = EncryptedTextField(_("证件号码"), blank=True, default="")
    id_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    phone = EncryptedTextField(_("手机号"), blank=True, default="")
    phone_hash = models.CharField(max_length=64, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("居住区域"), db_index=False)
    party_member = models.BooleanField(_("党员"), default=False)
    skills = models.JSONField(_("特长"), default=list, blank=True, help_text="keys of volunteers.catalogue.SKILLS")
    kinds = models.ManyToManyField(ServiceKind, blank=True, related_name="+", verbose_name=_("愿意参加的服务"))
    availability = models.JSONField(_("每周可服务时间"), default=dict, blank=True, help_text='{"1": ["morning", "evening"], …}, 1 = Monday')
    emergency = EncryptedTextField(_("紧急联系人"), blank=True, default="")
    source = models.CharField(_("登记方式"), max_length=10, choices=Source, default=Source.SELF)
    national_number = models.CharField(_("全国系统编号"), max_length=30, blank=True)
    guardian = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="wards", verbose_name=_("监护人账号"))
    entered_at = models.DateTimeField(_("登记时间"), null=True, blank=True)
    registered_on = models.DateField(_("注册日期"), null=True, blank=True)
    ended_on = models.DateField(_("退出日期"), null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    machine = VOLUNTEER
    personal: ClassVar[dict[str, Personal]] = {
        "name": Personal(PURPOSE, KEPT), "sex": Personal(PURPOSE, KEPT), "born_on": Personal(PURPOSE, KEPT), "document": Personal(PURPOSE, KEPT),
        "issued_by": Personal(PURPOSE, KEPT), "id_number": Personal(PURPOSE, KEPT), "id_hash": Personal(PURPOSE, KEPT),
        "phone": Personal(CONTACT, KEPT), "phone_hash": Personal(CONTACT, KEPT), "area": Personal(gettext_noop("就近安排志愿服务"), KEPT),
        "party_member": Personal(gettext_noop("党员志愿服务统计"), KEPT), "skills": Personal(gettext_noop("安排合适的志愿服务"), KEPT),
        "availability": Personal(gettext_noop("安排合适的志愿服务"), KEPT), "emergency": Personal(gettext_noop("服务中遇到意外时联系家人"), KEPT),
        "national_number": Personal(PURPOSE, KEPT), "guardian": Personal(gettext_noop("未成年人参加志愿服务须经监护人同意"), KEPT),
    }  # fmt: skip

    class Meta:
        default_permissions = ()
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["national_number"], condition=~Q(national_number=""), name="volunteer_national_number"),
            models.CheckConstraint(condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")), name="volunteer_merged_elsewhere"),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="volunteer_state"),
            models.Index(fields=["area", "-id"], name="volunteer_area"),
            models.Index(fields=["name", "-id"], name="volunteer_name"),
            models.Index(fields=["phone_hash", "-id"], name="volunteer_phone"),
            models.Index(fields=["registered_on"], name="volunteer_registered"),
            models.Index(fields=["ended_on"], name="volunteer_ended", condition=Q(ended_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number

    def age_on(self, day: dt.date) -> int | None:
        """Full years on a day; None where the birth date is not known."""
        if self.born_on is None:
            return None
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))

    @property
    def masked_name(self) -> str:
        """The family name and stars, as pages for strangers show it."""
        return self.name[:1] + "*" * max(len(self.name) - 1, 1)

    @property
    def masked_phone(self) -> str:
        return mask(self.phone)

    @property
    def masked_id(self) -> str:
        return mask(self.id_number)

    @property
    def is_live(self) -> bool:
        """Whether the entry is somebody's today: not left, merged or erased."""
        return self.state in LIVE
