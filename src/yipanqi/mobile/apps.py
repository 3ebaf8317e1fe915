from django.apps import AppConfig


class MobileConfig(AppConfig):
    name = "yipanqi.mobile"
    label = "mobile"
    verbose_name = "手机端"
