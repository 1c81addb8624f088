"""``manage.py demo``: a believable marketplace to look at, and its removal."""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.core.management import BaseCommand, CommandError, CommandParser

from marketplace.clock import utc_now
from marketplace.database.sizes import Size, sizes
from marketplace.demo.arguments import HISTORY_DAYS, Arguments, DemoRefused
from marketplace.demo.removal import remove_demo
from marketplace.demo.seeding import require_allowed, seed_demo
from services.search.engines.columns.files import used_bytes
from sitesettings.models import DemoState

WIDTH: Final = 30
WORTH_TELLING: Final = 1.0
"""Seconds from which it is told how long a step took."""
MOST: Final = 20_000_000
"""Pages, or requests."""
MOST_DAYS: Final = 3650
LARGEST_SEED: Final = 2**63 - 1
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    """Makes the demo marketplace, or removes it."""

    help = "Makes a believable marketplace: the same for the same arguments. Never with production settings."
    # They load all pages of the site, which takes longer than a small demo.
    requires_system_checks: list[str] = []
    _told = ("", 0)
    _ended = 0.0

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's hook."""
        parser.add_argument("--pages", type=_number(MOST), default=2000, help="service pages (default 2000)")
        parser.add_argument(
            "--requests",
            type=_number(MOST),
            default=600,
            help="service requests (default 600), beside those of long ago that pages were hired for",
        )
        parser.add_argument(
            "--seed", type=_number(LARGEST_SEED), default=1, help="another number makes another marketplace (default 1)"
        )
        parser.add_argument(
            "--now",
            type=_moment,
            help="what times are relative to, in UTC unless it names an offset (default today 00:00 UTC)",
        )
        parser.add_argument("--texts", default="", metavar="DIR", help="a folder with O*NET or ESCO texts to add")
        parser.add_argument(
            "--history-days",
            type=_number(MOST_DAYS, least=1),
            default=HISTORY_DAYS,
            help=f"days of request rates from before (default {HISTORY_DAYS})",
        )
        parser.add_argument("--remove", action="store_true", help="remove the demo, and nothing else")
        parser.add_argument(
            "--first-start", action="store_true", help="make it unless it was ever made or removed here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs it."""
        self._ended = time.monotonic()
        try:
            if options["remove"]:
                number = remove_demo(self._progress)
                self.stdout.write(f"Removed the demo's {number:,} members and all that was theirs.")
            else:
                self._make(options)
        except DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def _make(self, options: dict[str, Any]) -> None:
        require_allowed()
        state = DemoState.objects.filter(pk=1).first()
        if options["first_start"] and state and state.state != DemoState.State.MAKING:
            return
        begun = self._ended
        if seed_demo(_arguments(options, state), self._progress):
            if not options["first_start"]:
                self._tell_sizes(options["pages"])
            self.stdout.write(f"The demo marketplace is there, after {time.monotonic() - begun:.1f} s.")
        else:
            self.stdout.write("This demo marketplace is there already.")

    def _tell_sizes(self, pages: int) -> None:
        self.stdout.write(f"{'On disk':<40} {'':<6} {'bytes a page':>12} {'MB':>10}")
        for name, kind, size in (*sizes(), Size("columns of the search", "files", used_bytes())):
            self.stdout.write(f"{name:<40} {kind:<6} {size / max(pages, 1):>12,.0f} {size / 2**20:>10,.1f}")

    def _progress(self, step: str, done: int, total: int) -> None:
        if not self._worth_telling(step, done, total):
            return
        bar = "#" * (WIDTH * done // max(total, 1))
        end = "\n" if done >= total or not self.stdout.isatty() else "\r"
        self.stdout.write(
            f"{step:<16} [{bar:<{WIDTH}}] {done:,} of {total:,}{self._seconds(done >= total)}", ending=end
        )
        self.stdout.flush()

    def _seconds(self, is_done: bool) -> str:
        """What the step took, behind those that took a while."""
        seconds = time.monotonic() - self._ended
        if not is_done:
            return ""
        self._ended += seconds
        return f", {seconds:.1f} s" if seconds >= WORTH_TELLING else ""

    def _worth_telling(self, step: str, done: int, total: int) -> bool:
        """In a log one line for each part of a hundred; on a terminal each batch, in place."""
        part = step, 100 * done // max(total, 1)
        told, self._told = self._told, part
        return self.stdout.isatty() or part != told


def _arguments(options: dict[str, Any], state: DemoState | None) -> Arguments:
    """What is asked for. Where no time is named, that of the demo that is here or was begun, so that the same command
    means the same demo on the next day; the first start finishes whatever was begun."""
    there = state and state.state in {DemoState.State.MAKING, DemoState.State.MADE}
    known = Arguments.from_json(state.arguments) if state and there else None
    if known and options["first_start"]:
        return known
    today = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
    now = options["now"] or (known.now if known else today)
    texts = str(Path(options["texts"]).expanduser().resolve()) if options["texts"] else ""
    return Arguments(options["pages"], options["requests"], options["seed"], now, texts, options["history_days"])


def _number(most: int, least: int = 0) -> Callable[[str], int]:
    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most:,}")
        return value

    return number


def _moment(text: str) -> datetime:
    """A date or time in ISO 8601, to the second, in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no date or time such as 2026-11-24 or 2026-11-24T12:00:00+01:00"
        ) from None
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    if not EARLIEST <= moment <= utc_now() + timedelta(minutes=1):
        raise argparse.ArgumentTypeError(f"{text} is not between 2000-01-01 and now")
    return moment
