from django.db import migrations, models
from django.utils import timezone


def begin_term(apps, schema_editor):
    """One-time passwords given before they had a term are valid for one term from now on."""
    apps.get_model("people", "User").objects.filter(must_change_password=True).update(password_given_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_given_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="一次性密码给出时间"),
        ),
        migrations.RunPython(begin_term, migrations.RunPython.noop),
    ]
