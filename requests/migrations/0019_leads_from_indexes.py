from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# Matching counts leads from indexes alone, which PostgreSQL does where a vacuum has been since they were written. By its
# own measure it comes after a fifth of the table is new, which may be later than the month that is counted.
OFTEN = "ALTER TABLE requests_match SET (autovacuum_vacuum_insert_scale_factor = 0.01)"
AS_USUAL = "ALTER TABLE requests_match RESET (autovacuum_vacuum_insert_scale_factor)"


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("requests", "0018_retired_rankings"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="match",
            index=models.Index(
                condition=models.Q(("state", "notified"), _negated=True),
                fields=["page", "created_at"],
                include=("state",),
                name="requests_match_answered",
            ),
        ),
        migrations.RunSQL(OFTEN, AS_USUAL),
    ]
