from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "yipanqi.kernel"
    label = "kernel"
