"""Names of models as the admin writes them; nothing changes in the database."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('requests', '0010_moved_to_board'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='match',
            options={'ordering': ['request', 'rank'], 'verbose_name_plural': 'matches'},
        ),
    ]
