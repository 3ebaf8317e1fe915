"""The standard for programs, under ``/api/v1/``: editions, check items, place categories, issue classes."""

from yipanqi.standards.api import writing
from yipanqi.standards.api.reading import router

__all__ = ["router", "writing"]
