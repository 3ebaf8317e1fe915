from django.apps import AppConfig


class BurdenConfig(AppConfig):
    name = "yipanqi.burden"
    label = "burden"
