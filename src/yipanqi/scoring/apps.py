from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "yipanqi.scoring"
    label = "scoring"
