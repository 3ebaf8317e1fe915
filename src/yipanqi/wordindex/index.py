"""One index of words, by the name of its table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import BooleanField, Expression, F, Q

from yipanqi.wordindex import on_postgresql, on_sqlite
from yipanqi.wordindex.tokens import GAP, Phrase, asked, tokens

PIECE = 1_000


class Twin(Protocol):
    """What each database must be able to do."""

    def create(self, table: str) -> list[str]: ...

    def put(self, table: str, rows: Sequence[tuple[int, list[str]]]) -> None: ...

    def remove(self, table: str, ids: Sequence[int]) -> None: ...

    def stored(self, table: str, ids: Sequence[int]) -> dict[int, list[str]]: ...

    def ids_beside(self, table: str, owner: str, limit: int) -> list[int]: ...

    def ids_lacking(self, table: str, owner: str, limit: int) -> list[int]: ...

    def condition(self, table: str, phrases: Sequence[Phrase]) -> tuple[str, str]: ...

    def settle(self, table: str) -> None: ...


def twin() -> Twin:
    """The one of this installation's database."""
    return on_postgresql if connection.vendor == "postgresql" else on_sqlite


class WordIndex:
    """Finds rows of one table by words. Whoever owns the rows puts their texts in within the transaction that writes them."""

    def __init__(self, table: str) -> None:
        self.table = table

    def put(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Keep the words of (row id, parts of its text), instead of what was kept of these rows before."""
        left = iter(rows)
        with transaction.atomic(savepoint=False):
            while piece := list(islice(left, PIECE)):
                twin().put(self.table, [(key, tokens(*parts)) for key, parts in piece])

    def remove(self, ids: Sequence[int]) -> None:
        """Forget these rows."""
        twin().remove(self.table, ids)

    def matching(self, words: str, key: str = "pk") -> Q:
        """The rows whose text holds all of `words`; `key` leads from the filtered model to the row's id. Words without any
        letter or digit are found nowhere."""
        phrases = asked(words)
        if not phrases:
            return Q(pk__in=[])
        return Q(Found(key, *twin().condition(self.table, phrases)))

    def wrong(self, rows: Sequence[tuple[int, Sequence[str]]]) -> list[int]:
        """Which of these rows the index does not know, or knows by other words."""
        stored = twin().stored(self.table, [key for key, _parts in rows])
        return [key for key, parts in rows if key not in stored or {*stored[key], GAP} != {*tokens(*parts), GAP}]

    def beside(self, owner: str, limit: int = PIECE) -> list[int]:
        """Row ids in the index that the table `owner` does not have (any more)."""
        return twin().ids_beside(self.table, owner, limit)

    def lacking(self, owner: str, limit: int = PIECE) -> list[int]:
        """Row ids of the table `owner` that are not in the index."""
        return twin().ids_lacking(self.table, owner, limit)

    def settle(self) -> None:
        """Tidy up after many rows were put in at once."""
        twin().settle(self.table)


class Found(Expression):
    """Holds for rows whose id stands in the index under the phrases. `%(id)s` in the condition is the row's id."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, key: str, condition: str, asked_for: str) -> None:
        super().__init__()
        self.key, self.condition, self.asked_for = F(key), condition, asked_for

    def get_source_expressions(self) -> list[Any]:
        return [self.key]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.key,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.key)
        return self.condition.replace("{id}", column), (*params, self.asked_for)
