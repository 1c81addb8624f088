"""What JavaScript adds to the pages of accounts: suggestions of cities, the browser's time zone, the API's try-out."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Member
from tests import screens, sites

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Member | None], Client]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sites.chromium() as browser:
        yield browser


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(timezone_id="Asia/Tokyo")
    yield context
    context.close()


@pytest.fixture
def clara_page(context: BrowserContext, live_server: LiveServer, log_in: LogIn, clara: Member) -> Page:
    """A tab in which Clara is logged in."""
    cookie = log_in(clara).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    return context.new_page()


class TestCombobox:
    def test_by_keyboard(self, clara_page: Page, live_server: LiveServer, clara: Member) -> None:
        clara_page.goto(f"{live_server.url}/accounts/profile/")
        field = clara_page.get_by_role("combobox", name=re.compile("City"))
        field.press_sequentially("vien")
        options = clara_page.locator(".combobox").get_by_role("option")
        expect(options.first).to_have_text("Vienna, Austria")
        expect(field).to_have_attribute("aria-expanded", "true")
        field.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
        field.press("ArrowUp")
        expect(options.first).to_have_attribute("aria-selected", "false")
        field.press("ArrowDown")
        field.press("Enter")
        expect(field).to_have_value("Vienna, Austria")
        expect(options).to_have_count(0)
        clara_page.get_by_role("button", name="Save").click()
        expect(clara_page.get_by_text("Your profile is saved.")).to_be_visible()
        clara.refresh_from_db()
        assert clara.city == "Vienna"

    def test_by_pointer_and_escape(self, clara_page: Page, live_server: LiveServer) -> None:
        clara_page.goto(f"{live_server.url}/accounts/profile/")
        field = clara_page.get_by_role("combobox", name=re.compile("City"))
        field.press_sequentially("munic")
        clara_page.locator(".combobox").get_by_role("option", name="Munich, Germany").click()
        expect(field).to_have_value("Munich, Germany")
        field.fill("")
        field.press_sequentially("paris")
        expect(clara_page.locator(".combobox").get_by_role("option").first).to_be_visible()
        field.press("Escape")
        expect(clara_page.locator(".combobox").get_by_role("option")).to_have_count(0)
        expect(field).to_have_value("paris")

    def test_open_list_has_no_axe_findings(self, clara_page: Page, live_server: LiveServer) -> None:
        clara_page.goto(f"{live_server.url}/accounts/profile/")
        clara_page.get_by_role("combobox", name=re.compile("City")).press_sequentially("vien")
        expect(clara_page.locator(".combobox").get_by_role("option").first).to_be_visible()
        assert screens.axe_findings(clara_page) == []


def test_time_zone_is_guessed_while_none_was_chosen(clara_page: Page, live_server: LiveServer, clara: Member) -> None:
    clara_page.goto(f"{live_server.url}/accounts/profile/")
    expect(clara_page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    Member.objects.update(time_zone="Europe/Rome")
    clara_page.goto(f"{live_server.url}/accounts/profile/")
    expect(clara_page.get_by_label("Time zone")).to_have_value("Europe/Rome")


def test_sign_up_sends_the_time_zone(context: BrowserContext, live_server: LiveServer) -> None:
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/signup/")
    expect(page.locator("input[name=time_zone]")).to_have_value("Asia/Tokyo")


def test_documentation_of_the_api_works_under_the_policy(context: BrowserContext, live_server: LiveServer) -> None:
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/api/v1/docs/")
    expect(page.get_by_text("/api/v1/me/").first).to_be_visible()
    assert refused == []
