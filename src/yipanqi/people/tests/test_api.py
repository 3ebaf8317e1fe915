"""Units and the caller over the API, and the command that gives out tokens."""

from __future__ import annotations

import argparse

import pytest
from django.test import Client

from yipanqi.config.commands import token_command
from yipanqi.config.failure import CommandFailed
from yipanqi.kernel.actors import SYSTEM
from yipanqi.people import actions

from .board import NOW, unit, user

pytestmark = pytest.mark.django_db


def bearer(username: str, capsys: pytest.CaptureFixture[str], days: int = 0) -> dict[str, str]:
    assert token_command.run(argparse.Namespace(user=username, name="测试", days=days)) == 0
    return {"Authorization": f"Bearer {capsys.readouterr().out.strip()}"}


def test_units_are_listed_filtered_and_paged(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    top = unit("a", "甲")
    unit("b", "乙", kind="street", parent=top, area_code="620200001000")
    user("desk", at=top)
    token = bearer("desk", capsys)
    first = client.get("/api/v1/units?limit=1&count=true", headers=token).json()
    assert (first["items"][0]["code"], first["count"]) == ("a", 2)
    second = client.get(f"/api/v1/units?limit=1&cursor={first['next']}", headers=token).json()
    assert (second["items"][0]["parent"], second["next"]) == ("a", None)
    assert [u["code"] for u in client.get("/api/v1/units?parent=a&kind=street&q=乙", headers=token).json()["items"]] == ["b"]
    assert client.get("/api/v1/units/b", headers=token).json()["area_code"] == "620200001000"
    assert client.get("/api/v1/units/none", headers=token).status_code == 404
    assert client.get("/api/v1/units?kind=nothing", headers=token).status_code == 400


def test_units_and_me_ask_for_a_token(client: Client) -> None:
    assert client.get("/api/v1/units").status_code == client.get("/api/v1/me").status_code == 401


def test_me_names_roles_and_units(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    user("liaison")
    me = client.get("/api/v1/me", headers=bearer("liaison", capsys, days=3)).json()
    assert (me["username"], me["roles"], me["appointments"][0]["unit"]) == ("liaison", ["liaison"], "cgj")


def test_token_command_for_nobody_or_a_closed_account_fails_with_a_sentence() -> None:
    with pytest.raises(CommandFailed, match="no user"):
        token_command.run(argparse.Namespace(user="nobody", name="x", days=0))
    actions.deactivate_user(user("desk"), by=SYSTEM, at=NOW)
    with pytest.raises(CommandFailed, match="已停用"):
        token_command.run(argparse.Namespace(user="desk", name="x", days=0))
