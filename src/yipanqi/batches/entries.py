"""The line of batches in the menu, and the news of their end."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.navigation import NAVIGATION, Entry
from yipanqi.messaging.catalogue import KINDS, Kind

NAVIGATION.add(Entry(_("批量办理"), "batches:list", "list-check", lambda user: user.has_perm("batches.ask"), 15))
KINDS.add("batches.ended", Kind(_("批量办理、导入和导出的结果"), {
    "moves": _("批量办理“%(what)s”已完成：已办 %(done)s 条，未办 %(refused)s 条。"),
    "check": _("“%(what)s”表格检查完毕：可导入 %(done)s 行，有错 %(refused)s 行。"),
    "import": _("“%(what)s”导入完成：已导入 %(done)s 行，未导入 %(refused)s 行。"),
    "export": _("“%(what)s”已生成，共 %(done)s 行，请在一天内下载。"),
    "failed": _("“%(what)s”办理中断，已办的保持不变，请打开查看原因。"),
}, "/batches/%(id)s/", private=True))  # fmt: skip
