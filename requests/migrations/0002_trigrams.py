from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Similar titles are found by trigrams."""

    dependencies = [("requests", "0001_initial")]

    operations = [TrigramExtension()]
