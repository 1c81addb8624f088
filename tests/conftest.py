"""Servers, database and the cast of people that all tests share.

Clara is a client, Paul a provider with a published page, Sam a stranger to both, Ada belongs to the staff.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from celery.signals import task_postrun
from django.conf import settings
from django.db import connections
from django.http import QueryDict
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Member
from marketplace.celery import app as celery_app
from marketplace.clock import utc_now
from marketplace.embedded.addresses import socket_directory
from marketplace.embedded.postgres import Postgres
from marketplace.embedded.server import Server
from marketplace.embedded.servers import needed
from marketplace.tasks import answer
from notifications import topics as notification_topics
from notifications.mail.tasks import send_mail
from notifications.push.tasks import send_push
from notifications.topics import Topic
from requests.matching.tasks import match_posted, match_waiting
from requests.rules import catalogue as catalogue_rules
from services.actions import save_search
from services.models import Alert, SavedSearch, Service, ServicePage
from services.search import meant, statistics
from services.search.engines.chosen import engine
from services.search.engines.columns import vectors
from services.search.engines.columns.writing import write_all
from services.search.index import reindex
from sitesettings.models import forget_kept
from tests import factories, template
from tests import saved as saved_searches
from tests import settings as test_settings
from tests.many import make_pages
from tests.openapi import DescribedClient
from tests.topics import make_topic

SERVERS = pytest.StashKey[list[Server]]()


def pytest_configure(config: pytest.Config) -> None:
    """Starts the run's own servers, once, in the process that directs the run."""
    if hasattr(config, "workerinput"):
        return
    servers = needed(settings.MARKETPLACE_HOME, durable=False)
    config.stash[SERVERS] = servers
    for server in servers:
        if isinstance(server, Postgres):
            template.start(server)
        else:
            server.start()
            server.wait()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the run's own servers and removes their home."""
    if hasattr(config, "workerinput"):
        return
    for server in config.stash.get(SERVERS, []):
        server.stop()
    for folder in (settings.MARKETPLACE_HOME, socket_directory(settings.MARKETPLACE_HOME)):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test sees what another one cached."""
    test_settings.cache_generation += 1
    forget_kept()
    catalogue_rules.forget()


@pytest.fixture
def catalogue(db: None) -> dict[str, Service]:
    """Services of the catalogue by slug."""
    if not Service.objects.exists():
        design = factories.make_group("design", name="Design")
        software = factories.make_group("software", name="Software development")
        factories.make_service("logo-design", group=design, name="Logo design", synonyms=["brand mark"])
        factories.make_service("web-development", group=software, name="Web development", skills=["Django"])
    return {service.slug: service for service in Service.objects.select_related("group")}


@pytest.fixture
def service(catalogue: dict[str, Service]) -> Service:
    """The service that Paul offers: logo design."""
    return catalogue["logo-design"]


@pytest.fixture
def clara(db: None) -> Member:
    """A client."""
    return factories.make_member("clara@example.com", name="Clara Client")


@pytest.fixture
def paul(db: None) -> Member:
    """A provider. His page is the fixture ``page``."""
    return factories.make_member("paul@example.com", name="Paul Provider")


@pytest.fixture
def page(paul: Member, service: Service) -> ServicePage:
    """Paul's published page, which offers logo design."""
    return factories.make_page(
        paul, slug="logos-by-paul", title="Logos that last", skills=["logo", "branding"], services=[service]
    )


@pytest.fixture
def sam(db: None) -> Member:
    """A member who has nothing to do with the others."""
    return factories.make_member("sam@example.com", name="Sam Stranger")


@pytest.fixture
def ada(db: None) -> Member:
    """A member of the staff who may do everything."""
    return factories.make_member("ada@example.com", name="Ada Admin", is_staff=True, is_superuser=True)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[[Topic], None]:
    """Registers a notification topic for the time of the test."""
    return lambda topic: monkeypatch.setitem(notification_topics._topics, topic.key, topic)


@pytest.fixture
def news(register: Callable[[Topic], None]) -> Topic:
    """A notification topic of the tests' own; see tests/topics.py."""
    topic = make_topic()
    register(topic)
    return topic


@pytest.fixture
def log_in() -> Callable[[Member | None], Client]:
    """Browsers without JavaScript: ``log_in(clara)`` is Clara's, ``log_in(None)`` an anonymous one."""

    def browser(member: Member | None) -> Client:
        client = Client()
        if member is not None:
            client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser


@pytest.fixture
def api() -> Callable[[Member | None], APIClient]:
    """API clients: ``api(clara)`` calls with a token of Clara's, ``api(None)`` without any. What the OpenAPI document
    does not say of an answer fails the test."""

    def caller(member: Member | None) -> APIClient:
        client = DescribedClient()
        if member is not None:
            client.credentials(HTTP_AUTHORIZATION=f"Token {factories.token_for(member)}")
        return client

    return caller


def hear_no_old_rings() -> None:
    """Forgets that an earlier test asked for work that nobody will do."""
    for task in (match_posted, match_waiting, send_mail, send_push):
        answer(task)


@pytest.fixture
def eager_tasks() -> Iterator[None]:
    """Celery tasks run where they are called, and their errors are raised there. With
    ``django_capture_on_commit_callbacks(execute=True)`` this shows what follows an action, without a worker."""
    hear_no_old_rings()
    celery_app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    celery_app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """A real Celery worker on all queues of this test process, in a thread; commits are real in such a test."""
    celery_app.control.purge()
    hear_no_old_rings()
    # Its threads outlive the worker, and an open connection would keep the test database from being removed.
    task_postrun.connect(_close_connections)
    try:
        with start_worker(
            celery_app,
            pool="threads",
            concurrency=2,
            perform_ping_check=False,
            queues=settings.QUEUES,
            shutdown_timeout=30,
        ):
            yield
    finally:
        task_postrun.disconnect(_close_connections)


def _close_connections(**_about: Any) -> None:
    connections.close_all()


@pytest.fixture
def start() -> datetime:
    """A moment of an hour ago, so that what happens after it lies before the present of the index."""
    return utc_now() - timedelta(hours=1)


@pytest.fixture
def saved(clara: Member, start: datetime) -> Callable[..., SavedSearch]:
    """Saves a search of Clara's."""

    def save(address: str = "q=logos", alert: str = Alert.INSTANT, **changes: Any) -> SavedSearch:
        values: dict[str, Any] = {"actor": clara, "kind": "pages", "now": start} | changes
        return save_search(given=QueryDict(address), alert=alert, **values)

    return save


@pytest.fixture
def publish(service: Service, start: datetime) -> Callable[..., ServicePage]:
    """Publishes a page that offers logo design, some time after the start."""

    def publish(after: timedelta = saved_searches.MINUTE, member: Member | None = None, **fields: Any) -> ServicePage:
        at = start + after
        values: dict[str, Any] = (
            saved_searches.LOGO | {"services": [service], "first_published_at": at, "published_at": at} | fields
        )
        return factories.make_page(member, **values)

    return publish


@pytest.fixture
def columns(settings: Any, tmp_path: Path, db: None) -> Iterator[Path]:
    """The engine in use, with files of this test alone; their folder."""
    settings.SEARCH_ENGINE, settings.SEARCH_DIR = "columns", tmp_path / "search"
    engine.cache_clear()
    meant.forget()
    yield tmp_path / "search"
    engine.cache_clear()
    meant.forget()


@pytest.fixture
def crowd(columns: Path, monkeypatch: pytest.MonkeyPatch) -> list[ServicePage]:
    """Pages of one service, every fourth of two; in files, in groups of eight."""
    monkeypatch.setattr(vectors, "GROUP", 8)
    group = factories.make_group("shop-work")
    service, other = (factories.make_service(slug, group=group) for slug in ("lettering", "printing"))
    pages = make_pages(service, 160)
    for page in pages[::4]:
        page.offers.create(service=other, position=1)
    for page in pages[::3]:
        ServicePage.objects.filter(pk=page.pk).update(country="FR")
    reindex([page.pk for page in pages])
    statistics.count_words()
    write_all()
    return pages
