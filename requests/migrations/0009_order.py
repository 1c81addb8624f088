from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests', '0008_proposal_clocks'),
    ]

    operations = [
        migrations.AddField(
            model_name='servicerequest',
            name='order',
            field=models.JSONField(blank=True, null=True),
        ),
    ]
