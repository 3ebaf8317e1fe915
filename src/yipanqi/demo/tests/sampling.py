"""A part of an invented history that has everything in it and is small enough to be relived move by move."""

from yipanqi.demo.build import DemoCity
from yipanqi.demo.stories import CaseStory, History
from yipanqi.demo.visits import InspectionStory

FEWEST = 40
#: Classes whose time limit has steps on the way: drain covers, unauthorised building.
STAGED = ("01003", "06001")


def traits(story: CaseStory) -> set[str]:
    """What is to be seen in one story."""
    found = {f"state {story.state}", f"source {story.source}", f"photo {bool(story.photo)}"}
    for number, step in enumerate(story.steps):
        found.add(f"verb {step.verb}")
        found.update(f"{step.verb} {key} {step.args[key]}" for key in ("outcome", "granted") if key in step.args)
        if step.verb == "dispatch" and step.args["co_units"]:
            found.add("several units")
        if step.verb == "sign" and story.issue_class in STAGED:
            found.add("time limit in steps")
        if step.verb == "fail" and "several units" in found:
            found.add("several units again")
        if step.verb == "resume" and any(s.verb == "pass" for s in story.steps[number:]):
            found.add("closed after a suspension")
    return found


def sample(city: DemoCity) -> History:
    """Stories of every trait, the visits they were found in, and whatever these refer to."""
    stories = {story.number: story for story in city.history.cases}
    visit_of = {r.case: v for v in city.history.visits for r in v.results if r.outcome == "opened"}
    chosen: dict[int, CaseStory] = {}
    visits: dict[str, InspectionStory] = {}
    seen: set[str] = set()
    waiting = [*city.history.cases]
    while waiting and (len(chosen) < FEWEST or any(traits(s) - seen for s in waiting)):
        waiting.sort(key=lambda s: (-len(traits(s) - seen), s.number))
        _take(waiting.pop(0), stories, visit_of, chosen, visits)
        seen = set().union(*(traits(s) for s in chosen.values()))
        waiting = [s for s in waiting if s.number not in chosen]
    for outcome in ("confirmed", "corrected"):
        visit = next(v for v in city.history.visits if any(r.outcome == outcome for r in v.results))
        _take_visit(visit, stories, visit_of, chosen, visits)
    kept = [v for v in city.history.visits if v.key in visits]
    return History(city.history.campaigns, kept, [chosen[number] for number in sorted(chosen)])


def around(city: DemoCity, numbers: set[int]) -> History:
    """These stories, the visits they were found in, and whatever they refer to."""
    stories = {story.number: story for story in city.history.cases}
    visit_of = {r.case: v for v in city.history.visits for r in v.results if r.outcome == "opened"}
    chosen: dict[int, CaseStory] = {}
    visits: dict[str, InspectionStory] = {}
    for number in sorted(numbers):
        _take(stories[number], stories, visit_of, chosen, visits)
    kept = [v for v in city.history.visits if v.key in visits]
    return History(city.history.campaigns, kept, [chosen[number] for number in sorted(chosen)])


def _take(
    story: CaseStory, stories: dict[int, CaseStory], visit_of: dict[int | None, InspectionStory],
    chosen: dict[int, CaseStory], visits: dict[str, InspectionStory],
) -> None:  # fmt: skip
    """Add a story with its family."""
    if story.number in chosen:
        return
    chosen[story.number] = story
    children = [step.args["case"] for step in story.steps if step.verb == "rebound"]
    for number in (story.merged_into, story.rebound_of, *children):
        if number is not None:
            _take(stories[number], stories, visit_of, chosen, visits)
    if story.number in visit_of:
        _take_visit(visit_of[story.number], stories, visit_of, chosen, visits)


def _take_visit(
    visit: InspectionStory, stories: dict[int, CaseStory], visit_of: dict[int | None, InspectionStory],
    chosen: dict[int, CaseStory], visits: dict[str, InspectionStory],
) -> None:  # fmt: skip
    if visit.key in visits:
        return
    visits[visit.key] = visit
    for result in visit.results:
        if result.case is not None:
            _take(stories[result.case], stories, visit_of, chosen, visits)
