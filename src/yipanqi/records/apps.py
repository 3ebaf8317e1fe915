from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "yipanqi.records"
    label = "records"
    verbose_name = "记录与证书"
