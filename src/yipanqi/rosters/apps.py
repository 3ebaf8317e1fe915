from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "yipanqi.rosters"
    label = "rosters"
    verbose_name = "值勤"
