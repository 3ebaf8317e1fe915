"""Invented Chinese texts of a case's life, in the tone of those who write them. No real person or business occurs."""

import random

from yipanqi.demo import phrases as p
from yipanqi.demo import replies as r
from yipanqi.demo.standard import ClassSpec

_DONE_BY_GROUP = {group: lines for groups, lines in r.DONE for group in groups.split()}


def _seen(rng: random.Random, spec: ClassSpec) -> str:
    """What is to be seen, with a number where the phrase asks for one."""
    lines = p.SEEN.get(spec.code) or p.GROUP_SEEN.get(spec.kind) or p.GROUP_SEEN[""]
    thing = spec.name.removesuffix("异常")
    return rng.choice(lines).format(n=rng.randrange(2, 9), name=spec.name, thing=thing)


def _spot(rng: random.Random, spec: ClassSpec) -> str:
    return rng.choice(p.INDOOR_SPOTS if spec.group in p.INDOOR_GROUPS else p.SPOTS)


def describe(rng: random.Random, spec: ClassSpec, where: str) -> str:
    """A problem as an inspector or grid worker records it, at the place called `where`."""
    ask = rng.choice(p.ASKS)
    return f"{where}{_spot(rng, spec)}{_seen(rng, spec)}{'，' + ask if ask else '。'}"


def report(rng: random.Random, spec: ClassSpec, where: str) -> str:
    """The same as a resident tells it."""
    opening, time = rng.choice(p.OPENINGS), rng.choice(p.TIMES)
    return (
        f"{opening}{where}{_spot(rng, spec)}{time}{_seen(rng, spec)}，{rng.choice(p.GRUMBLES)}，{rng.choice(p.WISHES)}"
    )


def done(rng: random.Random, spec: ClassSpec) -> str:
    """What the responsible unit says it did."""
    lines = r.DONE_BY_CLASS.get(spec.code) or _DONE_BY_GROUP.get(spec.group, r.DONE_ELSE)
    return rng.choice(lines).format(n=rng.randrange(2, 7)) + rng.choice(r.DONE_TAILS)


def dispute(rng: random.Random, unit: str) -> str:
    """Why a unit sends a case back, proposing the unit called `unit`."""
    return rng.choice(r.DISPUTES).format(unit=unit)


def ruling(rng: random.Random, upheld: bool, unit: str) -> str:
    """The desk's decision on a dispute; `unit` is the name of the one that now has it."""
    return rng.choice(r.UPHOLDS if upheld else r.OVERRULES).format(unit=unit)


def extension(rng: random.Random) -> str:
    """Why more time is asked for."""
    return rng.choice(r.EXTENSIONS)


def extension_decision(rng: random.Random, granted: bool) -> str:
    """The desk's answer to that."""
    return rng.choice(r.GRANTS if granted else r.REFUSALS)


def suspension(rng: random.Random) -> str:
    """Why a case has to wait."""
    return rng.choice(r.SUSPENSIONS)


def resumption(rng: random.Random) -> str:
    """Why it goes on."""
    return rng.choice(r.RESUMES)


def verification(rng: random.Random, passed: bool) -> str:
    """The verifier's words on the spot."""
    return rng.choice(r.PASSES if passed else r.FAILS)


def rejection(rng: random.Random, own: bool) -> str:
    """Why a case is not taken up: told to the reporter, or (`own`) to the colleague who recorded it."""
    return rng.choice(r.REJECTS_OWN if own else r.REJECTS)


def on_the_spot(rng: random.Random) -> str:
    """What the desk notes when something was put right where it was seen."""
    return rng.choice(r.ON_THE_SPOT)


def corrected(rng: random.Random) -> str:
    """What an inspector notes of a failure that was put right while they stood there."""
    return rng.choice(r.CORRECTED)


def still_there(rng: random.Random) -> str:
    """What an inspector notes of a problem for which a case is open already."""
    return rng.choice(r.STILL_THERE)


def remark(rng: random.Random) -> str:
    """What a unit adds while it works on a case."""
    return rng.choice(r.REMARKS)


def suspension_refusal(rng: random.Random) -> str:
    """Why a case has to be mended now all the same."""
    return rng.choice(r.SUSPENSION_REFUSALS)


def answer(rng: random.Random) -> str:
    """What the office tells a resident while the problem is being mended."""
    return rng.choice(r.ANSWERS)


def recheck(rng: random.Random, rebounded: bool) -> str:
    """What a later look found."""
    return rng.choice(r.REBOUNDS if rebounded else r.RECHECKS)


def requirement(rng: random.Random) -> str:
    """What the desk demands when it hands a case over."""
    return rng.choice(r.REQUIREMENTS)

#: Why one campaign looks at a place although another was there lately.
LOOK_AGAIN = "本次计划要求全部点位独立检查，检查重点与上次不同"
