"""The search page as a browser without JavaScript shows it: what narrows the results, and what is wrong with an address."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from accounts.models import Member
from services.models import Service, ServicePage
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
URL = "/services/"


@pytest.fixture
def browser(log_in: LogIn) -> Client:
    """A stranger's."""
    return log_in(None)


@pytest.fixture
def plumber(page: ServicePage) -> ServicePage:
    """One more page beside Paul's, whose service is of another group."""
    service = Service.objects.get(slug="plumbing")
    return factories.make_page(title="Plumber for old pipes", services=[service], **BERLIN)


BERLIN: dict[str, Any] = {"country": "DE", "city": "Berlin", "latitude": 52.52, "longitude": 13.41}


def labels(answer: Any) -> list[str]:
    """What the chips say."""
    return [label for label, _url in answer.context["active"]]


def titles(answer: Any) -> list[str]:
    """The pages that were found."""
    return [result.card.title for result in answer.context["results"]]


class TestGroup:
    """The front page leads to the services of a group."""

    def test_is_seen_and_taken_away(self, browser: Client, page: ServicePage, plumber: ServicePage) -> None:
        group = page.services.get().group
        home = browser.get(URL, {"group": group.slug})
        assert titles(home) == [page.title]
        assert labels(home) == [group.name]
        # The search box takes it along, so the results say what keeps them few.
        found = browser.get(URL, {"q": "plumber", **dict(home.context["kept_by_search"])})
        assert titles(found) == []
        assert labels(found) == [group.name]
        [(_label, url)] = found.context["active"]
        assert titles(browser.get(URL + url)) == [plumber.title]

    def test_is_named_where_it_keeps_results_away(
        self, browser: Client, page: ServicePage, plumber: ServicePage
    ) -> None:
        group = page.services.get().group
        found = browser.get(URL, {"q": "plumber", "group": group.slug})
        assert [offer.label for offer in found.context["instead"].fewer] == [f"Without “{group.name}”"]

    def test_that_there_is_not_is_taken_away_too(self, browser: Client, page: ServicePage) -> None:
        found = browser.get(URL, {"group": "nothing"})
        assert (labels(found), titles(found)) == (["nothing"], [])
        assert titles(browser.get(URL + found.context["active"][0][1])) == [page.title]

    def test_names_a_saved_search(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        group = page.services.get().group
        save = log_in(clara).get(URL, {"q": "logos", "group": group.slug}).context["save"]
        assert save["name"] == f"logos, {group.name}"


class TestWrong:
    """Addresses that cannot be read."""

    @pytest.mark.parametrize("number", ["²", "①", "٤", "1" * 5000, "-1", "5.0", "5e3"])
    @pytest.mark.parametrize("name", ["max_rate", "price", "radius_km", "min_rating"])
    def test_numbers_are_never_an_error_of_ours(
        self, browser: Client, page: ServicePage, name: str, number: str
    ) -> None:
        assert browser.get(URL, {name: number, "currency": "EUR"}).status_code in (200, 400)
