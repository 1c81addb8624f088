"""``python manage.py setup_key``: the address on which the first admin is made."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions.setup import setup_address


class Command(BaseCommand):
    """Prints the address with its key, the same until it was used."""

    help = "Prints the address of the page that makes the first admin. Needs no running server."

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the command."""
        address = setup_address()
        self.stdout.write(address or "There is an admin already: log in, or use `manage.py member EMAIL --staff`.")
