"""Two thousand volunteers sign in at twenty-five crossings within a minute, through the real server."""

from __future__ import annotations

from statistics import median

from benchmarks import load
from benchmarks.cities import City, copy, inside
from benchmarks.recording import Work, queries, recorded, replay
from benchmarks.results import RUNS, Result, spread

TITLE = "2,000 sign-ins at 25 crossings, 8 clients"
PEOPLE, SHIFTS, RECORDED = 2_000, 25, 400
MINUTE_S = 60


def prepare() -> list[tuple[str, str, str]]:
    """An activity with a shift at each crossing that goes on now, and everybody signed up with a phone; for each the address,
    the code and the token."""
    import datetime as dt
    import hashlib

    from django.utils.timezone import localdate

    from yipanqi.activities.codes import code_at
    from yipanqi.activities.models import Activity, Shift, ShiftRole, SignUp
    from yipanqi.kernel.policy import keep_policy
    from yipanqi.people.models import ApiToken, User
    from yipanqi.teams.models import ServiceKind, Team
    from yipanqi.volunteers.models import Volunteer

    now = dt.datetime.now(dt.UTC)
    keep_policy("activities.code_seconds", 300, by="system", at=now)  # one code for as long as the measure takes
    keep_policy("activities.code_steps", 10, by="system", at=now)
    begins, ends = now - dt.timedelta(minutes=10), now + dt.timedelta(hours=3)
    kind = ServiceKind.objects.create(key="bench", name="文明劝导", theme="order")
    team = Team.objects.create(code="BENCH", name="文明劝导队", founded_on=now.date())
    activity = Activity.objects.create(
        code="BENCH-1", title="路口文明劝导", kind=kind, level="centre", state="open", team=team, starts_at=begins, ends_at=ends, created_at=now, opened_at=now
    )
    shifts = Shift.objects.bulk_create([Shift(activity=activity, starts_at=begins, ends_at=ends) for _n in range(SHIFTS)])
    roles = ShiftRole.objects.bulk_create([ShiftRole(shift=shift, name="劝导", limit=PEOPLE) for shift in shifts])
    users = User.objects.bulk_create([User(username=f"B{n:05}", name=f"志愿者{n}", password="!") for n in range(PEOPLE)])
    people = Volunteer.objects.bulk_create([
        Volunteer(number=user.username, name=user.name, user=user, state="registered", born_on=dt.date(1990, 1, 1), registered_on=now.date()) for user in users
    ])  # fmt: skip
    SignUp.objects.bulk_create([
        SignUp(shift=shifts[n % SHIFTS], role=roles[n % SHIFTS], volunteer=one, state="signed", signed_at=now) for n, one in enumerate(people)
    ])  # fmt: skip
    tokens = [f"bench-{n}" for n in range(PEOPLE)]
    ApiToken.objects.bulk_create([
        ApiToken(user=user, name="bench", digest=hashlib.sha256(token.encode()).hexdigest(), created_at=now, last_used_on=localdate()) for user, token in zip(users, tokens, strict=True)
    ])  # fmt: skip
    return [
        (f"/api/v1/shifts/{shifts[n % SHIFTS].uuid}/moves/sign_in", code_at(shifts[n % SHIFTS].uuid, b"", now), token) for n, token in enumerate(tokens)
    ]


def record(todo: list[tuple[str, str, str]]) -> list[list[Work]]:
    """The statements of so many sign-ins, one after the other."""
    from django.test import Client

    client, works = Client(raise_request_exception=True), []
    for path, code, token in todo:
        work: Work = []
        with recorded(work):
            answer = client.post(path, {"code": code}, content_type="application/json", headers={"Authorization": f"Bearer {token}"})
        if answer.status_code != 200:
            raise RuntimeError(answer.content.decode())
        works.append([work])
    return works[1:]


def come(client: load.Client, item: tuple[str, str, str]) -> None:
    path, code, token = item
    client.ask("POST", path, {"code": code}, token)


def there() -> int:
    """How many are signed in, each once."""
    from yipanqi.activities.models import Attendance, Mark

    found = Attendance.objects.filter(state="in").count()
    if Mark.objects.count() != found:
        raise RuntimeError("somebody is there twice")
    return found


def measure(city: City, runs: int = RUNS) -> list[Result]:
    floors, ours, seconds = [], [], []
    with copy(city, "crowd") as crowd:
        todo = inside(crowd, prepare)
        with copy(crowd, "recording") as made:
            works = inside(made, record, todo[: RECORDED + 1])
        processes = 2 if city.url else 1
        for _run in range(runs):
            with copy(crowd, "floor") as bare:
                floors.append(RECORDED / replay(bare, works, processes, 8 // processes))
            with copy(crowd, "serving") as serving:
                with load.served(serving) as port:
                    took = load.clients(port, 8, todo, come)
                if (found := inside(serving, there)) != PEOPLE:
                    raise RuntimeError(f"{found} of {PEOPLE} are there")
            ours.append(PEOPLE / took)
            seconds.append(took)
    ratio, slowest = median(ours) / median(floors), max(seconds)
    return [
        Result(TITLE, city.engine, spread(ours, "/s"), spread(floors, "/s"), f"{ratio:.2f}", "≥ 0.35 of the floor", ratio >= 0.35),
        Result("— the slowest run, all 2,000", city.engine, f"{slowest:.1f} s", "", "", f"≤ {MINUTE_S} s", slowest <= MINUTE_S),
        Result("— statements of a sign-in", city.engine, str(queries(works[-1][0])), "", "", "", None),
    ]
