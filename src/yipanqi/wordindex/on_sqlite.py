"""The index on SQLite: an FTS5 table whose row ids are those of the rows.

Tokens come ready made, so the tokenizer only parts them at spaces: `ascii` takes every other character as it is, while
`unicode61` would drop the rarer Chinese characters, which are younger than its tables.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from yipanqi.wordindex.tokens import Phrase

#: Up to so many rows are gathered and sorted; of words that more rows hold, the list's own order is walked instead.
MANY = 1_000


def create(table: str) -> list[str]:
    """The statements that make the table."""
    return [f"CREATE VIRTUAL TABLE {table} USING fts5(words, tokenize='ascii', columnsize=0)"]


def put(table: str, rows: Sequence[tuple[int, list[str]]]) -> None:
    with connection.cursor() as cursor:
        statement = f"INSERT OR REPLACE INTO {table} (rowid, words) VALUES (%s, %s)"
        values = [(key, " ".join(tokens)) for key, tokens in rows]
        cursor.execute(statement, values[0]) if len(values) == 1 else cursor.executemany(statement, values)


def remove(table: str, ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [(key,) for key in ids])


def stored(table: str, ids: Sequence[int]) -> dict[int, list[str]]:
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT rowid, words FROM {table} WHERE rowid IN ({marks})", list(ids))
        return {key: words.split(" ") if words else [] for key, words in cursor.fetchall()}


def ids_beside(table: str, owner: str, limit: int) -> list[int]:
    return _ids(f"SELECT id FROM {table}_content WHERE id NOT IN (SELECT id FROM {owner}) LIMIT %s", limit)


def ids_lacking(table: str, owner: str, limit: int) -> list[int]:
    return _ids(f"SELECT id FROM {owner} WHERE id NOT IN (SELECT id FROM {table}_content) LIMIT %s", limit)


def _ids(statement: str, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [limit])
        return [row[0] for row in cursor.fetchall()]


def condition(table: str, phrases: Sequence[Phrase]) -> tuple[str, str]:
    """SQL that holds for a row id `{id}`, and its one parameter. SQLite knows nothing of how many rows a word is in, so
    they are counted, up to a limit: few are gathered, many are asked one by one along the list's own order."""
    asked = " AND ".join('"' + " ".join(phrase.tokens) + '"' + (" *" if phrase.open_end else "") for phrase in phrases)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH %s LIMIT {MANY})", [asked])
        many = cursor.fetchone()[0] == MANY
    if many and any(phrase.open_end for phrase in phrases):  # a beginning is put together from many words, so once for all
        return f"+{{id}} IN (SELECT rowid FROM {table} WHERE {table} MATCH %s)", asked
    if many:
        return f"EXISTS (SELECT 1 FROM {table} WHERE {table} MATCH %s AND rowid = {{id}})", asked
    return f"{{id}} IN (SELECT rowid FROM {table} WHERE {table} MATCH %s)", asked


def settle(table: str) -> None:
    """Merge the pieces that single writes left."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
