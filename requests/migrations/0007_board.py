from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

WORDS = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS requests_board_words ON requests_servicerequest
USING gin (to_tsvector('marketplace', title || ' ' || details))
WHERE visibility = 'board' AND status = 'open'
"""


class Migration(migrations.Migration):
    """Indexes of the board: the open public requests by their words, and newest first."""

    atomic = False
    dependencies = [
        ("requests", "0006_first_publication"),
        ("services", "0004_text_search"),
    ]

    operations = [
        migrations.RunSQL(WORDS, "DROP INDEX CONCURRENTLY IF EXISTS requests_board_words"),
        AddIndexConcurrently(
            model_name="servicerequest",
            index=models.Index(
                condition=models.Q(("status", "open"), ("visibility", "board")),
                fields=["-published_at", "-id"],
                name="requests_request_board",
            ),
        ),
    ]
