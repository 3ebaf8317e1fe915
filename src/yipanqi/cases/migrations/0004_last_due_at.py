"""The deadline under which a case was suspended is kept, so that figures can say in which period it was left out."""

import datetime as dt

from django.db import migrations, models
from django.db.models import F


def keep_deadlines(apps, schema_editor):
    """Running cases: their deadline. Suspended ones: the last that their thread names before they were, which is that of
    the next step where one was open."""
    Case, CaseMove = (apps.get_model("cases", name) for name in ("Case", "CaseMove"))
    Case.objects.filter(due_at__isnull=False).update(last_due_at=F("due_at"))
    for case in Case.objects.filter(state="suspended").iterator():
        thread = list(CaseMove.objects.filter(case=case).order_by("at", "id").values_list("verb", "data"))
        stop = max((n for n, (verb, _data) in enumerate(thread) if verb == "suspend"), default=0)
        told = next((data["stage_due"] for _verb, data in reversed(thread[:stop]) if data.get("stage_due")), None)
        if told:
            Case.objects.filter(pk=case.pk).update(last_due_at=dt.datetime.fromisoformat(told))


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0003_figure_moments"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_due"),
        migrations.AddField(
            model_name="case",
            name="last_due_at",
            field=models.DateTimeField(help_text="due_at, or while suspended the deadline under which it was", null=True),
        ),
        migrations.RunPython(keep_deadlines, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("last_due_at__isnull", False)), fields=["last_due_at"], name="case_last_due"),
        ),
    ]
