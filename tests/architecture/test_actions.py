"""Every action has a rule and a docstring; every verb of a state table has an action; handlers and jobs stay thin."""

from __future__ import annotations

import ast
import inspect

from tests.architecture.house import Module, functions, listed, modules
from yipanqi.activities import states as activity_states
from yipanqi.cases.states import CASE
from yipanqi.inspections import states as inspection_states
from yipanqi.kernel.actions import ACTIONS
from yipanqi.kernel.machine import Machine
from yipanqi.kernel.permissions import RULES

MACHINES = [CASE, *(value for states in (inspection_states, activity_states) for value in vars(states).values() if isinstance(value, Machine))]
HANDLER_LINES = 5


def test_every_action_has_a_rule() -> None:
    missing = sorted(set(ACTIONS) - set(RULES))
    assert not missing, f"forbidden to everyone: {missing}"


def test_every_rule_is_about_an_action() -> None:
    """A rule without an action is either a leftover or the right to look at a page; the latter says so by its verb."""
    idle = sorted(
        name
        for name in set(RULES) - set(ACTIONS)
        if not name.split(".")[1].startswith(("see_", "view_", "use_", "print_", "export_", "import_"))
    )
    assert not idle, f"no action of this name: {idle}"


def test_every_action_has_a_docstring() -> None:
    mute = sorted(name for name, spec in ACTIONS.items() if not spec.doc)
    assert not mute, f"what do they do? {mute}"


def test_every_action_takes_by_and_at() -> None:
    problems = []
    for name, spec in ACTIONS.items():
        names = inspect.signature(spec.fn).parameters
        keywords = [
            p
            for p in list(names.values())[1:]
            if p.kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)
        ]
        if not {"by", "at"} <= set(names) or len(keywords) != len(names) - 1:
            problems.append(name)
    assert not problems, f"first the subject, then keywords, by and at among them: {problems}"


def test_actions_that_make_something_new_return_what_the_journal_can_name() -> None:
    """Without a subject the journal names the result, and a text is no name of a thing."""
    problems = []
    for name, spec in ACTIONS.items():
        seen = inspect.signature(spec.fn)
        subject = str(next(iter(seen.parameters.values())).annotation)
        if "None" in subject.split(" | ") and "str" in str(seen.return_annotation).split(" | "):
            problems.append(name)
    assert not problems, f"they return a text: {problems}"


def test_every_verb_has_an_action() -> None:
    missing = [
        f"{machine.app}.{verb}"
        for machine in MACHINES
        for verb in machine.moves
        if f"{machine.app}.{verb}" not in ACTIONS
    ]
    assert not missing, f"no action makes these moves: {missing}"


def test_actions_stand_in_actions_modules() -> None:
    problems = [
        f"{m}:{f.lineno} {f.name}"
        for m in modules()
        for f in functions(m.tree)
        if decorated(f, "action") and m.layer != "actions" and m.app != "kernel"
    ]
    assert not problems, listed(problems)


def decorated(function: ast.FunctionDef | ast.AsyncFunctionDef, by: str) -> bool:
    return any(ast.unparse(d).split("(")[0] == by for d in function.decorator_list)


def statements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_handlers_have_at_most_five_lines() -> None:
    problems = [
        f"{m}:{f.lineno} {f.name}"
        for m in modules()
        for f in functions(m.tree)
        if decorated(f, "handles") and statements(f) > HANDLER_LINES
    ]
    assert not problems, listed(problems)


def test_actions_and_rules_do_not_look_at_the_clock() -> None:
    """Dates and times are handed in; only views, API, jobs, commands and the clocks' own module ask what time it is."""
    problems = [
        f"{m}:{node.lineno} {ast.unparse(node.func)}()"
        for m in modules()
        if m.layer in ("actions", "rules", "handlers", "states", "events") and m.app != "kernel"
        for node in ast.walk(m.tree)
        if looks_at_the_clock(m, node)
    ]
    assert not problems, listed(problems)


def looks_at_the_clock(module: Module, node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or node.args:
        return False
    return ast.unparse(node.func) in (
        "timezone.now",
        "dt.datetime.now",
        "datetime.now",
        "dt.date.today",
        "date.today",
        "timezone.localdate",
        "time.time",
    )
