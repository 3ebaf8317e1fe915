"""Counters of ended cases by cell, and an index of open ones, for the map."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_sampling'),
        ('people', '0002_user_password_given_at'),
        ('places', '0001_initial'),
        ('standards', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CellCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cell', models.CharField(help_text='H3 cell, resolution 9', max_length=16)),
                ('kind', models.CharField(blank=True, help_text='"", class, unit or area', max_length=5)),
                ('key', models.BigIntegerField(default=0, help_text='row id of the class, unit or area; 0 where there is none')),
                ('state', models.CharField(max_length=12)),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', ['reported', 'filed', 'dispatched', 'disputed', 'handling', 'resolved', 'suspended'])), fields=['cell', 'state', 'stage_due_at'], name='case_open_cell'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='case_by_merged_into'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('rebound_of__isnull', False)), fields=['rebound_of'], name='case_by_rebound_of'),
        ),
        migrations.AddIndex(
            model_name='cellcount',
            index=models.Index(fields=['cell'], name='cellcount_cell'),
        ),
        migrations.AddConstraint(
            model_name='cellcount',
            constraint=models.UniqueConstraint(fields=('kind', 'key', 'cell', 'state'), name='cellcount_once'),
        ),
    ]
