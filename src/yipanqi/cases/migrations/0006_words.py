"""The table by which cases are found by their words."""

from django.db import migrations

from yipanqi.wordindex.migrating import CreateWordIndex


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_tallies")]

    operations = [CreateWordIndex("cases_words")]
