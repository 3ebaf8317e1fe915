"""What an invented past consists of: cases and how much of them there is, and what people report where."""

from dataclasses import dataclass, field
from datetime import datetime

from yipanqi.demo.life import Fate, Step
from yipanqi.demo.visits import CampaignStory, InspectionStory
from yipanqi.demo.worktime import DAY_MINUTES

BOOM_YEAR = 2023
SOURCES = {"resident": 46, "hotline": 20, "grid": 22, "self_check": 5, "volunteer": 3, "media": 2, "leader": 2}

# What residents and grid workers bring, with weights; in villages RURAL is used instead.
URBAN = {
    "06010": 12, "06042": 8, "09009": 12, "09006": 8, "09005": 7, "06013": 8, "01037": 8, "07001": 5, "06012": 5,
    "26005": 6, "26001": 5, "23003": 4, "06028": 5, "06036": 4, "09011": 5, "25003": 4, "06027": 3, "06001": 3,
    "06029": 2, "06034": 3, "06040": 4, "26002": 4, "26006": 3, "06051": 2, "03001": 3, "X0404": 3, "06050": 1,
    "08001": 3, "08004": 2, "01003": 2, "02010": 2, "23002": 2, "06017": 3, "09001": 4, "26007": 2, "06035": 2,
    "24006": 2, "09010": 3, "06045": 2, "06052": 1, "09012": 1, "06008": 2, "03005": 2, "04007": 1, "02017": 1,
}  # fmt: skip
RURAL = {"30001": 8, "30002": 4, "30005": 5, "06010": 5, "06020": 2, "06038": 2, "06025": 1, "01037": 3, "06013": 3}
WINTER = {"10001": 14}

# Categories of places where a class (or group of classes) occurs; everything else happens along the streets.
STREET_SIDE = (
    "main_road",
    "back_street",
    "intersection",
    "commercial_street",
    "restaurant",
    "bus_stop",
    "old_compound",
)
SETTINGS = {
    "26": ("residential_compound", "old_compound"),
    "26007": ("old_compound",),
    "23003": ("residential_compound", "old_compound"),
    "23002": ("mall_supermarket", "hotel", "restaurant", "residential_compound"),
    "09012": ("residential_compound", "mall_supermarket"),
    "08": ("construction_site",),
    "03001": ("public_toilet",),
    "24006": ("bus_stop", "taxi"),
    "25003": ("park", "public_square", "residential_compound"),
    "06017": ("park", "main_road", "public_square"),
    "06045": ("residential_compound", "park"),
    "06027": ("restaurant",),
    "06029": ("restaurant", "commercial_street"),
    "09005": ("commercial_street", "mall_supermarket", "restaurant"),
    "09006": ("commercial_street", "farm_market", "back_street", "school_periphery"),
}


@dataclass(frozen=True, slots=True)
class Volume:
    """How much history to invent: cases and visits of 2023 and the present year, and recent cases by where they stand.

    They stand in a state, or wait for the answer to the move that is named.
    """

    past_cases: int
    past_visits: int
    present_cases: int
    present_visits: int
    halted: dict[str, int]


VOLUMES = {
    "city": Volume(
        8050,
        2600,
        1200,
        400,
        {
            "reported": 14, "filed": 10, "dispatched": 14, "disputed": 6, "handling": 30, "resolved": 14,
            "suspended": 14, "ask_extension": 4, "ask_suspension": 3,
        },  # fmt: skip
    ),
    "small": Volume(
        70,
        30,
        250,
        80,
        {
            "reported": 5, "filed": 3, "dispatched": 4, "disputed": 2, "handling": 8, "resolved": 4,
            "suspended": 3, "ask_extension": 2, "ask_suspension": 1,
        },  # fmt: skip
    ),
}


#: How old recent cases are at most by where they stand, and how long ago at most they came there: working minutes.
OLDEST = {
    "filed": 200, "dispatched": 330, "disputed": 700, "resolved": 2500, "suspended": 40 * DAY_MINUTES,
    "ask_extension": 2500, "ask_suspension": 6000,
}  # fmt: skip
FRESH = {"filed": 150, "dispatched": 200, "disputed": 300, "resolved": 85}
#: Where some cases are late (every so manieth), and how often a fitting one is tried for.
LATE_STOPS, LATE_EVERY, MOST_ATTEMPTS = ("handling", "resolved"), 7, 120

#: What happens in every history, however small.
CERTAIN = (
    Fate(suspension="refuse"),
    Fate(suspension="resume"),
    Fate(extension="grant", remark=True),
    Fate(extension="refuse"),
    Fate(dispute="uphold"),
    Fate(dispute="overrule", rework=1),
    Fate(end="fix"),
    Fate(recheck="rebound"),
)


@dataclass(slots=True)
class CaseStory:
    """One case with everything that happened to it up to the present.

    `number` counts from 1 by time of finding. `place` is a place code or None; position and `area_code` (grid cell)
    are always there. `item` is the check item that raised it (inspections only). `photo` is a picture name ("" = none);
    the photo after mending is in the resolve step. `merged_into` and `rebound_of` are numbers of other cases. Reporter
    fields are invented and set for residents only. `unit` is whom it was first handed to; `state` where `steps` end.
    """

    number: int
    source: str
    issue_class: str
    severity: int
    place: str | None
    item: str | None
    lon: float
    lat: float
    area_code: str
    address: str
    description: str
    found_at: datetime
    finder: str
    reporter_name: str
    reporter_phone: str
    photo: str
    unit: str
    steps: list[Step]
    state: str = "reported"
    merged_into: int | None = None
    rebound_of: int | None = None


@dataclass(slots=True)
class History:
    """Cases by number in order of finding, visits in order of time, and the campaigns they belong to."""

    campaigns: list[CampaignStory] = field(default_factory=list)
    visits: list[InspectionStory] = field(default_factory=list)
    cases: list[CaseStory] = field(default_factory=list)
