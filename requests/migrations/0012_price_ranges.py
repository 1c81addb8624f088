import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('requests', '0011_names'),
        ('services', '0016_came_back'),
    ]

    operations = [
        migrations.CreateModel(
            name='PriceRange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('price_type', models.CharField(choices=[('fixed', 'Fixed price'), ('hourly', 'Hourly rate')], max_length=6)),
                ('cases', models.PositiveIntegerField()),
                ('low', models.FloatField()),
                ('median', models.FloatField()),
                ('high', models.FloatField()),
                ('counted_at', models.DateTimeField()),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.servicegroup')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.service')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('service', 'price_type'), name='requests_price_of_service'), models.UniqueConstraint(fields=('group', 'price_type'), name='requests_price_of_group'), models.CheckConstraint(condition=models.Q(models.Q(('group__isnull', False), ('service__isnull', True)), models.Q(('group__isnull', True), ('service__isnull', False)), _connector='OR'), name='requests_price_of_one')],
            },
        ),
    ]
