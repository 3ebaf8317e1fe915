"""The line of inspections in the menu."""

from django.utils.translation import pgettext_lazy

from yipanqi.kernel.navigation import NAVIGATION, Entry

NAVIGATION.add(
    Entry(
        pgettext_lazy("list", "检查计划"),
        "inspections:campaigns",
        "clipboard-check",
        lambda user: user.has_perm("inspections.see_campaigns"),
        30,
    )
)
