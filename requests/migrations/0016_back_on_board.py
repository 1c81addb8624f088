from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('requests', '0015_learned_ranking'),
    ]

    operations = [
        migrations.AddField(
            model_name='servicerequest',
            name='back_on_board_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        AddIndexConcurrently(
            model_name='servicerequest',
            index=models.Index(condition=models.Q(('back_on_board_at__isnull', False)), fields=['back_on_board_at'], name='requests_request_back_on_board'),
        ),
    ]
