"""The service worker in a real browser: what the site sends is shown, and a click leads to what it is about."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Worker

from accounts.models import Member
from marketplace.clock import utc_now
from notifications.actions import Choices, add_browser, set_preferences
from notifications.fan_out import fan_out
from notifications.models import Channel, Timing
from notifications.push.run import send_due
from notifications.topics import Topic
from tests import sites
from tests.push import Browser, push_service
from tests.topics import announce

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Member | None], Client]
SHOWN = """() => self.registration.getNotifications().then(all => all.map(
    ({title, body, tag, data}) => ({title, body, tag, url: data.url})))"""
CLICK = """async () => {
    const [notification] = await self.registration.getNotifications();
    const opened = new Promise(tell => {
        self.clients.openWindow = async address => tell(address);  // browsers open windows only for a person's click
    });
    self.dispatchEvent(new NotificationEvent("notificationclick", {notification}));
    return opened;
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """One browser for all."""
    with sites.chromium() as browser:
        yield browser


@pytest.fixture
def context(chromium: Chromium, transactional_db: None, clara: Member, log_in: LogIn) -> Iterator[BrowserContext]:
    """A browser in which Clara is logged in and allows notifications."""
    with sites.running_site() as address:
        context = chromium.new_context(base_url=address)
        context.grant_permissions(["notifications"], origin=address)
        cookie = log_in(clara).cookies["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": address}])
        yield context
        context.close()


@pytest.fixture
def sent(news: Topic, clara: Member) -> dict[str, Any]:
    """A push message as the site sends it, opened as browsers do."""
    set_preferences(actor=clara, choices=Choices(timings={(news.key, Channel.PUSH): Timing.INSTANT}), now=utc_now())
    with push_service() as service:
        browser = Browser(service.address + "/hers")
        given = browser.subscription()
        add_browser(actor=clara, endpoint=given["endpoint"], agent="", now=utc_now(), **given["keys"])
        fan_out(announce(clara, text="Paul Provider has sent a proposal"), now=utc_now())
        send_due()
        [(_path, _headers, body)] = service.messages
    message: dict[str, Any] = browser.read(body)
    return message


def installed(context: BrowserContext) -> tuple[Page, Worker]:
    """A page, and the service worker that it has installed, ready to hear of messages."""
    page = context.new_page()
    page.goto("/notifications/preferences/")
    page.evaluate("navigator.serviceWorker.register('/service-worker.js').then(() => navigator.serviceWorker.ready)")
    known = page.context.service_workers
    return page, known[0] if known else page.context.wait_for_event("serviceworker")


def deliver(page: Page, data: str) -> None:
    """Hands a message to the worker, as the browser's push service would."""
    session = page.context.new_cdp_session(page)
    ids: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: ids.extend(each["registrationId"] for each in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    origin = page.evaluate("location.origin")
    session.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": ids[0], "data": data})


def soon_shown(page: Page, worker: Worker, wanted: list[dict[str, Any]]) -> Any:
    """What is shown, as soon as that is wanted, or else after five seconds."""
    for _try in range(100):
        if (shown := worker.evaluate(SHOWN)) == wanted:
            break
        page.wait_for_timeout(50)
    return shown


def test_a_message_is_shown_and_leads_to_what_it_is_about(context: BrowserContext, sent: dict[str, Any]) -> None:
    page, worker = installed(context)
    deliver(page, json.dumps(sent))
    assert soon_shown(page, worker, [sent]) == [sent]
    assert "Paul Provider has sent a proposal" in sent["body"]
    assert worker.evaluate(CLICK) == page.evaluate("path => new URL(path, location).href", sent["url"])
    assert worker.evaluate(SHOWN) == []


def test_a_later_message_of_the_same_tag_replaces_it(context: BrowserContext, sent: dict[str, Any]) -> None:
    page, worker = installed(context)
    deliver(page, json.dumps(sent))
    deliver(page, json.dumps({**sent, "body": "Two things"}))
    later = [{**sent, "body": "Two things"}]
    assert soon_shown(page, worker, later) == later


def test_an_address_elsewhere_is_not_opened_and_nonsense_shows_nothing(
    context: BrowserContext, sent: dict[str, Any]
) -> None:
    page, worker = installed(context)
    deliver(page, "{}")
    deliver(page, json.dumps({**sent, "url": "https://evil.example/"}))
    shown = soon_shown(page, worker, [{**sent, "url": "/"}])
    assert [each["title"] for each in shown] == [sent["title"]]
    opened = worker.evaluate(f"Promise.race([({CLICK})(), new Promise(tell => setTimeout(tell, 500, null))])")
    assert opened is None
