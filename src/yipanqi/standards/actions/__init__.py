"""What changes the standard."""

from yipanqi.standards.actions.board import add_category, add_issue_class, change_category, change_issue_class
from yipanqi.standards.actions.editions import (
    add_edition,
    change_edition,
    copy_edition,
    discard_edition,
    publish_edition,
    retire_edition,
    use_edition,
)
from yipanqi.standards.actions.items import (
    add_indicator,
    add_item,
    change_indicator,
    change_item,
    remove_indicator,
    remove_item,
)
from yipanqi.standards.actions.loading import LoadReport, Tally, load_standard
from yipanqi.standards.actions.writing import BadValue, EditionFrozen, StaleForm, StillUsed

__all__ = [
    "BadValue",
    "EditionFrozen",
    "LoadReport",
    "StaleForm",
    "StillUsed",
    "Tally",
    "add_category",
    "add_edition",
    "add_indicator",
    "add_issue_class",
    "add_item",
    "change_category",
    "change_edition",
    "change_indicator",
    "change_issue_class",
    "change_item",
    "copy_edition",
    "discard_edition",
    "load_standard",
    "publish_edition",
    "remove_indicator",
    "remove_item",
    "retire_edition",
    "use_edition",
]
