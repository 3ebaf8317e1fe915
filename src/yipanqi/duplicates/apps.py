from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "yipanqi.duplicates"
    label = "duplicates"
    verbose_name = "疑似重复"
