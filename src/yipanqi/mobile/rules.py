"""Who has phone pages: inspectors."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.rules import has_role

perm("mobile.see_my_places", has_role("inspector"), _("手机检查页面供检查员使用"))
