from django.apps import AppConfig


class EscalationConfig(AppConfig):
    name = "yipanqi.escalation"
    label = "escalation"
