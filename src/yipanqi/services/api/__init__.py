"""Offers, orders and dispatch for programs, under ``/api/v1/``."""

from yipanqi.services.api import dispatching, following, offers, orders
from yipanqi.services.api.routing import router

__all__ = ["dispatching", "following", "offers", "orders", "router"]
