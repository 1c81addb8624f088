"""Asking pages one by one through the whole of Django: statements, size and time of each."""

from functools import partial

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from bench.harness.clock import measure_all, summaries
from bench.harness.report import Section

WARM_UP = 3


def browser_of(member: Member) -> Client:
    """A browser in which the member is logged in."""
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def add_page(section: Section, what: str, browser: Client, address: str, calls: int) -> None:
    """Adds a row about the page. Ends the benchmark where it does not answer 200."""
    for _warm in range(WARM_UP):
        answer = browser.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}: {answer.content[:300]!r}")
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    number = len(queries)  # before the next call empties the log
    readings = measure_all(partial(_get, browser), [address] * calls)
    section.add(what, {"queries": number, "KB": len(answer.content) / 1000, **summaries(readings)})


def _get(browser: Client, address: str) -> None:
    browser.get(address)
