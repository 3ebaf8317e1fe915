"""The words of cases that were there before their table was."""

from django.db import migrations

from yipanqi.cases.words import FIELDS, WORDS, parts_of


def keep_words(apps, schema_editor):
    rows = apps.get_model("cases", "Case").objects.order_by("pk").values_list("pk", *FIELDS)
    if not rows.exists():
        return
    WORDS.put((key, parts_of(*texts)) for key, *texts in rows.iterator(chunk_size=2_000))
    WORDS.settle()


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_words")]

    operations = [migrations.RunPython(keep_words, migrations.RunPython.noop)]
