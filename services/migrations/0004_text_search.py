from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations
from pgvector.django import VectorExtension


class Migration(migrations.Migration):
    """Extensions of the search index, and the configuration by which texts become words: English stems, no accents."""

    dependencies = [("services", "0003_page_rendered_about")]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        VectorExtension(),
        migrations.RunSQL(
            """
            CREATE TEXT SEARCH CONFIGURATION marketplace (COPY = english);
            ALTER TEXT SEARCH CONFIGURATION marketplace
                ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
            """,
            "DROP TEXT SEARCH CONFIGURATION marketplace",
        ),
    ]
