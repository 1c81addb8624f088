"""A marketplace of the benchmark's own: servers, tables, pages and requests."""

import io
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from bench.harness.files import write_whole
from bench.harness.options import Options
from marketplace.embedded.home import HomeLock
from marketplace.embedded.servers import needed
from requests.models import Matching, RequestStatus, ServiceRequest
from services.models import ServicePage
from services.search.engines.columns import files, writing
from sitesettings.models import DemoState


class OtherMarketplace(Exception):
    """The kept home holds pages of another number than asked for."""


@contextmanager
def marketplace(options: Options) -> Iterator[None]:
    """A running PostgreSQL and Valkey with ``options.pages`` published pages, made by the product's own bulk path.

    Nothing is seeded where ``pages`` is 0, or where a kept home has them already. Nothing waits for a worker that an
    earlier benchmark left there. Raises OtherMarketplace.
    """
    with servers():
        _seed(options.pages, options.requests)
        forget_waiting()
        write_columns()
        yield


@contextmanager
def servers() -> Iterator[None]:
    """The servers of this process's home, with all tables, and the catalogue."""
    with ExitStack() as stack:
        stack.enter_context(HomeLock(settings.MARKETPLACE_HOME, "a benchmark"))
        started = needed(settings.MARKETPLACE_HOME)
        for server in started:
            server.start()
            stack.callback(server.stop)
        for server in started:
            server.wait()
        call_command("migrate", verbosity=0, interactive=False)
        stack.callback(connections.close_all)
        yield


def _seed(pages: int, requests: int) -> None:
    if not pages:
        return
    state = DemoState.objects.filter(state=DemoState.State.MADE).first()
    if state is None:
        say(f"Making {pages:,} pages and {requests:,} requests.")
        with Timed() as told:
            call_command("demo", pages=pages, requests=requests, stdout=told)
        _settle()
    elif (state.arguments["pages"], state.arguments["requests"]) != (pages, requests):
        made = f"{state.arguments['pages']:,} pages and {state.arguments['requests']:,} requests"
        raise OtherMarketplace(f"{settings.MARKETPLACE_HOME} holds {made}. Choose another folder for --keep.")


class Timed(io.TextIOBase):
    """Standard error, and in the home how long it took so far, with what interrupted runs took before: noted with every
    word of progress, so that a kill loses no more than what came after the last one."""

    def __init__(self) -> None:
        self._begun = time.monotonic() - (made_in() or 0)

    def write(self, text: str) -> int:
        """Passes it on."""
        write_whole(_clock(), str(time.monotonic() - self._begun))
        return sys.stderr.write(text)

    def flush(self) -> None:
        """As a terminal wants it behind a line that is written over."""
        sys.stderr.flush()

    def isatty(self) -> bool:
        """Whether somebody looks on."""
        return sys.stderr.isatty()


def made_in() -> float | None:
    """The seconds in which this marketplace was made; None where that is not known."""
    return float(_clock().read_text()) if _clock().exists() else None


def _clock() -> Path:
    return Path(settings.MARKETPLACE_HOME) / "made-in-seconds"


def _settle() -> None:
    """What autovacuum would do within minutes."""
    say("Letting the tables settle.")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def write_columns() -> None:
    """Writes the files that the product's engine answers from, where it has some: not among few pages."""
    if settings.SEARCH_ENGINE == "columns":
        writing.write_changes()


def answers_from_columns() -> bool:
    """Whether such files are in use; PostgreSQL answers otherwise."""
    return settings.SEARCH_ENGINE == "columns" and files.generation_in_use() is not None


def forget_waiting() -> None:
    """Takes the open requests away that wait for their matches: workers would do all of these first. Nothing was stored
    for them yet. Those that were matched stay, as in any marketplace."""
    ServiceRequest.objects.filter(status=RequestStatus.OPEN, matching=Matching.PENDING).delete()


def published() -> int:
    """The number of published pages."""
    return ServicePage.objects.published().count()


def say(message: str) -> None:
    """A word on the progress, beside the results."""
    sys.stderr.write(f"{message}\n")
