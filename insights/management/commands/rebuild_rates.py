"""``manage.py rebuild_rates``: counts the request rate anew from the log of publications."""

from typing import Any

from django.core.management import BaseCommand

from insights.close import rebuild


class Command(BaseCommand):
    """Counts everything that was closed anew. Imported history is left as it is."""

    help = "Counts the request rate anew from the log of publications. Imported history stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Counts."""
        self.stdout.write(f"{rebuild()} publications counted.")
