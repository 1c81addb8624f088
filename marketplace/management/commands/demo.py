"""``manage.py demo``: a believable marketplace to look at, and its removal."""

import argparse
import time
from datetime import UTC, datetime
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from marketplace.clock import utc_now
from marketplace.demo.removal import mark_removed, remove_demo
from marketplace.demo.seeding import Arguments, DemoRefused, alone, require_allowed, seed_demo
from sitesettings.models import DemoState

WIDTH = 30


class Command(BaseCommand):
    """Makes the demo marketplace, or removes it."""

    help = "Makes a believable marketplace: the same for the same arguments. Never with production settings."

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's hook."""
        parser.add_argument("--pages", type=_count(1), default=2000, help="service pages (default 2000)")
        parser.add_argument("--requests", type=_count(0), default=600, help="service requests (default 600)")
        parser.add_argument("--seed", type=int, default=1, help="another number makes another marketplace (default 1)")
        parser.add_argument("--now", type=_moment, help="what times are relative to (default today 00:00 UTC)")
        parser.add_argument("--texts", default="", metavar="DIR", help="a folder with O*NET or ESCO texts to add")
        parser.add_argument("--remove", action="store_true", help="remove the demo, and nothing else")
        parser.add_argument(
            "--first-start", action="store_true", help="make it unless it was ever made or removed here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs it."""
        try:
            if options["remove"]:
                self._remove()
            elif not (options["first_start"] and DemoState.objects.exclude(state=DemoState.State.MAKING).exists()):
                self._make(options)
        except DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def _remove(self) -> None:
        with alone():
            number = remove_demo()
            mark_removed()
        self.stdout.write(f"Removed the demo's {number} members and all that was theirs.")

    def _make(self, options: dict[str, Any]) -> None:
        require_allowed()
        begun = time.monotonic()
        today = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
        state = DemoState.objects.filter(pk=1, state=DemoState.State.MADE).first()
        if options["now"] is None and state:  # made on another day with the same arguments: still the same
            today = datetime.fromisoformat(state.arguments["now"])
        arguments = Arguments(
            options["pages"], options["requests"], options["seed"], options["now"] or today, options["texts"]
        )
        if seed_demo(arguments, self._progress):
            self.stdout.write(f"The demo marketplace is there, after {time.monotonic() - begun:.1f} s.")
        else:
            self.stdout.write("This demo marketplace is there already.")

    def _progress(self, step: str, done: int, total: int) -> None:
        bar = "#" * (WIDTH * done // max(total, 1))
        end = "\n" if done >= total or not self.stdout.isatty() else "\r"
        self.stdout.write(f"{step:<16} [{bar:<{WIDTH}}] {done:,} of {total:,}", ending=end)
        self.stdout.flush()


def _count(least: int) -> Any:
    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"at least {least}")
        return value

    return number


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
