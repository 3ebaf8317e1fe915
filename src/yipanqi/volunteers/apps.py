from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    name = "yipanqi.volunteers"
    label = "volunteers"
    verbose_name = "志愿者"
