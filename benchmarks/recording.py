"""Floors: record the SQL that a piece of work sends, then send the same by the bare driver, nothing else around it."""

from __future__ import annotations

import enum
import json
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from psycopg.types.json import Jsonb

from benchmarks.cities import FIRST_ID, City


@dataclass
class Statement:
    """One statement with its parameters and the ids that the database gave back."""

    sql: str
    params: Any
    returned: list[int] = field(default_factory=list)


Work = list[Statement]  # one request's statements; "BEGIN" and "COMMIT" among them


@contextmanager
def recorded(into: Work) -> Iterator[None]:
    """Within the block every statement of Django's default connection is added to `into`, transactions included."""
    from django.db import connection

    ops = connection.ops

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith("BEGIN"):
            into.append(Statement(str(sql), _plain(params)))
        return execute(sql, params, many, context)

    def set_autocommit(autocommit: bool, *args: Any, **kwargs: Any) -> None:
        if not autocommit:
            into.append(Statement("BEGIN", None))
        autocommits(autocommit, *args, **kwargs)

    def finish(word: str, really: Callable[[], None]) -> Callable[[], None]:
        def done() -> None:
            into.append(Statement(word, None))
            really()

        return done

    def returned(really: Callable[..., Any]) -> Callable[..., Any]:
        def fetch(*args: Any) -> Any:
            rows = really(*args)
            into[-1].returned += [
                value for row in rows for value in (row if isinstance(row, tuple) else (row,)) if isinstance(value, int)
            ]
            return rows

        return fetch

    connection.ensure_connection()
    autocommits = connection.set_autocommit
    patched = [
        (connection, "set_autocommit", set_autocommit),
        (connection, "commit", finish("COMMIT", connection.commit)),
        (connection, "rollback", finish("ROLLBACK", connection.rollback)),
        (ops, "fetch_returned_insert_columns", returned(ops.fetch_returned_insert_columns)),
        (ops, "fetch_returned_insert_rows", returned(ops.fetch_returned_insert_rows)),
    ]
    for owner, name, value in patched:
        setattr(owner, name, value)
    try:
        with connection.execute_wrapper(note):
            yield
    finally:
        for owner, name, _value in patched:
            delattr(owner, name)


def _plain(params: Any) -> Any:
    """Parameters without the project's own types (choices are enumerations), so that another process can hold them."""
    if isinstance(params, (list, tuple)):
        return type(params)(_plain(value) for value in params)
    if isinstance(params, Jsonb):
        return (params.dumps or json.dumps)(params.obj)
    return params.value if isinstance(params, enum.Enum) else params


def queries(work: Work) -> int:
    """How many statements beside the opening and closing of transactions."""
    return sum(s.sql not in ("BEGIN", "COMMIT", "ROLLBACK") for s in work)


def replay(city: City, works: list[list[Work]], processes: int, threads: int) -> float:
    """Send every unit of work once by the bare driver, from so many processes and threads; the seconds it took."""
    context = multiprocessing.get_context("fork")
    ready, go, seconds = context.Semaphore(0), context.Event(), context.Queue()
    shares = [works[n::processes] for n in range(processes)]
    children = [context.Process(target=_child, args=(city, share, threads, ready, go, seconds)) for share in shares]
    for child in children:
        child.start()
    for _each in children:
        ready.acquire()
    go.set()
    told = [seconds.get() for _c in children]
    for child in children:
        child.join()
    if failed := [one for one in told if isinstance(one, str)]:
        raise RuntimeError(f"the floor failed: {failed[0]}")
    return max(told)


def _child(city: City, works: list[list[Work]], threads: int, ready: Any, go: Any, seconds: Any) -> None:
    connections = [city.connect() for _n in range(threads)]
    todo, take, failed = iter(works), threading.Lock(), []
    hands = [threading.Thread(target=_hand, args=(connection, todo, take, failed)) for connection in connections]
    ready.release()
    go.wait()
    start = time.perf_counter()
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    seconds.put(failed[0] if failed else time.perf_counter() - start)
    for connection in connections:
        connection.close()


def _hand(connection: Any, todo: Iterator[list[Work]], take: threading.Lock, failed: list[str]) -> None:
    bare = not hasattr(connection, "pgconn")
    while not failed:
        with take:
            unit = next(todo, None)
        if unit is None:
            return
        known: dict[int, int] = {}
        try:
            for work in unit:
                send(connection, work, known, bare)
        except Exception as error:  # whatever it is, the floor is void and says so
            failed.append(repr(error))
            connection.close()


def send(connection: Any, work: Work, known: dict[int, int], sqlite: bool) -> None:
    """Send one request's statements; ids the recording was given are replaced by those given now."""
    with closing(connection.cursor()) as cursor:
        for statement in work:
            sql = statement.sql
            if sqlite:
                sql = "BEGIN IMMEDIATE" if sql == "BEGIN" else sql.replace("%s", "?").replace("%%", "%")
            params = _now(statement.params, known)
            cursor.execute(sql, params) if params else cursor.execute(sql)
            if cursor.description:
                rows = cursor.fetchall()
                given = [value for row in rows for value in row if isinstance(value, int)]
                known.update(zip(statement.returned, given, strict=False))


def _now(params: Any, known: dict[int, int]) -> Any:
    if isinstance(params, (list, tuple)):
        return type(params)(_now(value, known) for value in params)
    return known.get(params, params) if isinstance(params, int) and params > FIRST_ID else params
