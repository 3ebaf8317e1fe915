"""Who may change the standard: the head of the office. Everyone who is signed in reads it."""

from django.utils.translation import gettext_lazy as _

from yipanqi.kernel.permissions import perm
from yipanqi.people.rules import has_role, is_system

KEEPER = has_role("head") | is_system
WHY = _("只有创城办负责人可以修改测评标准")

perm("standards.load_standard", KEEPER, WHY)
for verb in (
    "add_edition",
    "copy_edition",
    "change_edition",
    "publish_edition",
    "use_edition",
    "retire_edition",
    "discard_edition",
):
    perm(f"standards.{verb}", KEEPER, WHY)
for noun in ("item", "indicator"):
    for verb in ("add", "change", "remove"):
        perm(f"standards.{verb}_{noun}", KEEPER, WHY)
for noun in ("category", "issue_class"):
    for verb in ("add", "change"):
        perm(f"standards.{verb}_{noun}", KEEPER, WHY)
