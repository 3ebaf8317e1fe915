"""What files can be attached to, and the office's settings about files."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from yipanqi.allowance import Allowance
from yipanqi.kernel.actors import Actor
from yipanqi.kernel.catalogue import Catalogue
from yipanqi.kernel.policy import policy

#: ``may_see(actor, subject_ref) -> bool``: whether an actor sees the thing, and with it the thing's files.
MaySee = Callable[[Actor, str], bool]

#: Kinds of things that files are attached to, by a key such as ``"cases.case"``. Apps above add theirs beside their
#: selectors; files of a kind without an entry are seen by nobody but their sender.
SUBJECTS: Catalogue[MaySee] = Catalogue("files.subjects")

#: Who else sends photos, by app: ``sends(actor) -> bool``. Team leaders are no staff and hold no appointment.
SENDERS: Catalogue[Callable[[Actor], bool]] = Catalogue("files.senders")

VISITOR_PHOTOS = Allowance(
    policy(
        "files.visitor_photos_per_hour",
        60,
        _("未登录市民每小时可上传照片数"),
        help=_("按网络地址计算。同一网络（如单位、商场）的多人共用一个地址时可适当调高。"),
    ),
    _("这个网络地址本小时上传的照片太多了，请过一会儿再试，或拨打 12345 反映。"),
)
