"""Whether a database was last written by a newer version than this one, which would work on it as if it were its own."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.migrations.loader import MigrationLoader

STEPS = "SELECT app, name FROM django_migrations ORDER BY app, name"


def unknown_steps(taken: Iterable[tuple[str, str]]) -> list[str]:
    """Steps of set-up that a database has taken and this version does not know, as app.name. Those of apps that are not
    installed are left aside: an app may have been taken out."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = set(loader.disk_migrations)
    known |= {(app, name) for one in loader.disk_migrations.values() for app, name in one.replaces}
    return [f"{app}.{name}" for app, name in taken if app in loader.migrated_apps and (app, name) not in known]
