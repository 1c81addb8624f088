from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside running requests: the index is built while they are written."""

    atomic = False

    dependencies = [("requests", "0005_client_record")]

    operations = [
        AddIndexConcurrently(
            "servicerequest", models.Index(fields=["first_published_at"], name="requests_request_first")
        ),
    ]
