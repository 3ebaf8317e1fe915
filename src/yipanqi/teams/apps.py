from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "yipanqi.teams"
    label = "teams"
    verbose_name = "组织与阵地"
