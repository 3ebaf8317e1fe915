"""Cities of any number of cases: the sample city's own, told again and again over three years by one INSERT … SELECT a table.

Each copy of a case has its shares, its thread and its reports, moved back in time as a whole and, where it lies at no
place, to a spot near by. Nearly all have ended, as in a city that works: `OPEN` of a hundred are open. The journal and the
photos are not told again.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

from benchmarks.cities import City, drop, inside, make

SIZES = (10_000, 100_000, 1_000_000)
OPEN = 1.5  # per cent
YEARS_S, LATELY_S = 3 * 365 * 86_400, 2 * 86_400
AT_ONCE = 20_000  # cases put into the index of words in one transaction
SPOTS, NEAR = 20_000, 0.004  # places where copies lie, and how far from a case of the sample city (degrees)
#: What is derived from cases and kept by jobs; it is made once the cases are there, cases and words by `_count` and `_index`.
DERIVED = ("cases.recount_cells", "cases.keep_cells", "duplicates.sweep")

_limit = max(SIZES)
_built: dict[tuple[str, str, int], City] = {}


def limit(most: int) -> None:
    """Measure no larger cities than this."""
    global _limit
    _limit = most


def sizes() -> tuple[int, ...]:
    """The numbers of cases to measure at."""
    return tuple(size for size in SIZES if size <= _limit)


def of_size(city: City, total: int) -> City:
    """The sample city with `total` cases. Built once in a run and to be left as it is: write into a `copy` of it."""
    key = (str(city.data), city.url, total)
    if key not in _built:
        start = time.monotonic()
        grown = make(city, f"of-{total}")
        inside(grown, fill, total)
        _built[key] = grown
        print(f"({total:,} cases on {city.engine}: {time.monotonic() - start:.0f} s, {size_mb(grown):,.0f} MB)", file=sys.stderr)
    return _built[key]


def forget(city: City) -> None:
    """Give back the disk of what was built from `city`."""
    for key in [key for key in _built if key[:2] == (str(city.data), city.url)]:
        drop(_built.pop(key))


def size_mb(city: City) -> float:
    """What the database takes on disk."""
    if not city.url:
        return city.file.stat().st_size / 2**20
    with closing(city.connect()) as connection:
        found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return float(found[0]) / 2**20 if found else 0.0


# ----- inside a process where Django runs on the city -----


def fill(total: int) -> None:
    """Tell cases again until there are `total`."""
    from django.db import connection

    from yipanqi.cases.models import Assignment, Case, CaseMove, Report

    tables = [model._meta.db_table for model in (Case, Assignment, CaseMove, Report)]
    with connection.cursor() as cursor:
        _make_haste(cursor, connection.vendor)
        _note(cursor, connection.vendor, "bench_spot", "n INT, lon FLOAT8, lat FLOAT8, cell TEXT, area_id BIGINT", _spots())
        columns = "new_id BIGINT, old_id BIGINT, back BIGINT, spot INT, primary_id BIGINT"
        _note(cursor, connection.vendor, "bench_copy", columns, _copies(total))
        indexes = _drop_indexes(cursor, connection.vendor, tables)
        for model in (Case, Assignment, CaseMove, Report):
            cursor.execute(_telling(model, connection.vendor))
        for statement in indexes:
            cursor.execute(statement)
        cursor.execute("DROP TABLE bench_copy")
        cursor.execute("DROP TABLE bench_spot")
        _settle(cursor, connection.vendor)
        _derive()
        _settle(cursor, connection.vendor)
        _end_haste(cursor, connection.vendor)


def _spots() -> Iterator[tuple[Any, ...]]:
    """Spots near where cases lie, each with its cell and area."""
    import h3

    from yipanqi.cases.models import Case
    from yipanqi.places.selectors import board_map

    draw = random.Random(11)
    known = [(lon, lat) for lon, lat in Case.objects.values_list("lon", "lat") if lon is not None and lat is not None]
    lons, lats = [], []
    for _n in range(SPOTS):
        lon, lat = draw.choice(known)
        lons.append(round(lon + draw.gauss(0, NEAR), 6))
        lats.append(round(lat + draw.gauss(0, NEAR * 0.75), 6))
    areas = board_map().assign_many(lons, lats)
    for n, (lon, lat, area) in enumerate(zip(lons, lats, areas, strict=True)):
        yield n, lon, lat, h3.latlng_to_cell(lat, lon, 9), int(area) if area >= 0 else None


def _copies(total: int) -> Iterator[tuple[Any, ...]]:
    """(new id, case, seconds back, spot, new id of the case that it was merged into), oldest first as their ids are."""
    from yipanqi.cases import selectors
    from yipanqi.cases.models import Case

    draw = random.Random(7)
    rows = list(Case.objects.order_by("id").values_list("id", "state", "found_at", "merged_into_id"))
    alive = [row for row in rows if row[1] in selectors.OPEN_STATES]
    ended = [row for row in rows if row[1] not in selectors.OPEN_STATES]
    more = max(0, total - len(rows))
    opened = min(more, max(0, round(total * OPEN / 100) - len(alive)))
    made = []
    for source, count, longest in ((alive, opened, LATELY_S), (ended, more - opened, YEARS_S)):
        for n in range(count):
            pk, _state, found, merged = source[n % len(source)]
            back = draw.randrange(longest)
            made.append((found.timestamp() - back, pk, back, merged))
    made.sort()
    first = max(row[0] for row in rows) + 1
    newest: dict[int, int] = {}
    for new, (_at, pk, back, merged) in enumerate(made, first):
        newest[pk] = new
        yield new, pk, back, draw.randrange(SPOTS), newest.get(merged, merged)


def _telling(model: Any, vendor: str) -> str:
    """The statement that writes the copies of one table's rows."""
    from django.db.models import DateTimeField

    from yipanqi.cases.models import NOT_COUNTED

    name = model.__name__
    special = {
        "Case": {
            "id": "b.new_id", "number": _numbered("B", 10, vendor), "merged_into_id": "b.primary_id", "rebound_of_id": "t.rebound_of_id",
            "counted": str(NOT_COUNTED), "external_ref": "CASE WHEN t.external_ref = '' THEN '' ELSE 'B-' || CAST(b.new_id AS TEXT) END",
            **{column: f"CASE WHEN t.place_id IS NULL AND t.lon IS NOT NULL THEN s.{column} ELSE t.{column} END" for column in ("lon", "lat", "cell", "area_id")},
        },
        "Report": {"code": _numbered("Z", 11, vendor, "row_number() OVER ()"), "case_id": "b.new_id", "answered_at": _moved("COALESCE(t.answered_at, t.sent_at)", vendor), "contact_name": "''", "contact_phone": "''"},
    }  # fmt: skip
    given = special.get(name, {"case_id": "b.new_id"})
    columns, values = [], []
    for field in model._meta.concrete_fields:
        if field.column == "id" and "id" not in given:
            continue
        columns.append(f'"{field.column}"')
        plain = f't."{field.column}"'
        moved = _moved(plain, vendor) if isinstance(field, DateTimeField) else plain
        values.append(given.get(field.column, moved))
    own = "t.id" if name == "Case" else "t.case_id"
    return (
        f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) SELECT {", ".join(values)} FROM bench_copy b '
        f'JOIN "{model._meta.db_table}" t ON {own} = b.old_id JOIN bench_spot s ON s.n = b.spot'
    ) + (" ORDER BY b.new_id" if name == "Case" else "")


def _numbered(letter: str, digits: int, vendor: str, number: str = "b.new_id") -> str:
    padded = f"lpad(({number})::text, {digits}, '0')" if vendor == "postgresql" else f"printf('%0{digits}d', {number})"
    return f"'{letter}' || {padded}"


def _moved(column: str, vendor: str) -> str:
    if vendor == "postgresql":
        return f"{column} - make_interval(secs => b.back)"
    return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || b.back || ' seconds')"


def _make_haste(cursor: Any, vendor: str) -> None:
    if vendor == "postgresql":
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
        if cursor.fetchone()[0] == 0:  # nothing but foreign keys, which these rows keep as the sample city's do
            cursor.execute("SET session_replication_role = replica")
        return
    for pragma in ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF", "cache_size = -524288", "temp_store = FILE"):
        cursor.execute(f"PRAGMA {pragma}")


def _note(cursor: Any, vendor: str, table: str, columns: str, rows: Iterator[tuple[Any, ...]]) -> None:
    ready = list(rows)  # they are read from this very connection
    cursor.execute(f"CREATE TABLE {table} ({columns})")
    if vendor == "postgresql":
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in ready:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {table}")
    else:
        marks = ", ".join(["%s"] * (columns.count(",") + 1))
        cursor.execute("BEGIN")
        cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", ready)
        cursor.execute("COMMIT")
    first = columns.split()[0]
    cursor.execute(f"CREATE UNIQUE INDEX {table}_first ON {table} ({first})")


def _drop_indexes(cursor: Any, vendor: str, tables: list[str]) -> list[str]:
    """Drop what is quicker made anew than kept up for a million rows, but for what finds a case's rows; how it is made."""
    names = ", ".join(f"'{table}'" for table in tables)
    if vendor == "postgresql":
        cursor.execute(
            f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({names}) AND indexname NOT IN "
            "(SELECT conindid::regclass::text FROM pg_constraint WHERE conindid <> 0)"
        )
    else:
        cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({names})")
    found = cursor.fetchall()
    for name, _sql in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [sql for _name, sql in found]


def _settle(cursor: Any, vendor: str) -> None:
    """Let the planner know what is there."""
    if vendor == "postgresql":
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("SELECT setval(pg_get_serial_sequence('cases_case', 'id'), (SELECT max(id) FROM cases_case))")
        cursor.execute("VACUUM ANALYZE")
        return
    cursor.execute("ANALYZE")
    cursor.execute("PRAGMA journal_mode = WAL")  # jobs roll back where somebody is in their way
    cursor.fetchall()  # unread, the answer would hold up the next commit


def _end_haste(cursor: Any, vendor: str) -> None:
    if vendor == "sqlite":
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()


def _derive() -> None:
    """Let what is derived from cases be made."""
    pieces: list[tuple[str, Callable[[], None]]] = [("tallies", _count), ("words", _index), *((key, partial(_job, key)) for key in DERIVED)]
    for made, work in pieces:
        start, cpu = time.monotonic(), time.process_time()
        work()
        print(f"  ({made}: {time.monotonic() - start:.0f} s, {time.process_time() - cpu:.0f} s of CPU)", file=sys.stderr, flush=True)


def _count() -> None:
    import datetime as dt

    from yipanqi.cases.jobs import catch_up

    catch_up(dt.datetime.now(dt.UTC), 2 * max(SIZES))


def _index() -> None:
    from yipanqi.cases.models import Case
    from yipanqi.cases.words import FIELDS, WORDS, parts_of

    for start in range(0, Case.objects.order_by("-pk").values_list("pk", flat=True)[0], AT_ONCE):
        rows = Case.objects.filter(pk__gt=start, pk__lte=start + AT_ONCE).order_by("pk").values_list("pk", *FIELDS)
        WORDS.put((key, parts_of(*texts)) for key, *texts in rows)
    WORDS.settle()


def _job(key: str) -> None:
    import datetime as dt

    from yipanqi.kernel import jobs
    from yipanqi.kernel.models import JobRun

    now = dt.datetime.now(dt.UTC)
    JobRun.objects.update_or_create(key=key, defaults={"due_at": now, "lease_until": None})
    jobs._run(jobs.JOBS[key], now)
    if error := JobRun.objects.get(key=key).error:
        raise RuntimeError(error)
