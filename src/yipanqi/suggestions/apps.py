from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "yipanqi.suggestions"
    label = "suggestions"
    verbose_name = "建议"
