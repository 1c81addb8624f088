"""When it was looked last whether there is something to learn."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("requests", "0019_leads_from_indexes")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="LearningLook",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="requests_learning_look_one_row")
                ],
            },
        ),
    ]
