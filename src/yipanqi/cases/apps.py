from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yipanqi.cases"
    label = "cases"
