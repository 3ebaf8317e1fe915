"""A file is worked on once at a time, and imported once; an export keeps under which appointments it was written."""

from django.db import migrations, models
from django.db.models import Q

ONCE = ~Q(file="") & (Q(kind__in=["check", "import"], state__in=["queued", "running"]) | Q(kind="import", state="done"))


def stop_doubles(apps, _schema_editor):
    """Of several of one file, the first stays; the others would have found its lines stored."""
    batches = apps.get_model("batches", "Batch").objects
    seen = set()
    for row in batches.filter(ONCE).order_by("pk").only("file", "kind"):
        if (row.file, row.kind) in seen:
            batches.filter(pk=row.pk).update(state="cancelled")
        seen.add((row.file, row.kind))


class Migration(migrations.Migration):
    dependencies = [("batches", "0002_owner")]

    operations = [
        migrations.RunPython(stop_doubles, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(condition=ONCE, fields=("file", "kind"), name="batch_file_once"),
        ),
        migrations.AddField(
            model_name="batch",
            name="scope",
            field=models.JSONField(default=list, help_text="roles and units under which an export was written"),
        ),
    ]
