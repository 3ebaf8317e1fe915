"""How the accepted class stood among the suggested ones is kept with the case, where a counter can tell it."""

from django.db import migrations, models


def keep_places(apps, schema_editor):
    """Of cases accepted with suggestions: what their thread kept."""
    Case, CaseMove = (apps.get_model("cases", name) for name in ("Case", "CaseMove"))
    for move in CaseMove.objects.filter(verb="accept", data__has_key="suggested").only("case_id", "data").iterator():
        Case.objects.filter(pk=move.case_id).update(suggested=move.data["suggested"]["rank"])


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0012_moves_by_verb"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="suggested",
            field=models.PositiveSmallIntegerField(help_text="at which place among the suggested classes the accepted one stood; 0: at none", null=True),
        ),
        migrations.RunPython(keep_places, migrations.RunPython.noop),
    ]
