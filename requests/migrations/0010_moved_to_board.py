from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('requests', '0009_order'),
    ]

    operations = [
        migrations.AddField(
            model_name='servicerequest',
            name='moved_to_board_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        AddIndexConcurrently(
            model_name='servicerequest',
            index=models.Index(condition=models.Q(('moved_to_board_at__isnull', False)), fields=['moved_to_board_at'], name='requests_request_moved'),
        ),
    ]
