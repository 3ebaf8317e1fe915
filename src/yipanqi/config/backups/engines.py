"""The two databases: a copy as of one moment while others write, what it holds, and the way back into an empty one."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.db import connection

from yipanqi.config.backups.manifest import Table
from yipanqi.config.failure import CommandFailed

Rows = Callable[[str], Iterator[tuple[Any, ...]]]
PAGES = 2_000  # of SQLite's file at a time, so that writers get their turn


class Reading(Protocol):
    """A database as of one moment."""

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """What a statement answers."""

    def tables(self, tell: Callable[[int], None]) -> dict[str, Table]:
        """Every table with its count and sum; `tell` hears how many are done."""


class Engine(Protocol):
    """One kind of database."""

    name: str
    dump: str

    def taken(self, folder: Path) -> Any:
        """Context: the dump is in `folder`; yields a Reading of the very moment of the dump."""

    def reading(self) -> Any:
        """Context: yields a Reading of the database as it is."""

    def is_empty(self) -> bool:
        """Whether nothing would be lost by restoring into it."""

    def put(self, folder: Path, now: dt.datetime) -> str:
        """Load the dump in `folder`. What was there before makes room only once all of the dump is in; a sentence that says
        where it went, empty where there was nothing. Raises CommandFailed, and has changed nothing, where it cannot be loaded.
        """


def engine() -> Engine:
    """The one that the settings name."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


# ----- SQLite -----


class SQLite:
    """The file, copied by SQLite itself."""

    name, dump = "sqlite", "city.sqlite3"

    @property
    def file(self) -> Path:
        return Path(connection.settings_dict["NAME"])

    @contextmanager
    def taken(self, folder: Path) -> Iterator[Reading]:
        target = folder / self.dump
        with closing(sqlite3.connect(self.file, timeout=60)) as source, closing(sqlite3.connect(target)) as copy:
            # one read transaction for the whole copy: writers go on beside it, and no page is copied twice
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=PAGES)
            copy.execute("PRAGMA journal_mode=DELETE")
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            raise CommandFailed(f"The database file is damaged ({answer}): nothing was backed up. Restore the newest good backup.")
        target.chmod(0o600)
        _onto_disk(target)
        with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as taken:
            yield _SQLiteReading(taken)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=60)) as here:
            here.execute("BEGIN")
            yield _SQLiteReading(here)

    def is_empty(self) -> bool:
        if not self.file.exists():
            return True
        with self.reading() as here:
            return not list(here.rows("SELECT 1 FROM sqlite_master LIMIT 1"))

    def _set_aside(self, now: dt.datetime) -> str:
        kept = self.file.with_name(f"{self.file.name}.before-{now:%Y%m%d-%H%M%S}")
        with closing(sqlite3.connect(self.file, timeout=5)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.file.replace(kept)
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        return f"The database that was here is kept as {kept}."

    def put(self, folder: Path, now: dt.datetime) -> str:
        connection.close()
        half = self.file.with_name(f".{self.file.name}.half")
        try:
            shutil.copyfile(folder / self.dump, half)
            half.chmod(0o600)
            _check_sqlite(half)
            _onto_disk(half)
        except OSError as error:
            half.unlink(missing_ok=True)
            raise CommandFailed(f"The database could not be copied ({error.strerror}): nothing was put into it.") from error
        said = "" if self.is_empty() else self._set_aside(now)
        half.replace(self.file)
        with closing(sqlite3.connect(self.file)) as here:
            here.execute("PRAGMA journal_mode=WAL")
        return said


def _check_sqlite(file: Path) -> None:
    """Raises CommandFailed, and drops the file, where it is no sound database."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
            answer = str(copy.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        file.unlink()
        raise CommandFailed(f"The database in the backup is damaged ({answer}): nothing was put into the database. Take another backup.")


class _SQLiteReading:
    def __init__(self, here: sqlite3.Connection) -> None:
        self.here = here
        here.text_factory = bytes  # what is stored, whether it is good text or not

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        for row in self.here.execute(sql):
            yield tuple(value.decode() if isinstance(value, bytes) else value for value in row)

    def tables(self, tell: Callable[[int], None]) -> dict[str, Table]:
        found, ours = {}, "type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        for n, (name,) in enumerate(list(self.rows(f"SELECT name FROM sqlite_master WHERE {ours} ORDER BY name")), 1):
            count = total = 0
            for row in self.here.execute(f'SELECT * FROM "{name}"'):
                count += 1
                total += int.from_bytes(hashlib.sha256(repr(row).encode()).digest())
            found[name] = Table(count, f"{total % 2**256:064x}")
            tell(n)
        return found


# ----- PostgreSQL -----


class PostgreSQL:
    """Its own pg_dump and pg_restore, in the snapshot that also counts."""

    name, dump = "postgresql", "city.pgdump"

    def _env(self) -> dict[str, str]:
        place = connection.settings_dict
        names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
        return {**os.environ, **{name: str(place[key]) for name, key in names.items() if place.get(key)}}

    def _connect(self, **more: Any) -> Any:
        import psycopg  # noqa: PLC0415  needed on PostgreSQL only

        place, names = connection.settings_dict, {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
        try:
            return psycopg.connect(**{name: place[key] for name, key in names.items() if place.get(key)}, **more)
        except psycopg.OperationalError as error:
            words = " ".join(str(error).split())
            raise CommandFailed(f"The database does not answer: start it or check DATABASE_URL, then try again ({words}).") from error

    def _tool(self, name: str, *words: str) -> None:
        tool = shutil.which(name) or next((str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), "")
        if not tool:
            raise CommandFailed(f"{name} is missing: install PostgreSQL's client programs (apt-get install postgresql-client), of the server's version or newer.")
        done = subprocess.run([tool, *words], env=self._env(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise CommandFailed(f"{name} failed: {' '.join(done.stderr.split())[-600:]}")

    @contextmanager
    def taken(self, folder: Path) -> Iterator[Reading]:
        target = folder / self.dump
        with self.reading() as here:
            snapshot = next(here.rows("SELECT pg_export_snapshot()"))[0]
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self._tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}")
            _onto_disk(target)
            yield here

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        with self._connect() as here:
            here.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            for name, value in (("TimeZone", "UTC"), ("DateStyle", "ISO"), ("extra_float_digits", "1"), ("bytea_output", "hex"), ("IntervalStyle", "postgres")):
                here.execute(f"SET LOCAL {name} = '{value}'")  # a row must read the same wherever it is read
            yield _PostgreSQLReading(here)

    def is_empty(self) -> bool:
        with self.reading() as here:
            return not list(here.rows(TABLES))

    def _set_aside(self, kept: str) -> None:
        """Rename what is there, so that the dump finds an empty place and the old content is there until it is in."""
        with self._connect() as here:
            others = here.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").fetchone()[0]
            if others:
                raise CommandFailed(f"{others} others are connected to the database: stop the server and the worker first.")
            here.execute(f'ALTER SCHEMA public RENAME TO "{kept}"')
            here.execute("CREATE SCHEMA public")

    def put(self, folder: Path, now: dt.datetime) -> str:
        connection.close()
        name, dump = str(connection.settings_dict["NAME"]), str(folder / self.dump)
        self._tool("pg_restore", f"--file={os.devnull}", dump)  # reads all of it, with nothing to lose yet
        kept = "" if self.is_empty() else f"before_{now:%Y%m%d_%H%M%S}"
        if kept:
            self._set_aside(kept)
        try:
            self._tool("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--dbname={name}", dump)
        except BaseException:
            if kept:
                self._drop("public", instead=kept)
            raise
        if kept:
            self._drop(kept)
        with self._connect(autocommit=True) as here:
            here.execute("ANALYZE")
        return "What was in the database before is gone." if kept else ""

    def _drop(self, gone: str, instead: str = "") -> None:
        """Drop a schema, and give its name to another one, if one is to stand there instead."""
        with self._connect() as here:
            here.execute(f'DROP SCHEMA "{gone}" CASCADE')
            if instead:
                here.execute(f'ALTER SCHEMA "{instead}" RENAME TO "{gone}"')


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


class _PostgreSQLReading:
    def __init__(self, here: Any) -> None:
        self.here = here

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        yield from self.here.execute(sql)

    def tables(self, tell: Callable[[int], None]) -> dict[str, Table]:
        found, halves = {}, ", ".join(f"coalesce(sum(('x' || substr(md5(t::text), {at}, 15))::bit(60)::bigint), 0)" for at in (1, 16))
        for n, (name,) in enumerate(list(self.rows(TABLES)), 1):
            count, first, second = next(self.rows(f'SELECT count(*), {halves} FROM "{name}" t'))
            found[name] = Table(count, f"{int(first):x}-{int(second):x}")
            tell(n)
        return found


def _onto_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
