"""Removing the demo from the admin: who may, what it asks, and the worker that does it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import Member
from marketplace.demo.arguments import Arguments
from marketplace.demo.seeding import seed_demo
from requests.models import ServiceRequest
from services.models import ServicePage
from sitesettings.models import DemoState
from tests import factories

LogIn = Callable[[Member | None], Client]
ADDRESS = "/admin/remove-demo/"
SETTINGS = "/admin/sitesettings/sitesettings/1/change/"
SMALL = Arguments(pages=12, requests=12, seed=3, now=datetime(2026, 11, 24, tzinfo=UTC), history_days=10)


@pytest.fixture
def demo(catalogue: object) -> None:
    """A small one with a short history."""
    seed_demo(SMALL, lambda *_args: None)


@pytest.mark.django_db
def test_without_a_demo_there_is_no_button(ada: Member, log_in: LogIn) -> None:
    assert ADDRESS not in log_in(ada).get(SETTINGS).text
    assert "There is no demo here" in log_in(ada).get(ADDRESS).text
    assert "There is no demo here" in log_in(ada).post(ADDRESS, {"confirmed": "yes"}).text
    assert not DemoState.objects.exists()


def test_it_says_what_goes_and_asks(demo: None, ada: Member, log_in: LogIn) -> None:
    assert ADDRESS in log_in(ada).get(SETTINGS).text
    page = log_in(ada).get(ADDRESS).text
    requests = f"{ServiceRequest.objects.count()} requests"
    for words in ("This cannot be undone", "14 members", "12 service pages", requests, "What real members made"):
        assert words in page
    assert "Make an admin of your own" not in page

    answer = log_in(ada).post(ADDRESS, {}, follow=True).text
    assert "Please tick" in answer
    assert DemoState.objects.get().state == DemoState.State.MADE
    assert ServicePage.objects.count() == 12


def test_the_demo_s_own_admin_is_told_that_she_goes_too(demo: None, log_in: LogIn) -> None:
    page = log_in(Member.objects.get(email="admin@example.com")).get(ADDRESS).text
    assert "who goes too" in page
    assert "Make an admin of your own" in page


def test_only_those_may_who_may_change_the_site(demo: None, sam: Member, log_in: LogIn) -> None:
    helper = factories.make_member("helper@example.com", is_staff=True)
    for browser, status in ((log_in(None), 302), (log_in(sam), 302), (log_in(helper), 403)):
        assert browser.get(ADDRESS).status_code == status
        assert browser.post(ADDRESS, {"confirmed": "yes"}).status_code == status
    assert DemoState.objects.get().state == DemoState.State.MADE


@pytest.mark.django_db(transaction=True)
def test_a_worker_removes_it(worker: None, demo: None, ada: Member, log_in: LogIn) -> None:
    browser = log_in(ada)
    assert browser.post(ADDRESS, {"confirmed": "yes"}).status_code == 302
    deadline = time.monotonic() + 30
    while DemoState.objects.get().state != DemoState.State.REMOVED and time.monotonic() < deadline:
        assert browser.get(ADDRESS).status_code == 200
        time.sleep(0.2)
    assert set(Member.objects.all()) == {ada}
    assert "There is no demo here" in browser.get(ADDRESS).text
    assert ADDRESS not in browser.get(SETTINGS).text
