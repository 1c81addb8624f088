from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('services', '0015_quicker_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='servicepage',
            name='came_back_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        AddIndexConcurrently(
            model_name='servicepage',
            index=models.Index(condition=models.Q(('came_back_at__isnull', False)), fields=['came_back_at'], name='services_page_came_back'),
        ),
    ]
