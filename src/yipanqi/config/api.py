"""The JSON API: every app's router, one set of manners."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from ninja.security import SessionAuth

from yipanqi import __version__
from yipanqi.config.openapi import CityApi, ReferencePage
from yipanqi.config.strict_query import strict_query
from yipanqi.config.tokens import TokenAuth
from yipanqi.figures import api as figures_api
from yipanqi.kernel.api import install_handlers

api = CityApi(
    title="一盘棋 Yipanqi",
    version=__version__,
    openapi_url="/openapi.json",
    docs_url="/docs",
    docs=ReferencePage(),
    auth=[TokenAuth(), SessionAuth(csrf=True)],
    urls_namespace="api",
)
install_handlers(api)
api.add_decorator(strict_query, mode="view")
api.add_router("", figures_api.router)
for name in settings.LOCAL_APPS:
    if name != "kernel" and find_spec(f"yipanqi.{name}") and find_spec(f"yipanqi.{name}.api"):
        module = import_module(f"yipanqi.{name}.api")
        api.add_router("", module.router)
