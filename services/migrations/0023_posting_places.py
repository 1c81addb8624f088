from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Those who work on site, by service and latitude. Built beside other people's writing."""

    atomic = False
    dependencies = [("services", "0022_bare_words")]

    operations = [
        AddIndexConcurrently(
            "ServicePosting",
            models.Index(
                fields=["service_id", "latitude"], condition=models.Q(on_site=True), name="services_posting_place"
            ),
        ),
        AddIndexConcurrently(
            "ServicePosting",
            models.Index(fields=["service_id"], condition=models.Q(radius_km__gt=100), name="services_posting_far"),
        ),
    ]
