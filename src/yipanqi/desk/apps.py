from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "yipanqi.desk"
    label = "desk"
    verbose_name = "办公台"
