"""The lists of cases as people and programs open them, the statements they really send, and how the database means to answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client

from yipanqi.people.models import User


@dataclass(frozen=True)
class Sent:
    """One statement with its values."""

    sql: str
    params: Any

    def plan(self) -> list[str]:
        """How the database means to answer it, a step a line."""
        how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        with connection.cursor() as cursor:
            cursor.execute(f"{how} {self.sql}", self.params)
            return [str(row[-1]) for row in cursor.fetchall()]


@contextmanager
def sent() -> Iterator[list[Sent]]:
    """All statements that read cases while this is open."""
    found: list[Sent] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and '"cases_case"' in sql:
            found.append(Sent(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def as_(who: str) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(User.objects.get(username=who), backend="django.contrib.auth.backends.ModelBackend")
    return client


def reads(client: Client, path: str) -> list[Sent]:
    """What opening a page or operation reads of cases."""
    with sent() as found:
        answer = client.get(path)
        if getattr(answer, "streaming", False):
            b"".join(answer.streaming_content)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return found


def troubles(plan: list[str]) -> list[str]:
    """The steps that grow with the city: all cases read one by one, or gathered and sorted for a page of them."""
    if connection.vendor == "sqlite":
        return [step for step in plan if "TEMP B-TREE FOR ORDER" in step or step == "SCAN cases_case"]
    return [step for step in plan if "Seq Scan on cases_case" in step]
