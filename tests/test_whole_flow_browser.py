"""The main job in real browsers, over a real server, broker and worker: sign up, publish, ask, match, tell, count."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from accounts.models import Member
from notifications import broadcast
from services.models import PageStatus, ServicePage
from tests import factories, screens, sites

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Member | None], Client]
PASSWORD = "a-long-and-unusual-secret"
MAIL_SECONDS = 60


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A browser."""
    with sites.chromium() as browser:
        yield browser


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The address of the site."""
    with sites.running_site() as address:
        yield address


def mail_to(address: str, words: str) -> str:
    """The text of a mail to this address with these words, once the worker has sent it."""
    deadline = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < deadline:
        for message in mail.outbox:
            if address in message.to and words in f"{message.subject} {message.body}":
                return str(message.body)
        time.sleep(0.1)
    raise AssertionError(f"No mail to {address} with {words!r}: {[(m.to, m.subject) for m in mail.outbox]}")


def tab(chromium: Browser, site: str, log_in: LogIn, member: Member | None) -> Page:
    """A tab of a browser of its own, in which the member is logged in."""
    context = chromium.new_context()
    if member is not None:
        cookie = log_in(member).cookies["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": site}])
    return context.new_page()


def go_on(page: Page) -> None:
    """Sends the step's form."""
    with page.expect_navigation():
        page.locator("button[name=go][value=next]").click()


def sign_up_and_publish(page: Page, site: str) -> None:
    """A provider, from the start page to a published page."""
    page.goto(f"{site}/accounts/signup/?next=/services/new/")
    page.fill("input[name=email]", "petra@example.com")
    page.fill("input[name=password1]", PASSWORD)
    if page.locator("input[name=name]").count():
        page.fill("input[name=name]", "Petra Provider")
    with page.expect_navigation():
        page.locator("form:has(input[name=password1]) button[type=submit]").click()
    code = re.search(r"^\s*([A-Z0-9-]{6,9})\s*$", mail_to("petra@example.com", "code"), re.MULTILINE)
    assert code is not None
    page.fill("input[name=code]", code[1])
    with page.expect_navigation():
        page.locator("form:has(input[name=code]) button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/services/new/"))
    page.fill("input[name=title]", "Signs painted by hand")
    page.locator("[data-picker-search]").fill("sign painting")
    page.locator("label:visible", has_text="Sign painting").first.click()
    go_on(page)
    page.fill("textarea[name=about]", "Shop signs and fascias, lettered with brush and enamel.")
    go_on(page)
    page.locator("label", has_text="Remote").first.click()
    choose_english(page)
    go_on(page)
    page.locator("label", has_text="Hourly rate").first.click()
    page.select_option("select[name=currency]", "EUR")
    page.fill("input[name=rate]", "50")
    go_on(page)
    go_on(page)
    with page.expect_navigation():
        page.locator("form[action$='/publish/'] button").first.click()


def choose_english(page: Page) -> None:
    """Chooses English among the languages, whatever they are chosen with."""
    page.evaluate(
        """() => {
            const option = document.querySelector('select[name=languages] option[value=en]');
            if (option) { option.selected = true; return; }
            const box = document.querySelector('input[name=languages][value=en]');
            if (!box.checked) box.click();
        }"""
    )


def ask(page: Page, site: str) -> None:
    """A client, from the start of the guide to the posted request."""
    page.goto(f"{site}/requests/new/?service=test-sign-painting")
    page.fill("input[name=title]", "A sign for our bakery")
    page.fill("textarea[name=details]", "Gold on green, two metres wide, above the door.")
    go_on(page)
    go_on(page)
    go_on(page)
    expect(page.get_by_role("heading", name="Review your request")).to_be_visible()
    assert screens.axe_findings(page) == []
    with page.expect_navigation():
        page.locator("button[value=publish]").click()


def test_from_sign_up_to_the_count(
    chromium: Browser, site: str, worker: None, log_in: LogIn, clara: Member, ada: Member
) -> None:
    factories.make_service("test-sign-painting", name="Sign painting")
    provider = tab(chromium, site, log_in, None)
    sign_up_and_publish(provider, site)
    assert ServicePage.objects.get().status == PageStatus.PUBLISHED

    sites.go_live(provider, f"{site}/notifications/")
    expect(provider.locator(".empty")).to_be_visible()
    staff = tab(chromium, site, log_in, ada)
    sites.go_live(staff, f"{site}/insights/")
    expect(staff.locator("#live-requests")).to_have_text("0")
    sites.wait_until_served(broadcast.STAFF)

    client = tab(chromium, site, log_in, clara)
    ask(client, site)
    expect(client.locator("#matches")).to_contain_text("Signs painted by hand", timeout=15_000)

    told = provider.locator("#notification-list")
    expect(told).to_contain_text("New request for you: A sign for our bakery", timeout=15_000)
    expect(provider.locator("#bell-count")).to_have_text("1")
    expect(staff.locator("#live-requests")).to_have_text("1", timeout=15_000)
    assert "A sign for our bakery" in mail_to("petra@example.com", "A sign for our bakery")

    with provider.expect_navigation():
        told.get_by_role("link").first.click()
    expect(provider.get_by_role("heading", name="Why was I matched?")).to_be_visible()
    for page in (provider, client, staff):
        assert screens.axe_findings(page) == []
