"""Indexes for the lists of a large city."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_words_of_known_cases'),
        ('people', '0002_user_password_given_at'),
        ('places', '0001_initial'),
        ('standards', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='case',
            name='area',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='places.area', verbose_name='所在区划'),
        ),
        migrations.AlterField(
            model_name='case',
            name='found_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='case',
            name='issue_class',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='standards.issueclass', verbose_name='问题类别'),
        ),
        migrations.AlterField(
            model_name='case',
            name='place',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='places.place', verbose_name='点位'),
        ),
        migrations.AlterField(
            model_name='case',
            name='unit',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='people.unit', verbose_name='主办单位'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['issue_class', '-found_at', '-id'], name='case_class_found'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['place', '-found_at', '-id'], name='case_place_found'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['area', '-found_at', '-id'], name='case_area_found'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['found_by', '-found_at', '-id'], name='case_finder_found'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', ['reported', 'filed', 'dispatched', 'disputed', 'handling', 'resolved', 'suspended'])), fields=['state', 'stage_due_at', 'id'], name='case_open_state_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', ['reported', 'filed', 'dispatched', 'disputed', 'handling', 'resolved', 'suspended'])), fields=['unit', 'stage_due_at', 'id'], name='case_open_unit_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', ['reported', 'filed', 'dispatched', 'disputed', 'handling', 'resolved', 'suspended'])), fields=['-found_at', '-id'], name='case_open_found'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state__in', ['reported', 'filed', 'dispatched', 'disputed', 'handling', 'resolved', 'suspended'])), fields=['unit', '-found_at', '-id'], name='case_open_unit_found'),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['case'], name='report_unanswered'),
        ),
    ]
