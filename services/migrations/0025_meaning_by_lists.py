from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from pgvector.django import HalfVectorField


class Migration(migrations.Migration):
    """Searches find what is near in meaning through the lists of services, whose index takes a tenth of the room.

    All lists are divided within a quarter of an hour (``services.tasks.divide_lists``). Until then all pages are
    compared; or, where the long lists are divided already, the pages of these and some thousand others. Both indexes
    change beside other people's writing.
    """

    atomic = False
    dependencies = [("services", "0024_finer_tiers")]

    operations = [
        migrations.CreateModel(
            name="ServiceMean",
            fields=[
                ("service_id", models.IntegerField(primary_key=True, serialize=False)),
                ("mean", HalfVectorField(dimensions=256)),
            ],
        ),
        AddIndexConcurrently(
            "ServicePosting",
            models.Index(fields=["page_id"], condition=models.Q(cell=0), name="services_posting_nowhere"),
        ),
        # Short lists are to be divided, too.
        migrations.RunSQL("UPDATE services_searchstatistics SET divided_pages = 0", migrations.RunSQL.noop),
        RemoveIndexConcurrently("PageVector", "services_search_meaning"),
    ]
