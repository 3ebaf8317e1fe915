"""The table by which cases are found by their words."""

from django.db import migrations

from yipanqi.wordindex.migrating import CreateWordIndex


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_last_due_at")]

    operations = [CreateWordIndex("cases_words")]
