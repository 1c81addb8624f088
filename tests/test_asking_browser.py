"""Ticks on results, in a browser with scripts and in one without: they stay while one looks further."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from services.models import Question, Service
from tests import factories, screens, sites

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all."""
    with sites.chromium() as browser:
        yield browser


@pytest.fixture
def results(live_server: LiveServer, service: Service) -> str:
    """The address of two pages of results."""
    Question.objects.all().delete()
    for _number in range(25):
        factories.make_page(title="Logos that stay", services=[service], languages=["en"])
    return f"{live_server.url}/services/?q=logos"


def tick(page: Page, number: int) -> None:
    """Ticks one of the results."""
    page.locator(".results .ask-box input").nth(number).check()


@pytest.mark.parametrize("scripts", [True, False])
def test_ticks_stay_from_page_to_page(scripts: bool, chromium: Browser, results: str) -> None:
    context = chromium.new_context(java_script_enabled=scripts, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(results)
    expect(page.get_by_role("button", name="Ask these")).to_be_hidden()
    expect(page.get_by_role("link", name="More results")).to_be_visible()
    tick(page, 0)
    tick(page, 1)
    page.get_by_role("button", name="More results").click()
    expect(page.get_by_role("group", name="Ticked on other pages").get_by_role("checkbox")).to_have_count(2)
    tick(page, 0)
    if scripts:
        assert screens.axe_findings(page) == []
        assert page.evaluate(screens.OVERFLOW) <= 0
        page.reload()
        expect(page.locator(".results .ask-box input:checked")).to_have_count(1)
    page.get_by_role("button", name="Back to the first results").click()
    expect(page.locator(".results .ask-box input:checked")).to_have_count(2)
    page.get_by_role("group", name="Ticked on other pages").get_by_role("checkbox").uncheck()
    page.get_by_role("button", name="Ask these").click()
    expect(page).to_have_url(re.compile("/requests/new/"))
    context.close()


def test_ticks_stay_when_filters_change(chromium: Browser, results: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(results)
    tick(page, 0)
    page.get_by_role("complementary").get_by_role("link", name=re.compile("English")).click()
    expect(page.get_by_role("list", name="Chosen filters")).to_contain_text("English")
    expect(page.locator(".ask-these input:checked, .results .ask-box input:checked")).to_have_count(1)
    page.fill("#what", "logo")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"q=logo(&|$)"))
    expect(page.locator(".ask-these input:checked, .results .ask-box input:checked")).to_have_count(1)
    page.close()
