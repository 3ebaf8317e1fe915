from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "yipanqi.files"
    label = "files"
    verbose_name = "照片与附件"
