from django.apps import AppConfig


class PointsConfig(AppConfig):
    name = "yipanqi.points"
    label = "points"
    verbose_name = "积分"
