"""The board for programs, under ``/api/v1/``: places, areas, segments, zones, duties, and who answers where."""

from yipanqi.places.api import writing
from yipanqi.places.api.reading import router

__all__ = ["router", "writing"]
