"""The router that all parts of the app's API share: one address answers to several methods."""

from ninja import Router

router = Router(tags=["services"])
