"""From lead to deal to review, in two browsers at once, over a real server, broker and worker."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import Member
from engagements.models import Engagement, Review
from marketplace.clock import utc_now
from requests import actions
from requests.models import Proposal, RequestStatus, ServiceRequest
from services.models import Service, ServicePage
from tests import screens, sites

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Member | None], Client]
SOON = 20_000
"""Milliseconds within which a worker has told the other side."""


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    """The address of the site."""
    with sites.running_site() as address:
        yield address


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A browser."""
    with sites.chromium() as browser:
        yield browser


@pytest.fixture
def request_(clara: Member, page: ServicePage, service: Service) -> ServiceRequest:
    """Clara's request, just posted."""
    values = {
        "service": service.slug,
        "title": "A logo for our bakery",
        "details": "Warm colours, to be read from across the street.",
        "budget_type": "fixed",
        "budget_min": 40_000,
        "budget_max": 80_000,
        "currency": "EUR",
        "work_location": "remote",
        "languages": ["en"],
        "screening": [{"text": "Which typeface would you take?", "required": True}],
    }
    return actions.post_request(actor=clara, values=values, now=utc_now())


def of(chromium: Browser, site: str, log_in: LogIn, member: Member, width: int) -> BrowserContext:
    """A browser of the member's own."""
    context = chromium.new_context(base_url=site, viewport={"width": width, "height": 900})
    cookie = log_in(member).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": site}])
    return context


def clean(page: Page) -> None:
    """Nothing that axe finds, nothing that overflows sideways."""
    assert screens.axe_findings(page) == []
    assert page.evaluate(screens.OVERFLOW) <= 0


def press(page: Page, selector: str) -> None:
    """Presses a button that leads to another page."""
    with page.expect_navigation():
        page.locator(selector).first.click()


def propose(provider: Page, lead: ServiceRequest) -> None:
    """From the lead to a proposal that was sent."""
    provider.goto(f"/requests/{lead.pk}/")
    expect(provider.get_by_text("Why was I matched?")).to_be_visible()
    press(provider, "#answer-card a.button--primary")
    provider.locator("input[name=price_type][value=fixed]").check(force=True)
    provider.fill("input[name=amount]", "700")
    provider.select_option("select[name=currency]", "EUR")
    provider.fill("input[name=days]", "14")
    provider.fill("textarea[name=scope]", "Three drafts, two rounds of changes, files for **print** and web.")
    provider.locator("#proposal-form .proposal-questions textarea, .proposal-questions input").first.fill(
        "A slab serif."
    )
    expect(provider.locator("[data-autosave-state]")).to_contain_text("Draft saved", timeout=SOON)
    clean(provider)
    press(provider, "#proposal-form button.button--primary")
    expect(provider.locator("[data-status=submitted]").first).to_be_visible()


def converse(client: Page, provider: Page, proposal: Proposal) -> None:
    """Each writes and reads the other without reloading."""
    for page in (client, provider):
        page.goto(f"/inbox/with/{proposal.request_id}/{proposal.page_id}/")
    client.fill("#composer textarea", "Could it be ready by spring?")
    press(client, "#composer button.composer__send")
    provider.goto("/inbox/")
    provider.locator(".inbox-row__name").first.click()
    expect(provider.locator(".message").last).to_contain_text("Could it be ready by spring?")
    provider.fill("#composer textarea", "Yes, by the first of March.")
    provider.press("#composer textarea", "Control+Enter")
    expect(client.locator(".message").last).to_contain_text("Yes, by the first of March.", timeout=SOON)
    for page in (client, provider):
        clean(page)


def review(page: Page, engagement: Engagement, words: str) -> None:
    """Five stars and some words."""
    page.goto(f"/engagements/{engagement.pk}/")
    page.locator("input[name=rating][value='5']").check(force=True)
    page.locator("textarea[name=text]").first.fill(words)
    with page.expect_navigation():
        page.locator("form:has(input[name=rating]) button.button--primary").click()


def test_from_lead_to_review(
    chromium: Browser,
    site: str,
    worker: None,
    log_in: LogIn,
    clara: Member,
    paul: Member,
    request_: ServiceRequest,
) -> None:
    client = of(chromium, site, log_in, clara, 1280).new_page()
    provider = of(chromium, site, log_in, paul, 360).new_page()
    provider.goto("/notifications/")
    expect(provider.locator("#notification-list")).to_contain_text("A logo for our bakery", timeout=SOON)
    sites.go_live(client, f"/requests/{request_.pk}/")
    expect(client.locator("#matches")).to_contain_text("Paul Provider")
    expect(client.locator("#proposals")).to_contain_text("No proposals yet")
    clean(client)

    propose(provider, request_)
    expect(client.locator("#proposals")).to_contain_text("Paul Provider", timeout=SOON)
    clean(client)
    client.goto("/notifications/")
    expect(client.locator("#notification-list")).to_contain_text("A logo for our bakery")
    proposal = Proposal.objects.get()

    client.goto(f"/proposals/{proposal.pk}/")
    expect(client.locator("[data-price]")).to_contain_text("700")
    clean(client)
    press(client, "form[action$='/shortlist/'] button")
    client.goto(f"/proposals/{proposal.pk}/")
    press(client, "a[href$='/counter/']")
    client.fill("input[name=amount]", "650")
    press(client, "#counter-form button.button--primary")
    expect(client.locator("[data-history] li")).to_have_count(2)

    converse(client, provider, proposal)

    provider.goto(f"/proposals/{proposal.pk}/")
    expect(provider.locator("[data-price]")).to_contain_text("650")
    clean(provider)
    sites.go_live(client, "/notifications/")
    press(provider, "#accept-form button")
    engagement = Engagement.objects.get()
    expect(provider).to_have_url(f"{site}/engagements/{engagement.pk}/")
    assert (engagement.amount, engagement.request.status) == (65_000, RequestStatus.AWARDED)
    expect(client.locator("#notification-list li").first).to_contain_text("Paul Provider", timeout=SOON)
    clean(provider)

    provider.locator("[data-dialog-open=complete-dialog]").click()
    press(provider, "#complete-dialog form button")
    client.goto(f"/engagements/{engagement.pk}/")
    clean(client)
    press(client, "form[action$='/complete/'] button")
    review(client, engagement, "Exactly what we wanted.")
    assert Review.objects.get().published_at is None
    provider.goto(f"/engagements/{engagement.pk}/")
    expect(provider.locator("main")).not_to_contain_text("Exactly what we wanted.")
    review(provider, engagement, "Clear, quick, and kind.")
    expect(provider.locator("#reviews")).to_contain_text("Exactly what we wanted.")
    for page in (client, provider):
        clean(page)

    client.goto(f"/services/{engagement.page.slug}/")
    expect(client.locator("#reviews")).to_contain_text("Exactly what we wanted.")
    rated = ServicePage.objects.get(pk=engagement.page_id)
    assert (rated.rating, rated.rating_count) == (5.0, 1)
    clean(client)
