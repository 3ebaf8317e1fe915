"""Cases that are struck off by sampling."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_list_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='by_sample',
            field=models.BooleanField(default=False, help_text='struck off by the rule: nobody looked, as it was not drawn for verification', verbose_name='抽样销号'),
        ),
        migrations.AddField(
            model_name='case',
            name='spared_until',
            field=models.DateTimeField(help_text='not drawn for verification: struck off then, unless somebody looks', null=True),
        ),
    ]
