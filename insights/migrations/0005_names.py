"""Names of models as the admin writes them; nothing changes in the database."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0004_progress'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='closeduntil',
            options={'verbose_name': 'how far is counted', 'verbose_name_plural': 'how far is counted'},
        ),
    ]
