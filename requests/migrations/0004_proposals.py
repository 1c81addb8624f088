import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import marketplace.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('attachments', '0001_initial'),
        ('requests', '0003_clocks_of_active_requests'),
        ('services', '0008_sitemap_chunk'),
    ]

    operations = [
        migrations.AddField(
            model_name='servicerequest',
            name='attachments',
            field=models.ManyToManyField(blank=True, related_name='requests', to='attachments.attachment'),
        ),
        migrations.AddField(
            model_name='servicerequest',
            name='screening',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=marketplace.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('shortlisted', 'Shortlisted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('accepted', 'Accepted'), ('not_chosen', 'Not chosen')], default='draft', max_length=11)),
                ('price_type', models.CharField(blank=True, choices=[('fixed', 'Fixed price'), ('hourly', 'Hourly rate')], default='', max_length=6)),
                ('amount', models.PositiveBigIntegerField(blank=True, null=True)),
                ('currency', models.CharField(blank=True, default='', max_length=3)),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(730)])),
                ('scope', models.TextField(blank=True, default='', max_length=10000, verbose_name='scope (Markdown)')),
                ('offered_by', models.CharField(choices=[('client', 'Client'), ('provider', 'Provider')], default='provider', max_length=8)),
                ('answers', models.JSONField(blank=True, default=dict, verbose_name='answers to the screening questions, by key')),
                ('is_ai_assisted', models.BooleanField(default=False, verbose_name='written with the help of AI')),
                ('client_note', models.TextField(blank=True, default='', max_length=2000, verbose_name="the client's private note")),
                ('outcome_reason', models.CharField(blank=True, default='', max_length=40, verbose_name='why it was declined, withdrawn or not chosen')),
                ('outcome_words', models.CharField(blank=True, default='', max_length=500, verbose_name="the same in somebody's own words")),
                ('similarity', models.FloatField(editable=False, null=True, verbose_name='share of the text that stands in the other, 0 to 1')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='counts edits, against stale forms')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('submitted_at', models.DateTimeField(editable=False, null=True)),
                ('viewed_at', models.DateTimeField(editable=False, null=True)),
                ('decided_at', models.DateTimeField(editable=False, null=True)),
                ('attachments', models.ManyToManyField(blank=True, related_name='proposals', to='attachments.attachment')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='services.servicepage')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='requests.servicerequest')),
                ('similar_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='requests.proposal')),
            ],
            options={
                'indexes': [models.Index(fields=['request', 'status'], name='requests_proposal_of_request'), models.Index(fields=['page', '-created_at'], name='requests_proposal_by_page')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'withdrawn'), _negated=True), fields=('request', 'page'), name='requests_proposal_once'), models.UniqueConstraint(condition=models.Q(('status', 'accepted')), fields=('request',), name='requests_proposal_one_winner'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'submitted', 'shortlisted', 'declined', 'withdrawn', 'accepted', 'not_chosen'])), name='requests_proposal_status'), models.CheckConstraint(condition=models.Q(('offered_by__in', ['client', 'provider'])), name='requests_proposal_side'), models.CheckConstraint(condition=models.Q(('status', 'draft'), models.Q(('amount__gt', 0), ('price_type__in', ['fixed', 'hourly']), ('submitted_at__isnull', False), models.Q(('currency', ''), _negated=True)), _connector='OR'), name='requests_proposal_sent_has_terms'), models.CheckConstraint(condition=models.Q(('similar_to', models.F('id')), _negated=True), name='requests_proposal_similar_to_another')],
            },
        ),
        migrations.CreateModel(
            name='ProposalTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('offered_by', models.CharField(choices=[('client', 'Client'), ('provider', 'Provider')], max_length=8)),
                ('price_type', models.CharField(choices=[('fixed', 'Fixed price'), ('hourly', 'Hourly rate')], max_length=6)),
                ('amount', models.PositiveBigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('scope', models.TextField(blank=True, default='')),
                ('note', models.CharField(blank=True, default='', max_length=1000, verbose_name='what was said to it')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='requests.proposal')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('proposal', 'number'), name='requests_terms_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='requests_terms_amount')],
            },
        ),
    ]
