from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "yipanqi.messaging"
    label = "messaging"
