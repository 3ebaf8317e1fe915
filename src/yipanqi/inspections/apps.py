from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "yipanqi.inspections"
    label = "inspections"
    verbose_name = "检查"
