"""The live stream in a browser: one stream for all tabs, handed over, with nothing lost or told twice."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Request, Route, expect

from accounts.models import Member
from marketplace.clock import utc_now
from notifications import broadcast
from notifications.fan_out import fan_out
from notifications.models import Channel, Event, Notification, NotificationSettings, Preference, Timing
from notifications.topics import all_topics
from services.models import Service
from tests import factories, screens, sites

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Member | None], Client]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sites.chromium() as browser:
        yield browser


@pytest.fixture
def site(transactional_db: None) -> Iterator[str]:
    with sites.running_site() as address:
        yield address


@pytest.fixture
def context(chromium: Browser, site: str, log_in: LogIn, clara: Member) -> Iterator[BrowserContext]:
    """A browser in which Clara is logged in."""
    context = chromium.new_context(base_url=site)
    cookie = log_in(clara).cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": site}])
    yield context
    context.close()


def tell(member: Member, title: str) -> None:
    """Something real, about a request of hers."""
    request = factories.make_request(member, title=title, service=Service.objects.first())
    event = Event.objects.create(
        kind="request.no_match", subject_type="request", subject_id=str(request.pk), created_at=utc_now()
    )
    assert fan_out(event, now=utc_now()) == 1


def streams(context: BrowserContext) -> list[str]:
    """The addresses of all streams that this browser opens from now on."""
    found: list[str] = []

    def note(request: Request) -> None:
        if "/api/v1/stream/" in request.url:
            found.append(request.url)

    context.on("request", note)
    return found


def test_all_tabs_follow_one_stream_and_the_next_one_takes_over(
    context: BrowserContext, clara: Member, service: Service
) -> None:
    opened = streams(context)
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    first, second = context.new_page(), context.new_page()
    sites.go_live(first, "/about/terms/")
    sites.wait_until_served(broadcast.MEMBERS)
    second.goto("/notifications/")
    second.wait_for_function("navigator.locks.query().then(locks => locks.pending.length == 1)")
    expect(second.get_by_role("heading", name="Nothing yet")).to_be_visible()

    tell(clara, "A mural in the stairwell")
    for tab in (first, second):
        expect(tab.locator("#bell-count")).to_have_text("1")
        expect(tab.locator("#bell")).to_have_attribute("aria-label", "Notifications, 1 unread")
    expect(first.locator(".toast a")).to_have_text("Nobody fits “A mural in the stairwell” yet.")
    expect(second.locator("#notification-list li")).to_have_count(1)
    expect(second.locator("main .empty")).to_have_count(0)
    expect(second.locator(".toast")).to_have_count(0)
    assert len(opened) == 1

    first.close()
    tell(clara, "Told between two streams")
    expect(second.locator("#notification-list li")).to_have_count(2)
    expect(second.locator("#notification-list li").first).to_contain_text("Told between two streams")
    assert re.search(r"last_event_id=1$", opened[1])

    second.get_by_role("link", name="Told between two streams").click()
    expect(second).to_have_url(re.compile(r"/requests/[0-9a-f-]+/$"))
    expect(second.locator("#bell-count")).to_have_text("1")
    assert Notification.objects.filter(read_at__isnull=False).count() == 1
    assert said == []


def test_stream_is_given_up_and_taken_up_when_one_goes_back(
    context: BrowserContext, clara: Member, service: Service
) -> None:
    page = context.new_page()
    page.goto("/about/terms/")
    page.goto("/about/privacy/")
    with page.expect_response(sites.STREAM):
        page.go_back()
    page.wait_for_function("navigator.locks.query().then(locks => locks.held.length == 1)")
    tell(clara, "After going back")
    expect(page.locator("#bell-count")).to_have_text("1")


def test_what_happens_before_a_page_listens_is_told(context: BrowserContext, clara: Member, service: Service) -> None:
    tell(clara, "Told before there was a page")
    page = context.new_page()

    def late(route: Route) -> None:
        tell(clara, "While the stream was on its way")
        route.continue_()

    page.route(sites.STREAM, late, times=1)
    page.goto("/notifications/")
    expect(page.locator("#bell-count")).to_have_text("2")
    expect(page.locator("#notification-list li")).to_have_count(2)
    expect(page.locator(".toast")).to_have_count(0)


def test_tab_that_missed_something_before_it_could_listen_is_told(
    context: BrowserContext, clara: Member, service: Service
) -> None:
    first, second = context.new_page(), context.new_page()
    sites.go_live(first, "/about/terms/")

    def late(route: Route) -> None:
        answer = route.fetch()
        tell(clara, "While the second page was on its way")
        expect(first.locator("#bell-count")).to_have_text("1")
        route.fulfill(response=answer)

    second.route("**/about/privacy/", late)
    second.goto("/about/privacy/")
    expect(second.locator("#bell-count")).to_have_text("1")
    expect(first.locator(".toast a")).to_have_count(1)


def test_list_and_settings_work_by_keyboard_and_are_accessible(
    context: BrowserContext, clara: Member, service: Service
) -> None:
    for number in range(3):
        tell(clara, f"Request {number}")
    page = context.new_page()
    page.goto("/notifications/")
    assert screens.axe_findings(page) == []
    page.get_by_role("button", name="Mark all as read").press("Enter")
    expect(page.locator(".notification--unread")).to_have_count(0)
    expect(page.locator("#bell-count")).to_be_hidden()
    page.goto("/notifications/preferences/")
    assert screens.axe_findings(page) == []
    choices = page.locator("main").get_by_role("combobox")
    provider = page.get_by_label("New requests for me: Email")
    expect(provider).to_be_hidden()  # Clara offers nothing
    page.locator("summary", has_text="As a provider").press("Enter")
    expect(provider).to_be_visible()
    assert choices.count() == sum(len(topic.channels) for topic in all_topics() if topic.optional)
    page.get_by_label("News of my requests: Email").select_option("daily")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("Quiet until").fill("07:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Saved.")
    assert Preference.objects.get().timing == Timing.DAILY
    assert Preference.objects.get().channel == Channel.EMAIL
    assert NotificationSettings.objects.get().quiet_from is not None
