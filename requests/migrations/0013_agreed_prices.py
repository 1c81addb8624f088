from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('requests', '0012_price_ranges'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='proposal',
            index=models.Index(condition=models.Q(('status', 'accepted')), fields=['decided_at'], name='requests_proposal_agreed'),
        ),
    ]
