from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "yipanqi.activities"
    label = "activities"
    verbose_name = "活动"
