"""Help with the budget: what similar work was agreed for."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.html import strip_tags
from rest_framework.test import APIClient

from accounts.models import Member
from marketplace.clock import utc_now
from requests.models import PriceRange, Proposal
from requests.prices import LEAST_CASES, LOCK, SPAN, count_prices, price_help
from requests.tasks import count_agreed_prices
from services.exchange import forget_rates
from services.models import ExchangeRate, Service, ServicePage
from tests import factories

LogIn = Callable[[Member | None], Client]
Api = Callable[[Member | None], APIClient]
URL = "/api/v1/prices/"
EIGHT = [100, 200, 300, 400, 500, 600, 700, 800]


@pytest.fixture
def signs(db: None) -> Service:
    """The service that is asked about."""
    return factories.make_service("sign-painting", name="Sign painting", group=factories.make_group(name="Painting"))


@pytest.fixture
def murals(signs: Service) -> Service:
    """Another one of its group."""
    return factories.make_service("mural-painting", group=signs.group)


@pytest.fixture
def pages(db: None) -> list[ServicePage]:
    """Five providers."""
    return [factories.make_page(indexed=False) for _number in range(5)]


def agree(
    service: Service,
    pages: Sequence[ServicePage],
    amounts: Sequence[int],
    *,
    client: Member | None = None,
    **fields: Any,
) -> list[Proposal]:
    """Accepted proposals at these prices, in whole units, each for a request of its own, and of another client where
    none is given, by one provider after another."""
    values = {"status": "accepted", "decided_at": utc_now(), "price_type": "fixed", "currency": "EUR"} | fields
    return [
        factories.make_proposal(
            factories.make_request(client, service=service, status="awarded"),
            pages[number % len(pages)],
            amount=amount * 100,
            **values,
        )
        for number, amount in enumerate(amounts)
    ]


def ranges(api: Api, **given: str) -> list[dict[str, Any]]:
    """What the API says."""
    answer = api(None).get(URL, {"service": "sign-painting"} | given)
    assert answer.status_code == 200
    assert answer.json()["least_cases"] == LEAST_CASES
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_quartiles_of_the_service(api: Api, signs: Service, pages: list[ServicePage]) -> None:
    agree(signs, pages, EIGHT)
    assert ranges(api) == []
    count_agreed_prices()
    assert ranges(api) == [
        {
            "price_type": "fixed",
            "currency": "EUR",
            "low": 28_000,
            "median": 45_000,
            "high": 63_000,
            "cases": 8,
            "of_service": True,
        }
    ]


def test_silence_below_the_least_number_of_cases(api: Api, signs: Service, pages: list[ServicePage]) -> None:
    agree(signs, pages, EIGHT[:-1])
    count_prices(now=utc_now())
    assert ranges(api) == []


def test_silence_where_all_were_agreed_with_four_providers(api: Api, signs: Service, pages: list[ServicePage]) -> None:
    agree(signs, pages[:4], EIGHT * 2)
    count_prices(now=utc_now())
    assert ranges(api) == []


def test_one_providers_price_is_not_told(api: Api, signs: Service, pages: list[ServicePage]) -> None:
    agree(signs, pages[:1], [45] * 6, price_type="hourly")
    agree(signs, pages[1:], [30, 40, 60, 70], price_type="hourly")
    count_prices(now=utc_now())
    assert ranges(api) == []


def test_what_one_client_pays_is_not_told(
    api: Api, signs: Service, murals: Service, pages: list[ServicePage], clara: Member
) -> None:
    agree(signs, pages, EIGHT, client=clara)
    agree(murals, pages, EIGHT[:4])
    count_prices(now=utc_now())
    assert ranges(api) == []


def test_the_latest_three_of_a_provider_and_of_a_client_count(
    api: Api, signs: Service, pages: list[ServicePage], clara: Member
) -> None:
    now = utc_now()
    for days in range(9):
        at, amount = now - timedelta(days=days), 900 if days < 3 else 10
        agree(signs, pages[:1], [amount], decided_at=at)
        agree(signs, [pages[1 + days % 4]], [amount], decided_at=at, client=clara)
    agree(signs, pages[1:3], [900, 900])
    count_prices(now=now)
    assert ranges(api) == [], "Four providers are too few."
    agree(signs, pages[4:], [900])
    count_prices(now=now)
    (found,) = ranges(api)
    assert (found["cases"], found["low"], found["high"], found["of_service"]) == (9, 90_000, 90_000, True)


def test_the_group_stands_in_where_a_service_has_too_few(
    api: Api, signs: Service, murals: Service, pages: list[ServicePage]
) -> None:
    agree(signs, pages, EIGHT[:3])
    agree(murals, pages, EIGHT[3:])
    count_prices(now=utc_now())
    (found,) = ranges(api)
    assert (found["cases"], found["of_service"]) == (8, False)
    agree(signs, pages, [1000] * 8)
    count_prices(now=utc_now())
    (found,) = ranges(api)
    assert (found["cases"], found["of_service"], found["median"]) == (11, True, 100_000)


def test_only_what_was_agreed_within_two_years_counts(api: Api, signs: Service, pages: list[ServicePage]) -> None:
    agree(signs, pages, EIGHT, decided_at=utc_now() - SPAN - timedelta(days=1))
    agree(signs, pages, EIGHT, status="declined")
    agree(signs, pages, EIGHT, status="submitted", decided_at=None)
    count_prices(now=utc_now())
    assert ranges(api) == []


def test_fixed_and_hourly_are_apart(api: Api, signs: Service, pages: list[ServicePage]) -> None:
    agree(signs, pages, EIGHT)
    agree(signs, pages, [40] * 9, price_type="hourly")
    count_prices(now=utc_now())
    assert {each["price_type"]: (each["median"], each["cases"]) for each in ranges(api)} == {
        "fixed": (45_000, 8),
        "hourly": (4_000, 9),
    }


def test_every_currency_is_converted(api: Api, signs: Service, pages: list[ServicePage]) -> None:
    for currency, rate in (("USD", 2), ("JPY", 100), ("KWD", 1)):
        ExchangeRate.objects.update_or_create(currency=currency, defaults={"per_euro": rate, "updated_at": utc_now()})
    ExchangeRate.objects.filter(currency="CLP").delete()
    forget_rates()
    agree(signs, pages, [100] * 5)
    agree(signs, pages, [200] * 5, currency="USD")
    agree(signs, pages, [9] * 50, currency="CLP")
    count_prices(now=utc_now())
    (found,) = ranges(api, currency="usd")
    assert (found["low"], found["median"], found["cases"]) == (20_000, 20_000, 10)
    assert ranges(api, currency="JPY")[0]["median"] == 10_000
    assert ranges(api, currency="KWD")[0]["median"] == 100_000
    assert price_help(signs, currency="CLP")["fixed"].currency == "EUR"
    forget_rates()


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"service": "nothing"}, "service", "unknown_service"),
        ({"service": ""}, "service", "unknown_service"),
        ({"currency": "XXX"}, "currency", "unknown_currency"),
    ],
)
def test_wrong_input(api: Api, signs: Service, given: dict[str, str], field: str, code: str) -> None:
    answer = api(None).get(URL, {"service": "sign-painting"} | given)
    assert answer.status_code == 400
    assert answer.json()["fields"][field][0]["code"] == code
    assert api(None).get(URL, {"service": "sign-painting", "group": "x"}).status_code == 400


def test_counting_again_changes_nothing(signs: Service, pages: list[ServicePage]) -> None:
    agree(signs, pages, EIGHT)
    now = utc_now()
    assert count_prices(now=now) and count_prices(now=now)
    assert PriceRange.objects.filter(price_type="fixed").count() == 2


@pytest.mark.django_db(transaction=True)
def test_whoever_counts_second_leaves_it_to_the_first(signs: Service) -> None:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            assert count_prices(now=utc_now()) is False
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    finally:
        other.close()
    assert count_prices(now=utc_now()) is True


def test_one_query_answers(
    signs: Service, murals: Service, pages: list[ServicePage], django_assert_num_queries: Any
) -> None:
    for service in (signs, murals):
        agree(service, pages, EIGHT)
        agree(service, pages, EIGHT, price_type="hourly")
    count_prices(now=utc_now())
    price_help(signs, currency="EUR")
    with django_assert_num_queries(1):
        assert len(price_help(signs, currency="EUR")) == 2


def test_the_guide_shows_it_beside_the_budget(signs: Service, pages: list[ServicePage], log_in: LogIn) -> None:
    browser = log_in(None)
    browser.post("/requests/new/service/", {"service": "sign-painting"})
    assert "What similar work was agreed for" not in browser.get("/requests/new/budget/").content.decode()
    agree(signs, pages, EIGHT)
    count_prices(now=utc_now())
    browser.post("/requests/new/budget/", {"budget_type": "help", "currency": "EUR", "time_frame": "month"})
    shown = strip_tags(browser.get("/requests/new/budget/").content.decode())
    assert "€280 to €630" in shown
    assert "Half were below €450." in shown
    assert "8 agreements: Sign painting" in shown


def test_editing_shows_it_too(clara: Member, signs: Service, pages: list[ServicePage], log_in: LogIn) -> None:
    agree(signs, pages, EIGHT)
    count_prices(now=utc_now())
    request = factories.make_request(clara, service=signs)
    assert "€280 to €630" in log_in(clara).get(f"/requests/{request.pk}/edit/").content.decode()
