"""Counters behind the figures: their cells, what each case has put into them, and the mark of what waits."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_last_due_at'),
        ('people', '0002_user_password_given_at'),
        ('places', '0001_initial'),
        ('standards', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseLedger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.BigIntegerField(default=0)),
                ('layout', models.CharField(blank=True, default='', max_length=64)),
                ('ready', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='CaseTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('view', models.PositiveSmallIntegerField(help_text='bits: which of unit, area, kind and source are told apart')),
                ('clock', models.PositiveSmallIntegerField(help_text='which moment of a record places it in time; from 100 on, which span is measured')),
                ('grain', models.PositiveSmallIntegerField(help_text='0 all time, 1 a month, 2 a day')),
                ('start', models.IntegerField(help_text='first day of the stretch, as its ordinal in the calendar')),
                ('unit', models.BigIntegerField(default=0)),
                ('area', models.BigIntegerField(default=0)),
                ('kind', models.BigIntegerField(default=0)),
                ('source', models.CharField(blank=True, default='', max_length=20)),
                ('bin', models.SmallIntegerField(default=0, help_text='of a span: the class of lengths it falls in')),
                ('n0', models.IntegerField(default=0)),
                ('n1', models.IntegerField(default=0)),
                ('n2', models.IntegerField(default=0)),
                ('n3', models.IntegerField(default=0)),
                ('n4', models.IntegerField(default=0)),
                ('n5', models.IntegerField(default=0)),
                ('n6', models.IntegerField(default=0)),
                ('n7', models.IntegerField(default=0)),
                ('n8', models.IntegerField(default=0)),
                ('n9', models.IntegerField(default=0)),
                ('n10', models.IntegerField(default=0)),
                ('n11', models.IntegerField(default=0)),
                ('n12', models.IntegerField(default=0)),
                ('n13', models.IntegerField(default=0)),
                ('n14', models.IntegerField(default=0)),
                ('n15', models.IntegerField(default=0)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='CountedCase',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('unit', models.BigIntegerField(default=0)),
                ('area', models.BigIntegerField(default=0)),
                ('kind', models.BigIntegerField(default=0)),
                ('source', models.CharField(blank=True, default='', max_length=20)),
                ('shares', models.JSONField(default=list, help_text='[[clock, day, mask of the counters, bin], …]')),
                ('span0_at', models.DateTimeField(null=True)),
                ('span0_bin', models.SmallIntegerField(null=True)),
                ('span0', models.BigIntegerField(help_text='microseconds', null=True)),
                ('span1_at', models.DateTimeField(null=True)),
                ('span1_bin', models.SmallIntegerField(null=True)),
                ('span1', models.BigIntegerField(help_text='microseconds', null=True)),
            ],
            options={
                'abstract': False,
                'default_permissions': (),
            },
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_open_due',
        ),
        migrations.AddField(
            model_name='case',
            name='counted',
            field=models.IntegerField(default=-1, help_text='the version that the tallies hold; another than `version`: to be counted anew'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('counted', models.F('version')), _negated=True), fields=['id'], name='case_uncounted'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('rebound_of__isnull', False)), fields=['found_at'], name='case_rebounds'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('stage_due_at__isnull', False)), fields=['stage_due_at', 'id'], name='case_open_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('rejected_at__isnull', False)), fields=['rejected_at'], name='case_rejected'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('merged_at__isnull', False)), fields=['merged_at'], name='case_merged'),
        ),
        migrations.AddConstraint(
            model_name='casetally',
            constraint=models.UniqueConstraint(fields=('view', 'clock', 'grain', 'start', 'unit', 'area', 'kind', 'source', 'bin'), name='casetally_cell'),
        ),
        migrations.AddIndex(
            model_name='countedcase',
            index=models.Index(condition=models.Q(('span0_bin__isnull', False)), fields=['span0_bin', 'span0_at'], name='countedcase_span0'),
        ),
        migrations.AddIndex(
            model_name='countedcase',
            index=models.Index(condition=models.Q(('span1_bin__isnull', False)), fields=['span1_bin', 'span1_at'], name='countedcase_span1'),
        ),
    ]
