from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('requests', '0013_agreed_prices'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='proposal',
            index=models.Index(fields=['page', 'submitted_at'], name='requests_proposal_sent'),
        ),
        AddIndexConcurrently(
            model_name='proposal',
            index=models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['page', 'decided_at'], include=('status',), name='requests_proposal_decided'),
        ),
        AddIndexConcurrently(
            model_name='servicerequest',
            index=models.Index(condition=models.Q(('status', 'open'), ('visibility', 'board')), fields=['-published_at', '-id'], include=('client',), name='requests_request_on_board'),
        ),
        AddIndexConcurrently(
            model_name='servicerequest',
            index=models.Index(condition=models.Q(('status', 'open'), ('visibility', 'board')), fields=['service', '-published_at', '-id'], include=('client',), name='requests_request_of_service'),
        ),
        RemoveIndexConcurrently(
            model_name='servicerequest',
            name='requests_request_board',
        ),
    ]
