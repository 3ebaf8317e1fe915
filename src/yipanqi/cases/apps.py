from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yipanqi.cases"
    label = "cases"

    def ready(self) -> None:
        from yipanqi.cases.selectors.seeing import open_count  # noqa: PLC0415  models are there only now
        from yipanqi.people.selectors import tell_work  # noqa: PLC0415

        tell_work(open_count)
