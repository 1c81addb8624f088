from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('requests', '0007_board'),
        ('services', '0008_sitemap_chunk'),
    ]

    operations = [
        migrations.AddField(
            model_name='servicerequest',
            name='review_reason',
            field=models.CharField(blank=True, choices=[('cap', 'All places are taken'), ('client', 'The client wants no further proposals')], default='', max_length=6),
        ),
        migrations.AddField(
            model_name='servicerequest',
            name='nudge_client_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='when the client is told of proposals that wait for her'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='nudge_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='when the provider is reminded'),
        ),
        migrations.AddField(
            model_name='proposalterms',
            name='is_restored',
            field=models.BooleanField(default=False, editable=False),
        ),
        AddIndexConcurrently(
            model_name='servicerequest',
            index=models.Index(condition=models.Q(('nudge_client_at__isnull', False), ('status__in', ['open', 'in_review'])), fields=['nudge_client_at'], name='requests_request_client_nudge'),
        ),
        AddIndexConcurrently(
            model_name='invitation',
            index=models.Index(condition=models.Q(('nudge_at__isnull', False)), fields=['nudge_at'], name='requests_invitation_nudge'),
        ),
    ]
