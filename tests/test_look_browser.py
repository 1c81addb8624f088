"""What people see: pages without accessibility findings or sideways scrolling, by keyboard and without scripts.

What people meet first is looked at in each run; all pages, at both widths and in both colour schemes, in the tests that
are marked ``slow`` (make check-all).
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from django.http import QueryDict
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Member
from marketplace.clock import utc_now
from requests.matching import run
from requests.models import RequestStatus
from services.actions import keep_page, save_search, share_list
from services.models import Pricing, Service, ServicePage
from tests import factories, screens, sites

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[Member | None], Client]
Session = Callable[..., BrowserContext]
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenknopfannäherin"
LONG_ADDRESS = "https://example.com/" + "a-very-long-path/" * 12
SEEN_BY: dict[str, tuple[str, ...]] = {
    "nobody": (
        *("/", "/services/", "/services/?q=logo&remote=true&min_rating=4", "/services/?q=zzqqxx&place=Atlantis"),
        *("/services/logos-by-paul/", "/services/packages/", "/services/new/", "/nothing/here/", "/styleguide/"),
        *(
            "/requests/new/describe/",
            "/requests/new/service/",
            "/requests/new/details/",
            "/requests/new/review/",
            "/dev/mail/",
            "/api/v1/docs/",
        ),
        *("/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"),
        *("/about/terms/", "/about/privacy/", "/about/imprint/", "/about/contact/"),
    ),
    "clara": (
        *("/", "/requests/", "/requests/?show=past", "{request}", "{request}edit/", "{draft}", "/requests/leads/"),
        *("/services/new/", "/services/logos-by-paul/", "/notifications/", "/notifications/preferences/"),
        *("/saved/", "/saved/?kind=board", "/saved/new/?kind=pages&address=q%3Dlogo", "/lists/", "{list}", "{shared}"),
        *("/accounts/profile/", "/accounts/email/", "/accounts/password/change/", "/accounts/tokens/"),
    ),
    "paul": (
        *("/", "/requests/leads/", "{request}", "/notifications/", "/services/mine/", "/services/logos-by-paul/"),
        *("/requests/board/", "/requests/board/?q=zzqqxx", "/proposals/", "/engagements/", "/inbox/", "/past-clients/"),
        *("/dashboard/?as=provider", "/dashboard/?as=client", "{request}propose/", "/accounts/blocked/"),
        *(f"/services/mine/{step}/" for step in ("offer", "about", "where", "price", "time")),
    ),
    "sam": ("/", "/requests/", "/requests/leads/", "/notifications/", "/notifications/?show=unread", "{request}"),
    "ada": (
        *("/admin/", "/insights/", "/admin/requests/servicerequest/", "/admin/services/servicepage/"),
        *("/admin/notifications/delivery/", "/admin/sitesettings/sitesettings/1/change/", "/admin/accounts/member/"),
    ),
}
FIRST_SEEN: dict[str, tuple[str, ...]] = {
    "nobody": ("/", "/services/?q=logo", "/services/logos-by-paul/", "/requests/new/", "/accounts/signup/"),
    "clara": ("{request}", "/notifications/preferences/"),
    "paul": ("/requests/leads/",),
}
SIZES = {"phone": 360, "desk": 1280}
OUTLINED: Final = """() => {
  const place = (element) => [...element.parentElement.children].indexOf(element);
  const path = (element) => (element === document.body ? "" : `${path(element.parentElement)}/${place(element)}`);
  const has = (element) => {
    const style = element && getComputedStyle(element);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const here = document.activeElement;
  return { path: path(here), outlined: [here, here.parentElement, here.closest(".card--link")].some(has) };
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all."""
    with sites.chromium() as browser:
        yield browser


@pytest.fixture
def addresses(
    clara: Member, paul: Member, sam: Member, ada: Member, page: ServicePage, service: Service
) -> dict[str, str]:
    """A marketplace in which words are long, names run from the right, and something of each kind exists."""
    now = utc_now()
    ServicePage.objects.filter(pk=page.pk).update(about=f"{LONG_WORD}\n\n{LONG_ADDRESS}", title=f"Logos {LONG_WORD}")
    Member.objects.filter(pk=paul.pk).update(name="محمد علي الأندلسي")
    extras = [{"name": LONG_WORD, "price": 100_00}]
    terms = {"description": LONG_WORD, "delivery_days": 3, "revisions": 0, "extras": extras}
    packages = [{"tier": tier, "name": LONG_WORD, "price": 10_000_00, **terms} for tier in ("basic", "premium")]
    priced: dict[str, Any] = {"pricing": Pricing.PACKAGES, "packages": packages, "rate": 10_000_00}
    factories.make_page(slug="packages", services=[service], skills=[LONG_WORD[:40], "logo"], **priced)
    values: dict[str, Any] = {"service": service, "title": f"A logo for {LONG_WORD}", "details": LONG_ADDRESS}
    posted = factories.make_request(clara, status=RequestStatus.OPEN, expires_at=now + timedelta(days=30), **values)
    run.match(posted.pk, now=now)
    draft = factories.make_request(clara, **values)
    factories.make_request(clara, status=RequestStatus.CLOSED, close_reason="other", **values)
    save_search(actor=clara, kind="pages", given=QueryDict("q=logo&country=AT"), name=LONG_WORD, now=now)
    kept = [keep_page(actor=clara, page=each, note=LONG_ADDRESS, now=now) for each in ServicePage.objects.all()]
    shared = share_list(actor=clara, page_list=kept[0].list)
    asked = {"request": f"/requests/{posted.pk}/", "draft": f"/requests/{draft.pk}/"}
    return asked | {"list": f"/lists/{shared.pk}/", "shared": f"/lists/{shared.token}/"}


@pytest.fixture
def session(
    request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer, log_in: LogIn
) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser session of one of the cast, with any of Playwright's options."""
    opened: list[BrowserContext] = []

    def open_session(name: str, **options: Any) -> BrowserContext:
        context = chromium.new_context(**options)
        opened.append(context)
        if name != "nobody":
            cookie = log_in(request.getfixturevalue(name)).cookies["sessionid"]
            context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        return context

    yield open_session
    for context in opened:
        context.close()


def look(context: BrowserContext, base: str, paths: tuple[str, ...], addresses: dict[str, str]) -> list[str]:
    """What is wrong with these pages: findings of axe, sideways scrolling, errors of the server."""
    page, wrong = context.new_page(), []
    for path in paths:
        answer = page.goto(base + path.format(**addresses), wait_until="load")
        assert answer is not None
        said = screens.axe_findings(page)
        if answer.status >= 500:
            said.append(f"status {answer.status}")
        if (wide := page.evaluate(screens.OVERFLOW)) > 0:
            said.append(f"scrolls sideways by {wide} px")
        wrong += [f"{path}: {each}" for each in said]
    return wrong


@pytest.mark.parametrize(("size", "theme"), [("phone", "light"), ("desk", "dark")])
def test_what_people_see_first_is_accessible(
    size: str, theme: Any, session: Session, live_server: LiveServer, addresses: dict[str, str]
) -> None:
    wrong = []
    for name, paths in FIRST_SEEN.items():
        context = session(name, color_scheme=theme, viewport={"width": SIZES[size], "height": 800})
        wrong += look(context, live_server.url, paths, addresses)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("name", SEEN_BY)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible(
    name: str, size: str, theme: Any, session: Session, live_server: LiveServer, addresses: dict[str, str]
) -> None:
    context = session(name, color_scheme=theme, viewport={"width": SIZES[size], "height": 800})
    wrong = look(context, live_server.url, SEEN_BY[name], addresses)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nobody", "clara", "paul"])
def test_pages_reflow_at_four_times_the_size(
    name: str, session: Session, live_server: LiveServer, addresses: dict[str, str]
) -> None:
    page = session(name, viewport={"width": 320, "height": 256}).new_page()
    wide = {}
    for path in SEEN_BY[name]:
        page.goto(live_server.url + path.format(**addresses))
        wide[path] = page.evaluate(screens.OVERFLOW)
    assert {path: by for path, by in wide.items() if by > 0} == {}


class TestKeyboard:
    def test_the_skip_link_comes_first(self, session: Session, live_server: LiveServer, db: None) -> None:
        page = session("nobody").new_page()
        page.goto(live_server.url)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()

    def test_every_stop_shows_where_it_is(
        self, session: Session, live_server: LiveServer, addresses: dict[str, str]
    ) -> None:
        page = session("nobody").new_page()
        page.goto(f"{live_server.url}/services/?q=logo")
        stops = [_next_stop(page) for _ in range(25)]
        assert not [stop for stop in stops if not stop["outlined"]]
        assert len({stop["path"] for stop in stops}) > 20  # no trap

    def test_the_order_of_results_is_a_menu(
        self, session: Session, live_server: LiveServer, addresses: dict[str, str]
    ) -> None:
        page = session("nobody").new_page()
        page.goto(f"{live_server.url}/services/?q=logo")
        button = page.locator("details.dropdown > summary")
        button.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Newest")).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Newest")).to_be_hidden()
        expect(button).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_filters_are_a_sheet_on_phones(
    scripts: bool, session: Session, live_server: LiveServer, addresses: dict[str, str]
) -> None:
    page = session("nobody", java_script_enabled=scripts, viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{live_server.url}/services/?q=logo")
    sheet = page.get_by_role("complementary", name="Narrow the results")
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    expect(sheet).to_be_visible()
    if scripts:
        assert not screens.axe_findings(page)
    sheet.get_by_role("link", name=re.compile("Remote")).click()
    expect(page.get_by_role("list", name="Chosen filters")).to_contain_text("Remote")
    expect(sheet).to_be_hidden()


def test_dots_stand_between_facts_and_not_at_the_ends_of_lines(
    session: Session, live_server: LiveServer, db: None
) -> None:
    page = session("nobody").new_page()
    page.goto(f"{live_server.url}/styleguide/")
    line = page.locator(".dots").first
    card = page.locator(".card", has=line).first

    def shows_dots() -> bool:
        with_dots = card.screenshot()
        line.evaluate("it => it.style.setProperty('--ink-faint', 'transparent')")
        without = card.screenshot()
        line.evaluate("it => it.style.removeProperty('--ink-faint')")
        return with_dots != without

    line.evaluate(
        "it => it.replaceChildren(...['Vienna', 'Remote'].map(text => {"
        " const fact = document.createElement('span'); fact.append(text); return fact; }))"
    )
    assert shows_dots()
    line.evaluate("it => it.style.inlineSize = '4.5rem'")
    assert not shows_dots()


def _next_stop(page: Page) -> dict[str, Any]:
    """Where the Tab key leads, and whether it or what stands for it is outlined."""
    page.keyboard.press("Tab")
    stop: dict[str, Any] = page.evaluate(OUTLINED)
    return stop
