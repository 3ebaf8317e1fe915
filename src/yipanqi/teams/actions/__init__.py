"""Everything that changes the register of who helps."""

from .brands import BRAND_FIELDS, add_brand, change_brand, end_brand
from .filling import CodeTaken, Ended
from .institutions import INSTITUTION_FIELDS, add_institution, repeal_institution, revise_institution
from .kinds import KIND_FIELDS, add_kind, change_kind, retire_kind
from .meetings import MEETING_FIELDS, add_decision, add_meeting, change_meeting, finish_decision
from .organisations import (
    ORGANISATION_FIELDS,
    add_organisation,
    change_organisation,
    end_organisation,
    erase_contacts,
    incubate,
    reveal_organisation_phone,
)
from .stations import STATION_FIELDS, add_station, change_station, close_station
from .teams import TEAM_FIELDS, add_team, change_team, end_team

__all__ = [
    "BRAND_FIELDS", "INSTITUTION_FIELDS", "KIND_FIELDS", "MEETING_FIELDS", "ORGANISATION_FIELDS", "STATION_FIELDS", "TEAM_FIELDS",
    "CodeTaken", "Ended", "add_brand", "add_decision", "add_institution", "add_kind", "add_meeting", "add_organisation", "add_station", "add_team",
    "change_brand", "change_kind", "change_meeting", "change_organisation", "change_station", "change_team", "close_station", "end_brand",
    "end_organisation", "end_team", "erase_contacts", "finish_decision", "incubate", "repeal_institution", "retire_kind",
    "reveal_organisation_phone", "revise_institution",
]  # fmt: skip
