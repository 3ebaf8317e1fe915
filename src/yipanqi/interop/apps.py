"""Other people's programs: Open311."""

from django.apps import AppConfig


class InteropConfig(AppConfig):
    name = "yipanqi.interop"
    label = "interop"
    verbose_name = "开放接口"
