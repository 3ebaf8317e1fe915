"""The index on PostgreSQL: a table of `tsvector` with a GIN index.

Vectors and questions are written out here and cast, not made by `to_tsvector` and `phraseto_tsquery`: PostgreSQL's parser
splits by the server's locale and knows addresses, hyphens and versions; the same text must give the same tokens on both
databases.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from django.db import connection

from yipanqi.wordindex.tokens import GAP, Phrase

LAST_POSITION = 16_383
#: Words that a greater part of all rows holds are common: a page of such rows is found sooner in passing than by gathering them.
COMMON = 0.01
HELD_S = 600
_held: dict[str, tuple[float, Mapping[str, float]]] = {}


def create(table: str) -> list[str]:
    """The statements that make the table."""
    return [
        f"CREATE TABLE {table} (row_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX {table}_gin ON {table} USING gin (words)",
    ]


def put(table: str, rows: Sequence[tuple[int, list[str]]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (row_id, words) SELECT * FROM unnest(%s::bigint[], %s::text[]::tsvector[]) "
            "ON CONFLICT (row_id) DO UPDATE SET words = excluded.words",
            [[key for key, _tokens in rows], [_vector(tokens) for _key, tokens in rows]],
        )


def remove(table: str, ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE row_id = ANY(%s)", [list(ids)])


def stored(table: str, ids: Sequence[int]) -> dict[int, list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row_id, tsvector_to_array(words) FROM {table} WHERE row_id = ANY(%s)", [list(ids)])
        return dict(cursor.fetchall())


def ids_beside(table: str, owner: str, limit: int) -> list[int]:
    return _ids(f"SELECT row_id FROM {table} w WHERE NOT EXISTS (SELECT 1 FROM {owner} o WHERE o.id = w.row_id) LIMIT %s", limit)


def ids_lacking(table: str, owner: str, limit: int) -> list[int]:
    return _ids(f"SELECT id FROM {owner} o WHERE NOT EXISTS (SELECT 1 FROM {table} w WHERE w.row_id = o.id) LIMIT %s", limit)


def _ids(statement: str, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [limit])
        return [row[0] for row in cursor.fetchall()]


def condition(table: str, phrases: Sequence[Phrase]) -> tuple[str, str]:
    """SQL that holds for a row id `{id}`, and its one parameter.

    A word of few rows is gathered by GIN, as an array, for then PostgreSQL looks rows up by it whatever else is asked. A word of many is asked along the list's own order, a page of which is soon full;
    the planner would not see that, for it takes the neighbouring pairs of a phrase for independent, and is therefore not
    shown the question as one that an index could answer. Several words are always gathered first: each may be common, and
    no row hold them all.
    """
    asked = " & ".join(_question(phrase) for phrase in phrases)
    if len(phrases) == 1 and _share(table, phrases[0]) > COMMON:
        return f"EXISTS (SELECT 1 FROM {table} w WHERE w.row_id = {{id}} AND coalesce(w.words @@ %s::tsquery, false))", asked
    return f"{{id}} = ANY(ARRAY(SELECT w.row_id FROM {table} w WHERE w.words @@ %s::tsquery))", asked


def _question(phrase: Phrase) -> str:
    return "(" + " <-> ".join(f"'{token}'" for token in phrase.tokens) + (":*" if phrase.open_end else "") + ")"


def _share(table: str, phrase: Phrase) -> float:
    """At most such a part of all rows holds the phrase: that of its rarest token."""
    known = _common_tokens(table)
    shares = [known.get(token, 0.0) for token in phrase.tokens]
    if phrase.open_end:
        shares[-1] = min(1.0, sum(part for token, part in known.items() if token.startswith(phrase.tokens[-1])))
    return min(shares)


def _common_tokens(table: str) -> Mapping[str, float]:
    """The tokens that PostgreSQL itself found to be the most common, with their part of the rows; read again now and then."""
    held = _held.get(table)
    if held is None or time.monotonic() - held[0] > HELD_S:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats "
                "WHERE schemaname = current_schema() AND tablename = %s AND attname = 'words'",
                [table],
            )
            tokens, shares = cursor.fetchone() or (None, None)
        held = _held[table] = (time.monotonic(), dict(zip(tokens or (), shares or (), strict=False)))
    return held[1]


def forget() -> None:
    """Drop what is held of the statistics (tests)."""
    _held.clear()


def settle(table: str) -> None:
    """Let the planner know how common each token is."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def _vector(tokens: list[str]) -> str:
    return " ".join(f"'{token}':{min(place, LAST_POSITION)}" for place, token in enumerate(tokens, 1) if token != GAP)
