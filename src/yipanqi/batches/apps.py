from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "yipanqi.batches"
    label = "batches"
