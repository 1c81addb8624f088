"""The sitemap."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from accounts.models import Member
from services import sitemap
from services.actions import pause_page
from services.models import PageStatus, Service, ServicePage, SitemapChunk
from services.tasks import refresh_sitemap
from tests import factories

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LogIn = Callable[[Member | None], Client]


@pytest.fixture
def pages(service: Service, monkeypatch: pytest.MonkeyPatch) -> list[ServicePage]:
    """Seven published pages; chunks hold three."""
    monkeypatch.setattr(sitemap, "PAGES", 3)
    return [
        factories.make_page(services=[service], indexed=False, updated_at=NOW - timedelta(days=1)) for _n in range(7)
    ]


def locations(browser: Client, path: str) -> list[str]:
    """The addresses that a file of the sitemap lists."""
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(answer.content)
    return [element.text or "" for element in root.iter() if element.tag.endswith("}loc")]


def path_of(location: str) -> str:
    """The path of an address of this site."""
    return location.removeprefix("http://localhost:8000")


def test_every_published_page_is_listed_once(pages: list[ServicePage], log_in: LogIn) -> None:
    ServicePage.objects.filter(pk=pages[4].pk).update(status=PageStatus.PAUSED)
    browser = log_in(None)
    files = [path_of(found) for found in locations(browser, "/sitemap.xml")]
    assert files[0] == "/sitemaps/site.xml" and len(files) == 4
    listed = [path_of(found) for file in files[1:] for found in locations(browser, file)]
    assert listed == [f"/services/{page.slug}/" for page in pages if page != pages[4]]


def test_new_pages_open_new_chunks_and_old_borders_stay(pages: list[ServicePage], service: Service) -> None:
    sitemap.refresh(now=NOW)
    before = list(SitemapChunk.objects.values_list("first_page", flat=True))
    assert before == [pages[0].pk, pages[3].pk, pages[6].pk]
    later = [factories.make_page(services=[service], indexed=False) for _n in range(3)]
    refresh_sitemap()
    assert list(SitemapChunk.objects.values_list("first_page", flat=True)) == [*before, later[2].pk]


def test_a_change_is_noted_on_its_chunk_alone(pages: list[ServicePage]) -> None:
    sitemap.refresh(now=NOW)
    later = NOW + timedelta(hours=2)
    pause_page(actor=pages[4].member, page=pages[4], now=later)
    sitemap.refresh(now=later + timedelta(minutes=1))
    assert list(SitemapChunk.objects.values_list("changed_at", flat=True)) == [NOW, later, NOW]


def test_crawlers_get_nothing_twice(pages: list[ServicePage], log_in: LogIn) -> None:
    sitemap.refresh(now=NOW)
    browser, file = log_in(None), f"/sitemaps/pages-{pages[0].pk}.xml"
    modified = browser.get(file).headers["Last-Modified"]
    assert browser.get(file, headers={"If-Modified-Since": modified}).status_code == 304


def test_queries_do_not_grow(pages: list[ServicePage], log_in: LogIn, django_assert_max_num_queries: Any) -> None:
    sitemap.refresh(now=NOW)
    for path in ("/sitemap.xml", "/sitemaps/site.xml", f"/sitemaps/pages-{pages[0].pk}.xml"):
        with django_assert_max_num_queries(4):
            assert log_in(None).get(path).status_code == 200


def test_the_site_itself_is_listed(db: None, log_in: LogIn) -> None:
    found = locations(log_in(None), "/sitemaps/site.xml")
    assert "http://localhost:8000/services/?service=logo-design" in found
    assert locations(log_in(None), "/sitemap.xml") == ["http://localhost:8000/sitemaps/site.xml"]


def test_unknown_files(db: None, log_in: LogIn) -> None:
    assert log_in(None).get("/sitemaps/pages-0192c0de-0000-7000-8000-000000000000.xml").status_code == 404
    assert log_in(None).get("/sitemaps/pages-1.xml").status_code == 404


def test_robots_are_told(db: None, log_in: LogIn) -> None:
    text = log_in(None).get("/robots.txt").content.decode()
    assert "Sitemap: http://localhost:8000/sitemap.xml" in text
    assert "Disallow: /services" not in text
