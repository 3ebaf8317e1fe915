"""The demo app: it owns no rows of its own, it only fills those of others."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Top row of the house: may look at every other app."""

    name = "yipanqi.demo"
    label = "demo"
    verbose_name = "演示城市"
