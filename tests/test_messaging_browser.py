"""Clara and Paul in two browsers: everything appears live, both ways; what is sent again is one message."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import Member
from messaging.models import Conversation, Message
from services.models import ServicePage
from tests import screens, sites
from tests.conversations import conversation, say

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
def talk(clara: Member, page: ServicePage) -> Conversation:
    made = conversation(clara, page)
    say(made, clara, "The first words")
    return made


@pytest.fixture
def look(chromium: Browser, site: str, log_in: LogIn) -> Iterator[Callable[..., Page]]:
    """``look(clara, "/inbox/")``: a page in a browser of hers."""
    contexts = []

    def opened(member: Member, path: str, **options: Any) -> Page:
        context = chromium.new_context(base_url=site, **options)
        contexts.append(context)
        cookie = log_in(member).cookies["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": site}])
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


def send(page: Page, text: str) -> None:
    page.fill("#composer textarea", text)
    page.press("#composer textarea", "Control+Enter")


def test_both_ways_live_with_marks_and_counts(
    look: Callable[..., Page], talk: Conversation, clara: Member, paul: Member
) -> None:
    address = f"/inbox/{talk.pk}/"
    his = look(paul, "/requests/leads/")
    expect(his.locator("#inbox-count")).to_have_text("1")
    hers = look(clara, address)
    other_tab = hers.context.new_page()
    other_tab.goto("/inbox/")
    his.goto(address)
    expect(hers.locator(".messages__seen")).to_be_visible()
    send(hers, "Are you there?")
    expect(hers.locator(".message--mine").last).to_contain_text("Are you there?")
    expect(his.locator(".message:not(.message--mine)").last).to_contain_text("Are you there?")
    expect(hers.locator(".message--pending")).to_have_count(0)
    his.bring_to_front()
    send(his, "Yes: https://example.com/")
    expect(hers.locator(".message:not(.message--mine) a[href='https://example.com/']")).to_be_visible()
    expect(other_tab.locator(".inbox-row__preview").first).to_contain_text("Yes:")
    hers.goto("/")
    send(his, "And one more")
    expect(hers.locator("#inbox-count")).to_have_text("1")
    expect(his.locator(".message--pending")).to_have_count(0)
    assert Message.objects.count() == 4


def test_a_lost_answer_a_reload_and_a_retry_are_one_message(
    look: Callable[..., Page], talk: Conversation, clara: Member
) -> None:
    hers = look(clara, f"/inbox/{talk.pk}/")

    def lose(route: Route) -> None:
        route.fetch()  # the server has it, the browser never hears
        route.abort()

    messages = f"**/api/v1/conversations/{talk.pk}/messages/"
    hers.route(messages, lose, times=1)
    hers.route("**/inbox/*/messages/*", lambda route: route.abort())
    send(hers, "Only once")
    expect(hers.locator(".message--failed")).to_contain_text("Only once")
    assert Message.objects.filter(body="Only once").count() == 1
    hers.unroute("**/inbox/*/messages/*")
    hers.route(messages, lambda route: route.abort())
    hers.reload()
    expect(hers.locator("#messages")).to_contain_text("Only once")
    hers.unroute(messages)
    again = hers.locator("[data-again]:visible")
    if again.count():
        again.first.click()
    expect(hers.locator(".message--pending")).to_have_count(0)
    expect(hers.locator(".message", has_text="Only once")).to_have_count(1)
    assert Message.objects.filter(body="Only once").count() == 1


def test_what_cannot_leave_waits_with_its_draft_and_files(
    look: Callable[..., Page], talk: Conversation, clara: Member, tmp_path: Path
) -> None:
    hers = look(clara, f"/inbox/{talk.pk}/")
    plan = tmp_path / "plan.txt"
    plan.write_text("Step one")
    hers.set_input_files("#composer input[type=file]", plan)
    expect(hers.locator(".attachment-row input")).to_have_count(1)
    hers.fill("#composer textarea", "With my plan")
    hers.reload()
    expect(hers.locator("#composer textarea")).to_have_value("With my plan")
    expect(hers.locator(".attachment-row__name")).to_have_text("plan.txt")
    hers.context.set_offline(True)
    hers.press("#composer textarea", "Control+Enter")
    expect(hers.locator(".message--failed")).to_contain_text("Not sent.")
    hers.context.set_offline(False)
    expect(hers.locator(".message .attachment-file__name")).to_have_text("plan.txt", timeout=15_000)
    assert Message.objects.filter(body="With my plan").count() == 1


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_accessible_and_fit(
    look: Callable[..., Page], talk: Conversation, clara: Member, paul: Member, width: int, theme: str
) -> None:
    for number in range(50):
        say(talk, clara, f"A message with a longwordthatneverends{'x' * 60} number {number}")
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": theme}
    page = look(paul, "/inbox/", **options)
    for path in ("/inbox/", f"/inbox/{talk.pk}/", f"/inbox/{talk.pk}/report/", f"/inbox/{talk.pk}/block/"):
        page.goto(path)
        assert screens.axe_findings(page) == [], path
        assert page.evaluate(screens.OVERFLOW) <= 0, path


def test_earlier_messages_come_by_scrolling(
    look: Callable[..., Page], talk: Conversation, clara: Member, paul: Member
) -> None:
    for number in range(90):
        say(talk, clara, f"Number {number}.")
    page = look(paul, f"/inbox/{talk.pk}/")
    expect(page.locator("#messages").get_by_text("Number 89.", exact=True)).to_be_in_viewport()
    expect(page.locator("#messages").get_by_text("Number 1.", exact=True)).to_have_count(0)
    for first in (12, 1):
        page.evaluate("document.getElementById('thread-scroll').scrollTop = -100000")
        expect(page.locator(f"#m-{first}")).to_have_count(1, timeout=20_000)
    expect(page.locator("#messages").get_by_text("The first words")).to_have_count(1)
    assert page.locator("[data-sequence]").count() == 91
    expect(page.locator("[data-day]")).to_have_count(1)
