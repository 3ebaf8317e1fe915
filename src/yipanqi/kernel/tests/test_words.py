"""The small words of the house: names, catalogue, menu, moves, personal fields, answers of the API."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import rules
from django.db.utils import DataError
from django.http import Http404, HttpRequest
from django.test import RequestFactory
from ninja import NinjaAPI, Query, Router
from ninja.errors import AuthenticationError, HttpError

from yipanqi.config.strict_query import strict_query
from yipanqi.kernel.actions import ACTIONS, Conflict, NotAllowed, Refused, action
from yipanqi.kernel.actors import SYSTEM, Actor, Visitor
from yipanqi.kernel.api import Listing, ListParams, install_handlers, listing
from yipanqi.kernel.catalogue import Catalogue
from yipanqi.kernel.machine import Machine, move
from yipanqi.kernel.models import JournalEntry, Policy
from yipanqi.kernel.moves import field, moves_out
from yipanqi.kernel.navigation import Entry, Navigation
from yipanqi.kernel.permissions import RULES, perm
from yipanqi.kernel.personal import decrypt, encrypt, mask
from yipanqi.kernel.policy import keep_policy, policy, policy_value
from yipanqi.kernel.references import plain, reference
from yipanqi.kernel.series import next_number, take_numbers

NOW = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)
ONLY_SYSTEM = rules.predicate(lambda actor, obj=None: actor is SYSTEM)


def setting(key: str) -> Policy:
    return Policy.objects.create(key=key, value=1, changed_at=NOW, changed_by="x")


@action(also=("other",))
def swap(subject: Policy, *, other: Policy | None = None, by: Actor, at: dt.datetime) -> Policy:
    """Exchange two values (an action for these tests)."""
    if other is not None:
        subject.value, other.value = other.value, subject.value
        other.save()
    subject.save()
    return subject


perm(swap.spec.name, ONLY_SYSTEM, "只有系统可以交换")
assert swap.spec.doc.startswith("Exchange")
del ACTIONS[swap.spec.name], RULES[swap.spec.name]  # not a part of the house: no register lists it


@pytest.mark.django_db
def test_action_reads_its_rows_again_and_says_why_not() -> None:
    one, two = setting("one"), setting("two")
    Policy.objects.filter(key="two").update(value=5)
    swapped = swap(one, other=two, by=SYSTEM, at=NOW)
    assert swapped.value == 5 and Policy.objects.get(key="two").value == 1
    assert swap(swapped, by=SYSTEM, at=NOW).value == 5
    with pytest.raises(NotAllowed, match="只有系统可以交换"):
        swap(one, by=Visitor(), at=NOW)
    assert JournalEntry.objects.count() == 2


@pytest.mark.django_db
def test_lock_takes_what_stands_first_before_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(Policy, "lock_first", ("boss",), raising=False)
    monkeypatch.setattr(Policy, "boss", property(lambda self: asked.append(self.key)), raising=False)
    swap(setting("one"), by=SYSTEM, at=NOW)
    assert asked == ["one"]


def test_refusals_carry_their_status_and_field() -> None:
    assert [(e.status, str(e)) for e in (Refused("不行"), Conflict())] == [
        (422, "不行"),
        (409, "内容已被他人更新，请刷新后重试"),
    ]
    assert Refused("不行", field="note").field == "note"


def test_catalogue_takes_a_key_once() -> None:
    kinds: Catalogue[int] = Catalogue("kinds")
    assert kinds.add("a", 1) == 1 and kinds.add("a", kinds["a"]) == 1
    with pytest.raises(ValueError, match="kinds: a is registered twice"):
        kinds.add("a", 2)
    assert (kinds.get("b"), "a" in kinds, list(kinds), kinds.items()) == (None, True, ["a"], [("a", 1)])


def test_menu_shows_what_is_allowed_in_its_order() -> None:
    menu = Navigation()
    for title, order, may in (("三", 30, True), ("一", 10, True), ("二", 20, False)):
        menu.add(Entry(title, "nowhere", "x", lambda user, may=may: may, order))
    assert [e.title for e in menu.for_user(None)] == ["一", "三"]
    assert menu.entries[0].as_dict("/") | {"title": ""} == {
        "title": "", "url": "", "icon": "x", "order": 30, "active": False, "count": None,
    }  # fmt: skip
    assert Entry("登录", "account_login", "x", bool).as_dict("/accounts/login/")["active"] is True


def test_open_moves_tell_who_may_and_why_not() -> None:
    table = Machine(
        "kernel",
        {"open": "开", "shut": "关"},
        [move("swap", "open", "shut", "换"), move("note", "open", "=", "记"), move("undo", "shut", "open", "退")],
    )
    thing = SimpleNamespace(state="open")
    moves = table.open_moves(thing, SYSTEM)
    assert [(m.name, m.allowed, m.why_not) for m in moves] == [
        ("swap", True, None),
        ("note", False, "没有规则允许此操作"),
    ]
    assert [m.why_not for m in table.open_moves(thing, Visitor(), only=["swap"])] == ["只有系统可以交换"]
    assert table.move(thing, "note") == ("open", "open")
    with pytest.raises(ValueError, match="swap cannot lead to open"):
        table.move(thing, "swap", to="open")
    told = moves_out(
        moves, {"swap": [field("note", "说明", required=True), field("kind", "类别", "choice", choices=[("a", "甲")])]}
    )
    assert (
        told[1]["fields"] == []
        and told[0]["fields"][1]["choices"] == [["a", "甲"]]
        and told[0]["fields"][0]["choices"] is None
    )


def test_personal_fields_open_under_every_configured_key(settings: Any) -> None:
    settings.FIELD_KEYS = ["old"]
    sealed = encrypt("13812345678")
    settings.FIELD_KEYS = ["new", "old"]
    assert decrypt(sealed) == "13812345678" and encrypt("x")[:8] != sealed[:8]
    settings.FIELD_KEYS = ["new"]
    with pytest.raises(ValueError, match="no configured key"):
        decrypt(sealed)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", ""), ("王", "王"), ("王小明", "王**"), ("12345678", "123*5678"), ("13812345678", "138****5678")],
)
def test_mask_keeps_the_ends(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.django_db
def test_references_name_things_and_plain_makes_them_json() -> None:
    row, entry = setting("k"), JournalEntry.objects.create(at=NOW, action="a", actor="b", subject_kind="", subject="")
    assert reference(None) == ("", "") and reference(SimpleNamespace(key="z")) == ("simplenamespace", "z")
    assert reference(SimpleNamespace(about=row)) == ("kernel.policy", "k")
    with pytest.raises(TypeError, match="no subject"):
        reference("created")
    assert reference(row) == ("kernel.policy", "k") and reference(entry) == ("kernel.journalentry", str(entry.uuid))
    uuid = UUID(int=1)
    values = {
        "m": row,
        "t": NOW,
        "d": Decimal("1.5"),
        "u": uuid,
        "b": b"x",
        "l": (1, {2}),
        "q": Policy.objects.all(),
        "o": object(),
        "n": None,
    }
    made = json.loads(json.dumps(plain(values)))
    assert (
        made["m"] == "kernel.policy:k"
        and made["q"] == ["kernel.policy:k"]
        and made["l"] == [1, [2]]
        and made["o"] == "<object>"
    )
    assert made["b"].startswith("sha256:") and (made["d"], made["u"], made["n"]) == ("1.5", str(uuid), None)


@pytest.mark.django_db
def test_series_and_settings_are_kept() -> None:
    assert (next_number("case-2031"), list(take_numbers("case-2031", 3)), next_number("case-2032")) == (1, [2, 3, 4], 1)
    spec = policy("kernel.test_kept", 3, "试")
    assert policy_value(spec.key) == 3
    keep_policy(spec.key, 7, by="user:head", at=NOW)
    assert policy_value(spec.key) == 7
    with pytest.raises(KeyError):
        policy_value("kernel.undeclared")


def trial_api() -> NinjaAPI:
    api = NinjaAPI(urls_namespace="kernel-trial", docs_url=None, openapi_url=None)
    install_handlers(api)
    api.add_decorator(strict_query, mode="view")
    router = Router()
    failures = {
        "refused": Refused("请补充照片", field="photos"), "missing": Http404(), "anonymous": AuthenticationError(401), "data": DataError("x"),
        "http": HttpError(415, "类型不对"),
    }  # fmt: skip

    @router.get("/fail/{kind}")
    def fail(request: HttpRequest, kind: str) -> None:
        raise failures[kind]

    @router.get("/rows", response=Listing[str])
    def rows(request: HttpRequest, params: Query[ListParams]) -> dict[str, Any]:
        return listing(Policy.objects.all(), ("key", "id"), params, lambda row: row.key)

    api.add_router("", router)
    return api


@pytest.fixture(scope="module")
def ask() -> Any:
    """(status, body) of a GET on the trial API."""
    resolve = {str(p.pattern): p for p in trial_api().urls[0]}

    def get(path: str) -> tuple[int, dict[str, Any]]:
        for entry in resolve.values():
            if found := entry.resolve(path.split("?")[0]):
                answer = found.func(RequestFactory().get(f"/{path}"), *found.args, **found.kwargs)
                return answer.status_code, json.loads(answer.content)
        raise AssertionError(path)

    return get


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("refused", 422, "请补充照片"),
        ("missing", 404, "找不到"),
        ("anonymous", 401, "令牌"),
        ("data", 422, "范围"),
        ("http", 415, "类型不对"),
    ],
)
def test_failures_become_problem_details(ask: Any, kind: str, status: int, words: str) -> None:
    code, body = ask(f"fail/{kind}")
    assert code == status == body["status"] and words in body["detail"]
    assert body["errors"] == ([{"field": "photos", "message": "请补充照片"}] if kind == "refused" else [])


@pytest.mark.django_db
def test_lists_page_count_when_asked_and_refuse_what_they_do_not_know(ask: Any) -> None:
    for key in ("a", "b", "c"):
        setting(key)
    code, body = ask("rows?limit=2&count=true")
    assert (code, body["items"], body["count"]) == (200, ["a", "b"], 3)
    assert ask(f"rows?limit=2&cursor={body['next']}") == (200, {"items": ["c"], "next": None})
    code, body = ask("rows?sort=key")
    assert code == 400 and body["errors"][0]["field"] == "sort" and "cursor" in body["detail"]
    code, body = ask("rows?limit=0")
    assert code == 400 and body["errors"][0]["field"] == "limit"
