"""Photos and attachments. A row never knows what it belongs to beyond a kind and a reference in words."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from yipanqi.files.fingerprints import joined
from yipanqi.kernel.personal import Personal

_KEPT_WITH = gettext_noop("随所附事项保存；24 小时内未附到任何事项的自动删除")


class UploadQuerySet(models.QuerySet["Upload"]):
    """Questions that photos and attachments have in common."""

    def loose(self) -> "UploadQuerySet":
        """Those that were never attached to anything."""
        return self.filter(attached_at__isnull=True)

    def of(self, subject_kind: str, *subject_refs: str) -> "UploadQuerySet":
        """Those of some things of one kind, oldest first; the caller has checked that the things may be seen."""
        return self.filter(subject_kind=subject_kind, subject_ref__in=subject_refs).order_by("id")


class Upload(models.Model):
    """What every file that somebody sent has: bytes, sender, and the thing it was attached to."""

    uuid = models.UUIDField(_("编号"), default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(_("内容摘要"), max_length=64, db_index=True)
    size_bytes = models.PositiveIntegerField(_("字节数"))
    uploaded_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("上传人")
    )
    #: ``actor_key`` of whoever sent it: tells visitors apart without naming them.
    uploader_key = models.CharField(_("上传者标识"), max_length=120)
    #: What it was attached to: a key of ``catalogue.SUBJECTS`` and the thing's outside reference.
    subject_kind = models.CharField(_("所附事项类别"), max_length=60, blank=True)
    subject_ref = models.CharField(_("所附事项编号"), max_length=120, blank=True)
    attached_at = models.DateTimeField(_("附上时间"), null=True)

    objects = UploadQuerySet.as_manager()
    #: The fields that hold paths below ``MEDIA_ROOT``; a backup takes what they name.
    paths: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_attached_whole",
                condition=Q(attached_at__isnull=True, subject_kind="", subject_ref="")
                | (Q(attached_at__isnull=False) & ~Q(subject_kind="") & ~Q(subject_ref="")),
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_ref", "id"], name="%(app_label)s_%(class)s_subject"),
            models.Index(
                fields=["uploaded_at"], name="%(app_label)s_%(class)s_loose", condition=Q(attached_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_attached(self) -> bool:
        return self.attached_at is not None


class Photo(Upload):
    """A photo: the original, kept private, and two pictures without metadata that are shown instead."""

    paths = ("original", "large", "thumb")

    class Kind(models.TextChoices):
        BEFORE = "before", _("整改前")
        AFTER = "after", _("整改后")
        REPORT = "report", _("市民反映")
        FINDING = "finding", _("检查发现")
        OTHER = "other", _("其他")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    #: Paths below ``MEDIA_ROOT``; nobody outside this app opens them.
    original = models.CharField(_("原图"), max_length=120)
    large = models.CharField(_("大图"), max_length=120)
    thumb = models.CharField(_("缩略图"), max_length=120)
    #: Size of the original as it is looked at, in pixels.
    width = models.PositiveIntegerField(_("宽"))
    height = models.PositiveIntegerField(_("高"))
    #: By the camera's clock and receiver; empty when the file did not say. Degrees in WGS 84.
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    lon = models.FloatField(_("拍摄经度"), null=True)
    lat = models.FloatField(_("拍摄纬度"), null=True)
    #: That large and thumb carry no metadata; always so, written down so that it can be checked.
    exif_stripped = models.BooleanField(_("展示图已去除拍摄信息"), default=True)
    is_public = models.BooleanField(_("已公开"), default=False)
    #: When it was compared with all other photos; empty until the worker has come to it.
    looked_at = models.DateTimeField(_("比对时间"), null=True)

    personal = {
        "original": Personal(purpose=gettext_noop("原图可能拍到人，仅供核查与申诉"), retention=_KEPT_WITH),
        "taken_at": Personal(purpose=gettext_noop("核对整改前后时间"), retention=_KEPT_WITH),
        "lon": Personal(purpose=gettext_noop("给问题定位、核对整改地点"), retention=_KEPT_WITH),
        "lat": Personal(purpose=gettext_noop("给问题定位、核对整改地点"), retention=_KEPT_WITH),
        "uploaded_by": Personal(purpose=gettext_noop("查明照片由谁上传"), retention=_KEPT_WITH),
        "uploader_key": Personal(purpose=gettext_noop("上传者本人可查看自己的照片"), retention=_KEPT_WITH),
    }

    class Meta(Upload.Meta):
        indexes = [
            *Upload.Meta.indexes,
            models.Index(fields=["id"], name="files_photo_unseen", condition=Q(looked_at__isnull=True)),
        ]
        constraints = [
            *Upload.Meta.constraints,
            models.CheckConstraint(
                name="files_photo_position",
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__isnull=False, lat__isnull=False, lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
            ),
            models.CheckConstraint(name="files_photo_stripped", condition=Q(exif_stripped=True)),
            models.CheckConstraint(
                name="files_photo_public_attached", condition=Q(is_public=False) | Q(attached_at__isnull=False)
            ),
        ]

    @property
    def position(self) -> tuple[float, float] | None:
        """``(lon, lat)`` in WGS 84 degrees, None when the file did not say."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


class PhotoLook(models.Model):
    """What a photo looks like (see `fingerprints`), in four parts so that like ones are found by index. Photos that show
    nothing have none."""

    photo = models.OneToOneField(Photo, models.CASCADE, primary_key=True, related_name="look")
    band0 = models.PositiveIntegerField(db_index=True)
    band1 = models.PositiveIntegerField(db_index=True)
    band2 = models.PositiveIntegerField(db_index=True)
    band3 = models.PositiveIntegerField(db_index=True)

    class Meta:
        default_permissions = ()

    @property
    def fingerprint(self) -> int:
        """The 64 bits."""
        return joined([self.band0, self.band1, self.band2, self.band3])


class PhotoLikeness(models.Model):
    """That a photo looks like one that was there before it: found once, when the later of the two was compared."""

    photo = models.ForeignKey(Photo, models.CASCADE, related_name="likenesses")
    earlier = models.ForeignKey(Photo, models.CASCADE, related_name="+")
    differing = models.PositiveSmallIntegerField(help_text="bits of 64, however one was turned or mirrored")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["photo", "earlier"], name="files_photolikeness_once")]


class Attachment(Upload):
    """A paper (PDF, Word, Excel), handed out only as a download."""

    paths = ("file",)
    #: Path below ``MEDIA_ROOT``.
    file = models.CharField(_("文件"), max_length=120)
    name = models.CharField(_("文件名"), max_length=120)
    mime = models.CharField(_("类型"), max_length=100)

    personal = {
        "file": Personal(purpose=gettext_noop("办理事项所需材料"), retention=_KEPT_WITH),
        "name": Personal(purpose=gettext_noop("办理事项所需材料"), retention=_KEPT_WITH),
        "uploaded_by": Personal(purpose=gettext_noop("查明附件由谁上传"), retention=_KEPT_WITH),
        "uploader_key": Personal(purpose=gettext_noop("上传者本人可查看自己的附件"), retention=_KEPT_WITH),
    }

    class Meta(Upload.Meta):
        pass
