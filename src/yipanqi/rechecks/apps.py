from django.apps import AppConfig


class RechecksConfig(AppConfig):
    name = "yipanqi.rechecks"
    label = "rechecks"
