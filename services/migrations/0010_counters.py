import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0009_page_record'),
    ]

    operations = [
        migrations.CreateModel(
            name='CountedBatch',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('counted_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='PageDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('views', models.PositiveIntegerField(default=0)),
                ('impressions', models.PositiveIntegerField(default=0)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='services.servicepage')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'day'), name='services_pageday_once')],
            },
        ),
    ]
