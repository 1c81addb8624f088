"""Learned rankings say until when they were learned, and are retired where the shipped weights do better."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("requests", "0017_fewer_indexes")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="learnedranking",
            name="learned_until",
            field=models.DateTimeField(null=True, verbose_name="learned until"),
        ),
        migrations.AddField(
            model_name="learnedranking",
            name="retired_at",
            field=models.DateTimeField(null=True, verbose_name="retired"),
        ),
    ]
