"""The invented past: inspections and cases of 2023 and of the present year, up to a given moment."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from yipanqi.demo import scenes, texts
from yipanqi.demo.duties import DutyBook
from yipanqi.demo.geometry import CityMap, to_lonlat, to_metres
from yipanqi.demo.life import CaseLife, Fate, Step, draw_fate, state_after
from yipanqi.demo.people import SURNAMES, Board
from yipanqi.demo.places import Place
from yipanqi.demo.standard import ClassSpec, ItemSpec, Standard
from yipanqi.demo.stories import (
    BOOM_YEAR,
    CERTAIN,
    FRESH,
    LATE_EVERY,
    LATE_STOPS,
    MOST_ATTEMPTS,
    OLDEST,
    RURAL,
    SETTINGS,
    SOURCES,
    STREET_SIDE,
    URBAN,
    VOLUMES,
    WINTER,
    CaseStory,
    History,
)
from yipanqi.demo.visits import Inspector, campaigns_between
from yipanqi.demo.worktime import CST, DAY_MINUTES, WorkTime, is_working_day


class Historian:
    """Invents the past of one city."""

    def __init__(
        self,
        seed: str,
        standard: Standard,
        city: CityMap,
        board: Board,
        places: dict[str, Place],
        book: DutyBook,
        now: datetime,
    ) -> None:
        self.rng = random.Random(f"{seed}:history")
        self.standard, self.city, self.board, self.places, self.book = (standard, city, board, places, book)
        self.now = now.astimezone(CST)
        self.work = WorkTime(date(BOOM_YEAR, 1, 1), self.now.date() + timedelta(days=500))
        self.life = CaseLife(self.rng, board, self.work)
        self.grid = tuple(login for login in board.users if login.startswith("grid"))
        self.stories: list[CaseStory] = []
        self.primaries: list[tuple[CaseStory, CaseStory]] = []
        self.components = [spec for spec in standard.classes.values() if spec.kind == "component_anomaly"]
        self.urban, self.rural = (self._by_category(rural=False), self._by_category(rural=True))

    def write(self, size: str) -> History:
        """The whole history of a city of `size`."""
        volume = VOLUMES[size]
        history = History()
        year_start = datetime(self.now.year, 1, 1, tzinfo=CST)
        present = min(year_start, self.now - timedelta(days=90))
        past = (datetime(BOOM_YEAR, 1, 1, tzinfo=CST), datetime(BOOM_YEAR, 12, 31, 18, tzinfo=CST))
        self._period(history, *past, volume.past_cases, volume.past_visits)
        certain = sum(volume.halted.values()) + len(CERTAIN)
        self._period(history, present, self.now, volume.present_cases - certain, volume.present_visits)
        self.stories.extend(self._certain(fate) for fate in CERTAIN)
        for stop, count in volume.halted.items():
            self.stories.extend(self._halted(stop, number) for number in range(count))
        self._number(history)
        return history

    def _period(self, history: History, start: datetime, end: datetime, cases: int, visits: int) -> None:
        """Inspections first, then reports from elsewhere, merges and rebounds, up to `cases` in all."""
        rng, first = self.rng, len(self.stories)
        campaigns = campaigns_between(start.date(), end.date())
        failing = 0.56 * cases / max(visits, 1) / 11.2
        inspector = Inspector(rng, self.standard, self.board, self.places, failing)
        inspector.number = len(history.visits)
        history.campaigns.extend(campaigns)
        self.budget = round(cases * 0.66)
        history.visits.extend(inspector.visits(campaigns, visits, end, self._open_case))
        days = self._days(start, end)
        merges = round(cases * 0.025)
        while len(self.stories) - first < cases - merges:
            self.stories.append(self._reported(days))
        bases = [story for story in self.stories[first:] if story.state not in ("rejected", "reported")]
        self.stories.extend(self._merged(rng.choice(bases)) for _ in range(merges))

    # ----- the kinds of case -----

    def _open_case(
        self, place: Place, item: ItemSpec, inspector: str, at: datetime
    ) -> tuple[int, datetime | None] | None:
        """A finding becomes a case; returns its index and when it is closed. None once there are enough of them."""
        if self.budget <= 0:
            return None
        self.budget -= 1
        spec = self.standard.classes[item.issue_class]
        text = texts.describe(self.rng, spec, place.name)
        draft = self._draft("inspection", spec, place, at, text)
        draft.item, draft.finder = item.code, inspector
        self._let_live(draft, draw_fate(self.rng, spec, "inspection"))
        self.stories.append(draft)
        closed = next((step.at for step in draft.steps if step.verb in ("pass", "reject")), None)
        return len(self.stories) - 1, closed

    def _reported(self, days: list[date]) -> CaseStory:
        """A case from anyone but an inspector, found on one of `days`."""
        rng = self.rng
        source = rng.choices(list(SOURCES), list(SOURCES.values()))[0]
        day = rng.choice(days)
        minute = rng.randrange(420, 1320) if source in ("resident", "hotline", "media") else rng.randrange(515, 1060)
        found_at = datetime(day.year, day.month, day.day, tzinfo=CST) + timedelta(
            minutes=minute, seconds=rng.randrange(60)
        )
        found_at = min(found_at, self.now - timedelta(minutes=rng.randrange(3, 240)))
        draft = self._from_outside(source, found_at)
        self._let_live(draft, draw_fate(rng, self.standard.classes[draft.issue_class], source))
        return draft

    def _certain(self, fate: Fate) -> CaseStory:
        """A case of some months ago that runs through `fate` to its end."""
        found_at = self.work.back(self.now, self.rng.randrange(80, 86) * DAY_MINUTES)
        draft = self._from_outside("volunteer", found_at)
        self._let_live(draft, fate)
        return draft

    def _halted(self, stop: str, number: int) -> CaseStory:
        """A recent case that now stands at `stop`; a few of them are late, and some wait for the demo's own liaison."""
        late = stop in LATE_STOPS and number % LATE_EVERY == LATE_EVERY - 1
        wanted = number < 2 or (late and number < LATE_EVERY and stop == "handling")
        unit = "sanitation" if wanted and stop in (*LATE_STOPS, "dispatched") else ""
        for _attempt in range(MOST_ATTEMPTS):
            draft = self._stopped(stop, late, grid=number == 0)
            if stop == "reported" or self._fits(draft, stop, late, unit):
                break
        draft.finder = "grid" if number == 0 else draft.finder
        return draft

    def _stopped(self, stop: str, late: bool, grid: bool) -> CaseStory:
        """A case that comes to stand at `stop`, unless the present comes first; by a grid worker or by anyone."""
        rng = self.rng
        source = "grid" if grid else rng.choice(("resident", "resident", "hotline", "self_check"))
        if stop == "reported":
            return self._from_outside(source, self._today())
        fate = Fate(
            dispute="uphold" if stop == "disputed" else "",
            extension="grant" if stop == "ask_extension" else "",
            suspension="stay" if stop in ("suspended", "ask_suspension") else "",
            pace=rng.uniform(0.2, 0.9),
            stop=stop,
        )
        longest = 30 * DAY_MINUTES if late else OLDEST.get(stop, 10 * DAY_MINUTES)
        draft = self._from_outside(source, self.work.back(self.now, int(rng.uniform(0.05, 1) * longest)))
        self._let_live(draft, fate)
        return draft

    def _fits(self, draft: CaseStory, stop: str, late: bool, unit: str) -> bool:
        """Whether a case stands at `stop`, late or not late, and lately enough."""
        if stop not in (draft.state, *(step.verb for step in draft.steps[-1:])) or unit not in ("", draft.unit):
            return False
        if not late and draft.steps[-1].at < self.work.back(self.now, FRESH.get(stop, OLDEST.get(stop, 10**6))):
            return False
        starts = [step.at for step in draft.steps if step.verb in ("dispatch", "uphold")]
        if stop == "suspended" or not starts:
            return True
        spec = self.standard.classes[draft.issue_class]
        return (self.work.limit(starts[-1], spec.limit, spec.unit) < self.now) == late

    def _today(self) -> datetime:
        """A moment of the last hours at which people are up."""
        at = self.now - timedelta(minutes=self.rng.randrange(4, 420))
        if 7 <= at.hour < 22:
            return at
        evening = at - timedelta(days=1) if at.hour < 7 else at
        return evening.replace(hour=21, minute=self.rng.randrange(60))

    def _merged(self, primary: CaseStory) -> CaseStory:
        """A second report of what `primary` is about."""
        rng = self.rng
        soon = primary.found_at + timedelta(minutes=rng.randrange(30, 2600))
        if soon.hour < 7:
            soon += timedelta(hours=7)
        found_at = min(soon, self.now - timedelta(minutes=5))
        spec = self.standard.classes[primary.issue_class]
        place = self.places[primary.place] if primary.place else None
        text = texts.report(rng, spec, place.name if place else primary.address)
        draft = replace(primary, source="resident", found_at=found_at, description=text, item=None, finder="")
        draft.reporter_name, draft.reporter_phone = self._reporter()
        draft.photo, draft.rebound_of, draft.state = (scenes.before(rng, spec), None, "merged")
        at = self.work.add(found_at, rng.randrange(5, 90))
        ended = next((step.at for step in primary.steps if step.verb in ("pass", "fix_on_the_spot")), None)
        if ended is not None and at >= ended:  # nothing is merged into a closed case: it came in while that was open
            span = ended - primary.found_at
            draft.found_at, at = primary.found_at + span * 0.4, primary.found_at + span * 0.7
        draft.steps = [Step("merge", at, rng.choice(self.board.desk), "office", {})]
        if at > self.now:
            draft.steps, draft.state = [], "reported"
        else:
            self.primaries.append((draft, primary))
        return draft

    def _rebound(self, ancestor: CaseStory, step: Step) -> CaseStory:
        """The new case of a problem that came back."""
        spec = self.standard.classes[ancestor.issue_class]
        place = self.places[ancestor.place] if ancestor.place else None
        draft = self._draft("inspection", spec, place, step.at, ancestor.description)
        draft.lon, draft.lat, draft.area_code, draft.address = (
            ancestor.lon,
            ancestor.lat,
            ancestor.area_code,
            ancestor.address,
        )
        draft.finder = step.actor
        draft.description = f"{texts.recheck(self.rng, True)}{ancestor.description}"
        draft.item = ancestor.item
        self._let_live(draft, replace(draw_fate(self.rng, spec, "inspection"), recheck="held", end="finish"))
        return draft

    # ----- parts of a case -----

    def _draft(self, source: str, spec: ClassSpec, place: Place | None, at: datetime, text: str) -> CaseStory:
        photo = scenes.before(self.rng, spec) if spec.severity >= 3 or self.rng.random() < 0.75 else ""
        lon, lat = (place.lon, place.lat) if place else (0.0, 0.0)
        area_code, address = (place.area_code, place.address) if place else ("", "")
        code = place.code if place else None
        return CaseStory(
            0,
            source,
            spec.code,
            spec.severity,
            code,
            None,
            lon,
            lat,
            area_code,
            address,
            text,
            at,
            "",
            "",
            "",
            photo,
            "",
            [],
        )

    def _from_outside(self, source: str, found_at: datetime) -> CaseStory:
        """A case at a place (a third of them) or near one, in the finder's own words."""
        rng = self.rng
        spec, place = self._subject(found_at)
        at_place = rng.random() < 0.35
        colloquial = source in ("resident", "hotline", "media")
        where = place.name if at_place else f"{place.name}附近"
        text = texts.report(rng, spec, where) if colloquial else texts.describe(rng, spec, where)
        draft = self._draft(source, spec, place, found_at, text)
        if not at_place:
            self._stray(draft)
        if source == "resident":
            draft.reporter_name, draft.reporter_phone = self._reporter()
        elif source == "grid":
            draft.finder = rng.choice(("grid", *self.grid))
        elif source != "self_check":
            draft.finder = rng.choice(self.board.desk)
        return draft

    def _stray(self, draft: CaseStory) -> None:
        """Move a case off its place by up to 80 m, if that is still in the city."""
        x, y = to_metres(draft.lon, draft.lat)
        lon, lat = to_lonlat(x + self.rng.uniform(-60, 60), y + self.rng.uniform(-60, 60))
        cell = self.city.cell_at(lon, lat)
        if cell:
            draft.lon, draft.lat, draft.area_code = (round(lon, 6), round(lat, 6), cell.code)
        draft.place, draft.address = None, f"{draft.address}附近"

    def _by_category(self, *, rural: bool) -> dict[str, list[Place]]:
        """Active places by category, in villages or in town."""
        found: dict[str, list[Place]] = {}
        for place in self.places.values():
            if place.status == "active" and (self.city.areas[place.area_code[:12]].kind == "village") == rural:
                found.setdefault(place.category, []).append(place)
        return found

    def _subject(self, at: datetime) -> tuple[ClassSpec, Place]:
        """A class of problem that people report, and a place where it can occur."""
        rng = self.rng
        if rng.random() < 0.08:
            place = rng.choice(rng.choice(list(self.rural.values())))
            return self.standard.classes[rng.choices(list(RURAL), list(RURAL.values()))[0]], place
        if rng.random() < 0.04:
            spec = rng.choice(self.components)
        else:
            weights = URBAN | WINTER if at.month in (12, 1, 2) else URBAN
            spec = self.standard.classes[rng.choices(list(weights), list(weights.values()))[0]]
        wanted = SETTINGS.get(spec.code) or SETTINGS.get(spec.group) or STREET_SIDE
        return spec, rng.choice(self.urban[rng.choice([key for key in wanted if key in self.urban])])

    def _reporter(self) -> tuple[str, str]:
        """A form of address and a number that nobody has; one in three stays anonymous."""
        if self.rng.random() < 0.33:
            return "", ""
        name = f"{self.rng.choice(SURNAMES)}{self.rng.choice(('女士', '先生'))}（演示）"
        return name, f"199000{self.rng.randrange(20000, 99999)}"

    def _let_live(self, draft: CaseStory, fate: Fate) -> None:
        """Give a draft its unit and steps, and cut off what has not happened yet."""
        spec = self.standard.classes[draft.issue_class]
        place = self.places[draft.place] if draft.place else None
        draft.unit = self.book.resolve(spec, draft.lon, draft.lat, draft.area_code, place)
        if draft.source == "self_check":
            draft.finder = self.board.liaison_of[draft.unit]
        if fate.suspension == "stay" and self.now - draft.found_at > timedelta(days=90):
            fate = replace(fate, suspension="resume")
        steps = self.life.live(spec, draft.unit, draft.found_at, fate, draft.photo)
        draft.steps = [step for step in steps if step.at <= self.now]
        draft.state = state_after(draft.steps)

    def _days(self, start: datetime, end: datetime) -> list[date]:
        """Days of a period, working days counted three times: people report on Sundays too, but less."""
        days = [start.date() + timedelta(days=n) for n in range((end.date() - start.date()).days + 1)]
        return [day for day in days for _ in range(3 if is_working_day(day) else 1)]

    # ----- numbering -----

    def _children(self) -> Iterator[tuple[CaseStory, CaseStory, Step]]:
        for story in self.stories:
            for step in story.steps:
                if step.verb == "rebound":
                    yield self._rebound(story, step), story, step

    def _number(self, history: History) -> None:
        """Add the rebounds, sort everything by time of finding, number it, and turn references into numbers."""
        opened = list(self.stories)
        families = list(self._children())
        everything = [*opened, *(child for child, _, _ in families)]
        order = sorted(range(len(everything)), key=lambda index: (everything[index].found_at, index))
        number_of = {index: number for number, index in enumerate(order, start=1)}
        for index, story in enumerate(everything):
            story.number = number_of[index]
        for story, primary in self.primaries:
            story.merged_into = story.steps[0].args["primary"] = primary.number
        for child, ancestor, step in families:
            child.rebound_of = ancestor.number
            step.args["case"] = child.number
        history.cases = [everything[index] for index in order]
        history.visits = [
            replace(
                visit,
                results=tuple(
                    result if result.case is None else replace(result, case=opened[result.case].number)
                    for result in visit.results
                ),
            )
            for visit in history.visits
        ]
