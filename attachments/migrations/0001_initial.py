
import attachments.models
import django.db.models.deletion
import django.utils.timezone
import marketplace.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=marketplace.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('file', models.FileField(storage=attachments.models.private_files, upload_to='attachments/%Y/%m/')),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('image', 'Picture'), ('file', 'File')], max_length=5)),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('attached_at', models.DateTimeField(editable=False, null=True)),
                ('uploader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('attached_at__isnull', True)), fields=['created_at'], name='attachments_unattached')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['image', 'file'])), name='attachments_attachment_kind')],
            },
        ),
    ]
