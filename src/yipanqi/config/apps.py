from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Config(AppConfig):
    name = "yipanqi.config"
    label = "config"

    def ready(self) -> None:
        """Load what registers itself: rules, events' handlers, jobs, sheets, figures, catalogue entries, why fields are asked."""
        autodiscover_modules("rules", "actions", "handlers", "jobs", "sheets", "figures", "catalogue", "entries", "asking")
