"""Who may do what with files. Who may see one is decided by the thing it is attached to: see ``selectors.may_see``."""

from typing import Any

import rules
from django.utils.translation import gettext_lazy as _

from yipanqi.files import selectors
from yipanqi.files.catalogue import SENDERS
from yipanqi.kernel.permissions import perm
from yipanqi.people.rules import has_role, is_system, is_visitor

is_staff_at_work = has_role("head", "desk", "inspector", "liaison", "unit_leader", "grid", "leader", "centre", "station", "api")
is_office = has_role("head", "desk")


@rules.predicate
def is_sender(actor: Any, upload: Any) -> bool:
    """The actor sent this file."""
    return upload is not None and selectors.is_sender(actor, upload)


@rules.predicate
def sees(actor: Any, upload: Any) -> bool:
    """The actor sees this file."""
    return upload is not None and selectors.may_see(actor, upload)


@rules.predicate
def sends_for_an_app(actor: Any, upload: Any = None) -> bool:
    """Somebody without an appointment to whom an app above lets photos be sent."""
    return any(sends(actor) for _key, sends in SENDERS.items())


perm("files.add_photo", is_staff_at_work | sends_for_an_app | is_visitor | is_system, _("您的账号不能上传照片"))
perm("files.add_attachment", is_staff_at_work | is_system, _("您的账号不能上传附件"))
perm("files.attach", is_sender | is_system, _("只能使用自己上传的文件"))
perm("files.publish_photo", is_office & sees, _("只有创城办可以公开照片"))
perm("files.unpublish_photo", is_office & sees, _("只有创城办可以撤回公开的照片"))
perm(
    "files.open_original",
    sees & (is_sender | is_office | has_role("auditor")),
    _("您只能查看处理过的照片，不能下载原图"),
)
perm("files.compare_photos", is_system)
perm("files.discard", is_system)
