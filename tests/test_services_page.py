"""The public page: who sees it, what it says to people and machines, where old addresses lead."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from accounts.models import Member
from services.actions import create_page, pause_page, publish_page, update_page
from services.addresses import RESERVED
from services.models import PageStatus, Service, ServicePage
from services.presentation.fetch import fetch_page
from services.urls import urlpatterns
from tests.test_services_actions import PACKAGES, WHOLE

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LogIn = Callable[[Member | None], Client]
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def shown(paul: Member, catalogue: dict[str, Service]) -> ServicePage:
    """Paul's published page, complete."""
    return publish_page(actor=paul, page=create_page(actor=paul, values=WHOLE, now=NOW), now=NOW)


def url(page: ServicePage) -> str:
    """The page's address."""
    return f"/services/{page.slug}/"


def structured(html: str) -> dict[str, Any]:
    """The page's JSON-LD."""
    found = re.search(r'<script type="application/ld\+json" nonce="[^"]+">(.*?)</script>', html, re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def change(page: ServicePage, **changes: Any) -> ServicePage:
    """The page after these changes."""
    return update_page(actor=page.member, page=page, changes=changes, now=NOW)


def test_everybody_sees_a_published_page(shown: ServicePage, log_in: LogIn) -> None:
    html = log_in(None).get(url(shown)).content.decode()
    for text in ("Logos for small breweries", "<strong>logos</strong>", "Paul Provider", "€65", "an hour", "German"):
        assert text in html
    assert "Vienna, Austria" in html
    assert f"/requests/new/?service=logo-design&amp;page={shown.pk}" in html
    assert f'<link rel="canonical" href="http://localhost:8000{url(shown)}">' in html
    assert '<meta property="og:title" content="Logos for small breweries">' in html


def test_one_query_shows_the_page(shown: ServicePage, log_in: LogIn, django_assert_num_queries: Any) -> None:
    browser = log_in(None)
    browser.get(url(shown))  # warms the site's settings
    with django_assert_num_queries(1):
        browser.get(url(shown))


def test_prices_are_written_as_the_reader_writes_them(shown: ServicePage, log_in: LogIn) -> None:
    shown = change(shown, rate=123450)
    for language, expected in (
        ("de-AT", "€ 1.234,50"),
        ("de", "1.234,50 €"),
        ("en-GB", "€1,234.50"),
        ("xx", "€1,234.50"),
    ):
        html = log_in(None).get(url(shown), headers={"Accept-Language": language}).content.decode()
        assert expected in html.replace("\xa0", " "), language


def test_a_price_without_exchange_rate_says_so(shown: ServicePage, log_in: LogIn) -> None:
    note = "neither filters nor ranks"
    assert note not in log_in(None).get(url(shown)).content.decode()
    shown = change(shown, currency="MGA")
    assert note in log_in(None).get(url(shown)).content.decode()


@pytest.mark.parametrize("status", [PageStatus.DRAFT, PageStatus.PAUSED])
def test_an_unpublished_page_is_there_for_its_owner_and_staff_only(
    shown: ServicePage, sam: Member, ada: Member, log_in: LogIn, status: str
) -> None:
    ServicePage.objects.update(status=status)
    assert log_in(None).get(url(shown)).status_code == 404
    assert log_in(sam).get(url(shown)).status_code == 404
    for reader in (shown.member, ada):
        answer = log_in(reader).get(url(shown))
        html = answer.content.decode()
        assert answer.status_code == 200
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "application/ld+json" not in html and "owner-bar" in html


def test_who_sees_what_is_the_same_everywhere(shown: ServicePage, sam: Member, ada: Member) -> None:
    for status in PageStatus.values:
        ServicePage.objects.update(status=status)
        for reader in (None, sam, shown.member, ada):
            allowed = ServicePage.objects.visible_to(reader).filter(pk=shown.pk).exists()
            assert (fetch_page(shown.slug, reader) is not None) == allowed, (status, reader)


def test_pausing_hides_the_page_at_once(shown: ServicePage, log_in: LogIn) -> None:
    pause_page(actor=shown.member, page=shown, now=NOW)
    assert log_in(None).get(url(shown)).status_code == 404


def test_old_addresses_redirect_while_the_page_is_visible(shown: ServicePage, log_in: LogIn) -> None:
    change(shown, title="A new name")
    answer = log_in(None).get(url(shown) + "?utm=1")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/services/a-new-name/?utm=1")
    pause_page(actor=shown.member, page=shown, now=NOW)
    assert log_in(None).get(url(shown)).status_code == 404
    assert log_in(shown.member).get(url(shown)).status_code == 301


def test_unknown_addresses(db: None, log_in: LogIn) -> None:
    for address in ("/services/nobody/", "/services/" + "x" * 500 + "/", "/services/%F0%9F%8E%A8/", "/services/a%0Ab/"):
        assert log_in(None).get(address).status_code == 404


def test_addresses_of_other_pages_are_reserved() -> None:
    below = [str(pattern.pattern).split("/") for pattern in urlpatterns]
    words = {parts[1] for parts in below if parts[0] == "services" and re.fullmatch("[a-z-]+", parts[1])}
    assert {"new", "mine"} <= words
    assert words <= RESERVED


def test_structured_data_names_offer_and_provider(shown: ServicePage, log_in: LogIn) -> None:
    data = structured(log_in(None).get(url(shown)).content.decode())
    assert (data["@type"], data["name"]) == ("Service", "Logos for small breweries")
    assert data["provider"]["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "AT",
        "addressLocality": "Vienna",
    }
    assert data["offers"][0]["price"] == "65.00" and data["offers"][0]["priceCurrency"] == "EUR"
    assert data["areaServed"]["geoRadius"] == 50_000
    assert "aggregateRating" not in data


def test_structured_data_of_packages_and_ratings(shown: ServicePage, log_in: LogIn) -> None:
    shown = change(shown, pricing="packages", packages=PACKAGES)
    ServicePage.objects.update(rating_sum=9, rating_count=2)
    html = log_in(None).get(url(shown)).content.decode()
    data = structured(html)
    assert [offer["price"] for offer in data["offers"]] == ["200.00", "900.00"]
    assert data["aggregateRating"]["ratingValue"] == 4.5
    assert "Source files" in html and "€50" in html


def test_what_people_write_cannot_break_out(shown: ServicePage, log_in: LogIn) -> None:
    packages = [{"price": 100, "name": EVIL[:60], "description": EVIL, "extras": [{"name": EVIL[:60], "price": 5}]}]
    shown = change(
        shown, title=EVIL, about=f"{EVIL}\n\n[x](javascript:alert(3)) ![p](http://x.y/z.png)", skills=[EVIL[:60]],
        pricing="packages", packages=packages,
    )  # fmt: skip
    Member.objects.filter(pk=shown.member_id).update(name=EVIL, headline=EVIL)
    html = log_in(None).get(url(shown)).content.decode()
    assert structured(html)["name"] == EVIL
    assert "<script>alert" not in html and "<img src=x" not in html and 'href="javascript' not in html
    assert "z.png" not in html
    assert escape(EVIL) in html


def test_names_in_any_script_are_shown(shown: ServicePage, log_in: LogIn) -> None:
    Member.objects.filter(pk=shown.member_id).update(name="محمد علي 🦊")
    shown = change(shown, title="翻訳 Перевод")
    html = log_in(None).get(url(shown)).content.decode()
    assert "محمد علي 🦊" in html and '<h1 dir="auto">翻訳 Перевод</h1>' in html


def test_the_owner_finds_the_way_to_editing(shown: ServicePage, log_in: LogIn) -> None:
    html = log_in(shown.member).get(url(shown)).content.decode()
    assert '<a class="button button--s" href="/services/mine/">' in html
    assert "/requests/new/?service=" not in html


def test_those_who_take_no_work_are_not_asked(shown: ServicePage, log_in: LogIn) -> None:
    shown = change(shown, taking_work=False)
    html = log_in(None).get(url(shown)).content.decode()
    assert "Not taking work at present" in html
    assert "/requests/new/?service=" not in html


def test_only_reading_is_allowed(shown: ServicePage, log_in: LogIn) -> None:
    assert log_in(None).post(url(shown)).status_code == 405
    assert log_in(None).head(url(shown)).status_code == 200
