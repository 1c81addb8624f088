"""What all pages share: frame, style sheet, legal pages, errors, tags."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client, RequestFactory

from accounts.models import Member
from marketplace.errors import Conflict, NotFound
from marketplace.ui.errors import DomainErrors, server_error
from marketplace.ui.people import initials
from marketplace.ui.styles import style_files
from services.models import ServicePage
from sitesettings.models import SiteSettings

LogIn = Callable[[Member | None], Client]


def render(text: str, **context: object) -> str:
    """A template's text rendered with ``context``."""
    return Template(text).render(Context(context))


@pytest.mark.django_db
def test_the_style_sheet_is_kept_for_ever_and_holds_every_file(log_in: LogIn) -> None:
    browser = log_in(None)
    address = re.search(r'href="(/styles-[0-9a-f]+\.css)"', browser.get("/styleguide/").content.decode())
    assert address
    plain = browser.get(address[1])
    assert plain["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in plain["Cache-Control"]
    for path in style_files():
        assert path.read_bytes() in plain.content
    packed = browser.get(address[1], headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "br"
    assert len(packed.content) < len(plain.content) / 3
    assert "immutable" not in browser.get("/styles-old.css")["Cache-Control"]


def test_every_style_rule_is_in_a_layer() -> None:
    for path in style_files():
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        outside = re.sub(r"@layer [a-z, ]+;", "", text).strip()
        assert outside.startswith("@layer"), path
        assert outside.count("{") == outside.count("}"), path


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("member", "shown", "hidden"),
    [
        (None, ["Log in", "Sign up", "Offer a service"], ["Leads", "Insights", "Log out"]),
        (
            "clara",
            ["My requests", "Offer a service", "Log out", "Notifications, 0 unread"],
            ["Sign up", "Leads", "Board"],
        ),
        ("paul", ["My requests", "Leads", "Board", "My service page"], ["Offer a service", "Insights"]),
        ("ada", ["Insights", "Admin", "Log out"], ["Sign up"]),
    ],
)
def test_navigation_fits_the_reader(
    request: pytest.FixtureRequest,
    log_in: LogIn,
    page: ServicePage,
    member: str | None,
    shown: list[str],
    hidden: list[str],
) -> None:
    answer = log_in(request.getfixturevalue(member) if member else None).get("/styleguide/")
    header = answer.content.decode().partition("<main")[0]
    assert [text for text in shown if text not in header] == []
    assert [text for text in hidden if text in header] == []


@pytest.mark.django_db
def test_pages_hold_neither_inline_scripts_nor_inline_styles(log_in: LogIn) -> None:
    html = log_in(None).get("/styleguide/").content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", html)


@pytest.mark.django_db
def test_the_chosen_colours_are_drawn_at_once_and_nothing_else_gets_in(log_in: LogIn) -> None:
    browser = log_in(None)
    browser.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in browser.get("/styleguide/").content.decode()
    browser.cookies["theme"] = '"><script>'
    assert "data-theme" not in browser.get("/styleguide/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("topic", ["terms", "privacy", "imprint", "contact"])
def test_legal_pages_have_a_default_and_take_the_hosts_text(log_in: LogIn, ada: Member, topic: str) -> None:
    warning = "the text that the software comes with"
    assert warning not in log_in(None).get(f"/about/{topic}/").content.decode()
    assert warning in log_in(ada).get(f"/about/{topic}/").content.decode()
    site = SiteSettings.current()
    setattr(site, topic, "# Ours\n\n<script>alert(1)</script> and [a link](javascript:alert(1))")
    site.save()
    html = log_in(ada).get(f"/about/{topic}/").content.decode()
    assert "<h2>Ours</h2>" in html
    assert warning not in html
    assert "<script>alert" not in html
    assert 'href="javascript' not in html


@pytest.mark.django_db
def test_robots_and_manifest(log_in: LogIn) -> None:
    robots = log_in(None).get("/robots.txt").content.decode()
    assert "Disallow: /requests/" in robots
    assert re.search(r"^Sitemap: http.*/sitemap\.xml$", robots, re.MULTILINE)
    manifest = log_in(None).get("/manifest.webmanifest").json()
    assert manifest["name"] == SiteSettings.current().name
    assert [icon["sizes"] for icon in manifest["icons"]] == ["any", "192x192", "512x512"]
    assert all(finders.find(icon["src"].removeprefix(settings.STATIC_URL)) for icon in manifest["icons"])


def test_shared_links_show_the_site(log_in: LogIn, db: None) -> None:
    head = log_in(None).get("/").content.decode().partition("</head>")[0]
    assert f'property="og:title" content="{SiteSettings.current().name}"' in head
    assert f'property="og:image" content="{settings.SITE_ORIGIN}/static/img/preview.png"' in head


@pytest.mark.django_db
def test_an_unknown_address_is_a_page_with_a_way_on(log_in: LogIn) -> None:
    answer = log_in(None).get("/nothing/here/")
    assert answer.status_code == 404
    assert 'href="/services/"' in answer.content.decode()


@pytest.mark.django_db
def test_errors_of_the_domain_become_pages(rf: RequestFactory) -> None:
    request: HttpRequest = rf.get("/requests/")
    request.user = SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]
    middleware = DomainErrors(lambda _request: pytest.fail("not called"))
    conflict = middleware.process_exception(request, Conflict("Somebody was <faster>."))
    assert conflict is not None
    assert conflict.status_code == 409
    assert "Somebody was &lt;faster&gt;." in conflict.content.decode()
    missing = middleware.process_exception(request, NotFound())
    assert missing is not None
    assert missing.status_code == 404
    assert middleware.process_exception(request, ValueError()) is None


def test_a_fault_is_told_without_a_database(rf: RequestFactory) -> None:
    page = server_error(rf.get("/services/"))
    assert page.status_code == 500
    assert "Something went wrong" in page.content.decode()
    assert server_error(rf.get("/api/v1/me/")).headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(("path", "kind"), [("/services/", "text/html"), ("/api/v1/services/", "application/json")])
def test_a_database_that_is_away_is_told_as_such(db: None, path: str, kind: str) -> None:
    def away(*_call: object) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    with connection.execute_wrapper(away):
        answer = Client(raise_request_exception=False).get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"].startswith(kind)
    assert "try again in a moment" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "expected"), [("Ada Lovelace", "AL"), ("Grace", "G"), ("", "?"), ("a b c", "ac"), ("李小龙", "李")]
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


def test_an_avatar_keeps_its_hue_and_escapes_the_name() -> None:
    text = "{% avatar_of name key %}"
    first, again, other = (render(text, name="<b>", key=key) for key in ("1", "1", "2"))
    assert first == again != other
    assert "&lt;" in first
    assert "<b>" not in first


def test_icons_are_drawn_by_name_and_strange_names_do_no_harm() -> None:
    constant = render('{% icon "star" "l" %}')
    assert constant == render("{% icon name size %}", name="star", size="l")
    assert 'class="icon icon--l"' in constant
    assert "<svg" in render("{% icon name %}", name='"><script>')
    assert "script" not in render("{% icon name %}", name='"><script>')


def test_a_rating_is_told_in_words_and_missing_ones_are_not_shown() -> None:
    assert "of 5 stars, 1 review<" in render("{% rating 4.25 1 %}")
    assert render("{% rating value 0 %}", value=None) == ""
    assert 'width="60"' in render("{% stars 2.5 %}")


def test_colours_are_named_in_the_tokens_alone() -> None:
    literal = re.compile(
        r"#[0-9a-f]{3,8}\b(?=[^{]*;)|\b(?:rgba?|hsla?|oklch|oklab)\((?!from )|:\s*(?:white|black)\b", re.I
    )
    found = {path.name: literal.findall(path.read_text()) for path in style_files() if path.name != "tokens.css"}
    assert {name: colours for name, colours in found.items() if colours} == {}
