"""``python manage.py load_catalogue [FOLDER] [--force]``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from marketplace.clock import utc_now
from services.catalogue import DATA, load


class Command(BaseCommand):
    """Loads the catalogue's files. ``migrate`` does the same whenever they have changed."""

    help = "Loads the catalogue of services from its YAML files; rows edited in the admin are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declares the command's arguments."""
        parser.add_argument("folder", nargs="?", type=Path, default=DATA, help="folder with one YAML file a group")
        parser.add_argument("--force", action="store_true", help="read the files even if they have not changed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads, and says what was done."""
        report = load(options["folder"], now=utc_now(), force=options["force"])
        if report.unchanged:
            self.stdout.write("The catalogue is up to date.")
            return
        self.stdout.write(f"{report.created} created, {report.updated} updated, {report.kept} kept as edited here.")
        for name in report.left:
            self.stdout.write(f"In no file any more, still active: {name}")
