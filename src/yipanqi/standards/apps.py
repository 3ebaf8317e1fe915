from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "yipanqi.standards"
    label = "standards"

    def ready(self) -> None:
        from yipanqi.people.selectors import tell_functions  # noqa: PLC0415  models are there only now
        from yipanqi.standards.selectors import departments  # noqa: PLC0415

        tell_functions(departments)
