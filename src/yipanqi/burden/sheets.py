"""The register of forms as a workbook. Not registered: it is written, never read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yipanqi import sheets
from yipanqi.sheets import Column


class FormRegister(sheets.Layout):
    """One line for each field of each form."""

    name = "forms"
    title = _("表单登记")
    columns = (
        Column("form", _("表单")), Column("key", _("代号")), Column("owner", _("负责单位")), Column("who", _("谁来填")), Column("readers", _("谁会看到")),
        Column("often", _("频次")), Column("minutes", _("用时（分钟）"), sheets.Decimal()), Column("until", _("有效期至"), sheets.Date()), Column("field", _("填写项")),
        Column("reason", _("为什么要填")), Column("basis", _("依据")), Column("keeps", _("保存期限")), Column("differs", _("与其他表单同名项的区别")),
    )  # fmt: skip


FORM_REGISTER = FormRegister()
