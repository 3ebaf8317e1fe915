"""The index on PostgreSQL: a table of `tsvector` with a GIN index.

Vectors and questions are written out here and cast, not made by `to_tsvector` and `phraseto_tsquery`: PostgreSQL's parser
splits by the server's locale and knows addresses, hyphens and versions; the same text must give the same tokens on both
databases.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from yipanqi.wordindex.tokens import GAP, Phrase

LAST_POSITION = 16_383


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
    """SQL that holds for a row id `{id}`, and its one parameter. The planner knows how common each token is, and gathers by
    GIN or walks the list's own order accordingly."""
    asked = " & ".join(
        "(" + " <-> ".join(f"'{token}'" for token in phrase.tokens) + (":*" if phrase.open_end else "") + ")" for phrase in phrases
    )
    return f"EXISTS (SELECT 1 FROM {table} w WHERE w.row_id = {{id}} AND w.words @@ %s::tsquery)", asked


def settle(table: str) -> None:
    """Let the planner know how common each token is."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")


def _vector(tokens: list[str]) -> str:
    return " ".join(f"'{token}':{min(place, LAST_POSITION)}" for place, token in enumerate(tokens, 1) if token != GAP)
