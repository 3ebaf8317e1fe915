"""The step of a migration that makes an index of words."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

from yipanqi.wordindex import on_postgresql, on_sqlite


class CreateWordIndex(Operation):
    """Makes the table of a `WordIndex`; reversing drops it. No triggers: whoever writes the rows puts their words in."""

    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__qualname__, [self.table], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The table belongs to no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        twin = on_postgresql if schema_editor.connection.vendor == "postgresql" else on_sqlite
        for statement in twin.create(self.table):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(f"DROP TABLE {self.table}")

    def describe(self) -> str:
        return f"Make the index of words {self.table}"
