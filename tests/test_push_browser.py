"""The service worker in a real browser: what the site sends is shown, and a click leads to what it is about."""

import json
import time
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
ACTIVE = """async () => {
    const {active} = await navigator.serviceWorker.ready;
    if (active.state !== "activated") await new Promise(tell => active.addEventListener("statechange", tell));
}"""
COUNT = """() => {
    self.shown = 0;
    const show = self.registration.showNotification.bind(self.registration);
    self.registration.showNotification = async (...given) => {
        await show(...given);
        self.shown += 1;
    };
}"""
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
    page.evaluate("navigator.serviceWorker.register('/service-worker.js').then(() => {})")
    page.evaluate(ACTIVE)
    known = page.context.service_workers
    worker = known[0] if known else page.context.wait_for_event("serviceworker")
    worker.evaluate(COUNT)
    return page, worker


def deliver(page: Page, data: str) -> None:
    """Hands a message to the worker, as the browser's push service would."""
    session = page.context.new_cdp_session(page)
    ids: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: ids.extend(each["registrationId"] for each in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    deadline = time.monotonic() + sites.WAIT_SECONDS
    while not ids:
        assert time.monotonic() < deadline, "The browser knows of no worker."
        page.wait_for_timeout(50)
    origin = page.evaluate("location.origin")
    session.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": ids[0], "data": data})


def shown_after(page: Page, worker: Worker, times: int) -> Any:
    """What is shown once the worker has shown something so many times; asked for once, then.

    Asked sooner, Chromium forgets each notification that it has stored but not yet put on display.
    """
    deadline = time.monotonic() + sites.WAIT_SECONDS
    while worker.evaluate("self.shown") < times:
        assert time.monotonic() < deadline, "The worker shows nothing."
        page.wait_for_timeout(50)
    return worker.evaluate(SHOWN)


def test_a_message_is_shown_and_leads_to_what_it_is_about(context: BrowserContext, sent: dict[str, Any]) -> None:
    page, worker = installed(context)
    deliver(page, json.dumps(sent))
    assert shown_after(page, worker, 1) == [sent]
    assert "Paul Provider has sent a proposal" in sent["body"]
    assert worker.evaluate(CLICK) == page.evaluate("path => new URL(path, location).href", sent["url"])
    assert worker.evaluate(SHOWN) == []


def test_a_later_message_of_the_same_tag_replaces_it(context: BrowserContext, sent: dict[str, Any]) -> None:
    page, worker = installed(context)
    deliver(page, json.dumps(sent))
    deliver(page, json.dumps({**sent, "body": "Two things"}))
    assert shown_after(page, worker, 2) == [{**sent, "body": "Two things"}]


def test_an_address_elsewhere_is_not_opened_and_nonsense_shows_nothing(
    context: BrowserContext, sent: dict[str, Any]
) -> None:
    page, worker = installed(context)
    deliver(page, "{}")
    deliver(page, json.dumps({**sent, "url": "https://evil.example/"}))
    assert [each["title"] for each in shown_after(page, worker, 1)] == [sent["title"]]
    opened = worker.evaluate(f"Promise.race([({CLICK})(), new Promise(tell => setTimeout(tell, 500, null))])")
    assert opened is None
