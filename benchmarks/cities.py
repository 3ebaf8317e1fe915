"""The databases the benchmarks run on: a sample city on SQLite and on PostgreSQL, and throw-away copies of it."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import django.db.backends.sqlite3.base  # noqa: F401  teaches sqlite3 Django's types
import psycopg
from django.db.backends.sqlite3._functions import register as register_functions

COMMAND = (sys.executable, "-m", "yipanqi.config.cli")
FIRST_ID, APART = 900_000_000, 10_000_000  # where a copy's row ids start, and how far tables lie apart: no two look alike


@dataclass(frozen=True)
class City:
    """One city's data directory and, on PostgreSQL, its database address."""

    data: Path
    url: str = ""

    @property
    def engine(self) -> str:
        return "postgresql" if self.url else "sqlite"

    @property
    def env(self) -> dict[str, str]:
        """The environment in which the project's own commands work on this city."""
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return {**kept, "YIPANQI_DATA": str(self.data), **({"DATABASE_URL": self.url} if self.url else {})}

    @property
    def file(self) -> Path:
        return self.data / "city.sqlite3"

    def run(self, *arguments: str) -> str:
        """Run one command of the project on this city; its printed answer."""
        done = subprocess.run([*COMMAND, *arguments], env=self.env, check=True, capture_output=True, text=True)
        return done.stdout

    def connect(self) -> sqlite3.Connection | psycopg.Connection:
        """A bare driver connection set up as the project sets up its own, committing only when told to."""
        if self.url:
            return psycopg.connect(self.url, autocommit=True)
        connection = sqlite3.connect(self.file, timeout=60, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "mmap_size=268435456"):
            connection.execute(f"PRAGMA {pragma}")
        register_functions(connection)  # Django's own, which its statements name
        return connection


def make(city: City, name: str) -> City:
    """A copy of `city` to keep. Nobody may be connected to `city` meanwhile."""
    made = City(city.data.parent / name, _named(city.url, name))
    shutil.rmtree(made.data, ignore_errors=True)
    if city.url:
        made.data.mkdir()
        for key in city.data.glob("*.key"):
            shutil.copy(key, made.data)
        _statement(city.url, f'CREATE DATABASE "{name}" TEMPLATE "{urlparse(city.url).path[1:]}" STRATEGY FILE_COPY')
    else:
        shutil.copytree(city.data, made.data)
    return made


def drop(city: City) -> None:
    """Drop a copy with all that is in it."""
    if city.url:
        _statement(city.url, f'DROP DATABASE "{urlparse(city.url).path[1:]}" WITH (FORCE)')
    shutil.rmtree(city.data, ignore_errors=True)


@contextmanager
def copy(city: City, name: str) -> Iterator[City]:
    """A copy of `city` with row ids starting at FIRST_ID; gone at the end. Nobody may be connected to `city` meanwhile."""
    made = make(city, name)
    _start_ids_high(made)
    try:
        yield made
    finally:
        drop(made)


def _named(url: str, name: str) -> str:
    return urlparse(url)._replace(path=f"/{name}").geturl() if url else ""


def _statement(url: str, sql: str) -> None:
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql)


def _start_ids_high(city: City) -> None:
    with closing(city.connect()) as connection:
        if city.url:
            found = connection.execute("SELECT c.oid::regclass::text FROM pg_class c WHERE relkind = 'S'").fetchall()
            for n, (sequence,) in enumerate(sorted(found)):
                connection.execute("SELECT setval(%s::regclass, %s)", (sequence, FIRST_ID + n * APART))
            return
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
        ).fetchall()
        for n, (table,) in enumerate(sorted(tables)):
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, FIRST_ID + n * APART))


def inside(city: City, work: Callable[..., Any], *arguments: Any) -> Any:
    """What `work(*arguments)` answers in a process of its own where Django runs on `city`. Raises RuntimeError as it failed."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_inside, args=(there, city, work, arguments))
    child.start()
    there.close()
    try:
        done, answer = here.recv()
    except EOFError as error:
        raise RuntimeError(f"{work.__name__} ended without an answer") from error
    finally:
        child.join()
    if not done:
        raise RuntimeError(answer)
    return answer


def _inside(there: Any, city: City, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(city.env, DJANGO_SETTINGS_MODULE="yipanqi.config.settings")
    try:
        import django

        django.setup()
        there.send((True, work(*arguments)))
    except Exception:  # shown by the caller, whatever it is
        there.send((False, traceback.format_exc()))
