from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "yipanqi.services"
    label = "services"
    verbose_name = "五单服务"
