from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "yipanqi.standards"
    label = "standards"
