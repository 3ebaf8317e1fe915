"""Texts found by any few characters of them: stored bigrams, on both databases. Knows no app.

The search index is what only one database can do: `on_sqlite` and `on_postgresql` are twins, chosen by the connection.
"""

from .index import WordIndex
from .marking import marked, snippet
from .tokens import asked, tokens

__all__ = ["WordIndex", "asked", "marked", "snippet", "tokens"]
