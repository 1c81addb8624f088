"""The search page as a browser without JavaScript shows it: what narrows the results, and what is wrong with an address."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Member
from services.models import ServicePage

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
URL = "/services/"


@pytest.fixture
def browser(log_in: LogIn) -> Client:
    """A stranger's."""
    return log_in(None)


class TestWrong:
    """Addresses that cannot be read."""

    @pytest.mark.parametrize("number", ["²", "①", "٤", "1" * 5000, "-1", "5.0", "5e3"])
    @pytest.mark.parametrize("name", ["max_rate", "price", "radius_km", "min_rating"])
    def test_numbers_are_never_an_error_of_ours(
        self, browser: Client, page: ServicePage, name: str, number: str
    ) -> None:
        assert browser.get(URL, {name: number, "currency": "EUR"}).status_code in (200, 400)
