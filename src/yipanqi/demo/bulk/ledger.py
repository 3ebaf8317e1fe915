"""Rows that wait in memory until they are written together."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import F, Max, Model

from yipanqi.kernel.actions import ACTIONS
from yipanqi.kernel.events import HANDLERS, Event, outbox_row
from yipanqi.kernel.journal import entry
from yipanqi.kernel.models import Delivery, Series

R = TypeVar("R", bound=Model)
F_ = TypeVar("F_", bound=Callable[..., Any])
PIECE = 2_000


class Ledger:
    """New rows by table, with their row ids already given, so that they can refer to each other."""

    def __init__(self) -> None:
        self.rows: dict[type[Model], list[Model]] = defaultdict(list)
        self.last_id: dict[type[Model], int] = {}
        self.series: dict[str, int] = {}
        self.taken: dict[str, int] = defaultdict(int)

    def add(self, row: R) -> R:
        """Keep a new row; it has its id afterwards."""
        model = type(row)
        if model not in self.last_id:
            self.last_id[model] = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
        self.last_id[model] += 1
        row.pk = self.last_id[model]
        self.rows[model].append(row)
        return row

    def next_number(self, key: str) -> int:
        """The next number of a series, as `kernel.series.next_number`."""
        if key not in self.series:
            self.series[key] = Series.objects.filter(key=key).values_list("last", flat=True).first() or 0
        self.series[key] += 1
        self.taken[key] += 1
        return self.series[key]

    def publish(self, event: Event) -> None:
        """Keep an event, with everyone who waits for it served."""
        row = self.add(outbox_row(event))
        for name, (kinds, _handler) in HANDLERS.items():
            if type(event) in kinds:
                self.add(
                    Delivery(event=row, handler=name, state="done", attempts=1, next_at=event.at, done_at=event.at)
                )

    def note(self, action: str, subject: Any, kwargs: dict[str, Any]) -> None:
        """Keep the journal row of one action."""
        self.add(entry(action, subject, kwargs, ACTIONS[action].private))

    def write(self, progress: Callable[[int, int], None]) -> None:
        """Put everything into the database in one transaction; `progress` hears (rows written, rows in all)."""
        total, done = sum(len(rows) for rows in self.rows.values()), 0
        with transaction.atomic():
            for model, rows in self.rows.items():
                for start in range(0, len(rows), PIECE):
                    _insert(model, rows[start : start + PIECE])
                    done += len(rows[start : start + PIECE])
                    progress(done, total)
            self._count_on()
        self.rows.clear()

    def _count_on(self) -> None:
        """Later numbers and row ids go on from here."""
        for key, count in self.taken.items():
            Series.objects.get_or_create(key=key)
            Series.objects.filter(key=key).update(last=F("last") + count)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self.rows)):
                cursor.execute(statement)


def _insert(model: type[Model], rows: Sequence[Model]) -> None:
    """Write rows as they are, ids included, by the fastest way each database has."""
    fields = model._meta.concrete_fields
    values = ([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows)
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values))


def twin(action: str) -> Callable[[F_], F_]:
    """Mark a method as the twin of an action ("app.verb"): called like it, and journalled like it."""

    def wrap(method: F_) -> F_:
        @functools.wraps(method)
        def call(self: Any, subject: Any = None, /, **kwargs: Any) -> Any:
            result = method(self, subject, **kwargs)
            self.ledger.note(action, subject if subject is not None else result, kwargs)
            return result

        return call  # type: ignore[return-value]

    return wrap


