"""Password policy where the framework has no Chinese words for it."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """A password of at least `min_length` characters."""

    def get_error_message(self) -> str:
        return _("密码太短，至少要 %(length)d 个字符。") % {"length": self.min_length}

    def get_help_text(self) -> str:
        return _("密码至少要 %(length)d 个字符。") % {"length": self.min_length}
