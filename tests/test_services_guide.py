"""The guided form without JavaScript: steps, kept input, autosave, publishing."""

import re
import unicodedata
from collections.abc import Callable
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from services.actions import update_page
from services.models import PageInput, PageStatus, Service, ServicePage
from services.search import meant
from sitesettings.models import SiteSettings, forget_kept
from tests.test_services_actions import NOW

LogIn = Callable[[Member | None], Client]
MINE = "/services/mine/"


@pytest.fixture
def browser(paul: Member, catalogue: dict[str, Service], log_in: LogIn) -> Client:
    """Paul's browser; he has no page yet."""
    return log_in(paul)


@pytest.fixture
def published(browser: Client, page: ServicePage) -> ServicePage:
    """Paul's published page."""
    return page


def page_of_paul() -> ServicePage:
    """Paul's page as it is in the database."""
    return ServicePage.objects.get(member__email="paul@example.com")


def version_in(html: str) -> str:
    """The version that the form carries."""
    found = re.search(r'name="version" value="(\d+)"', html)
    assert found
    return found[1]


def send(browser: Client, step: str, **fields: Any) -> Any:
    """Sends a step as a browser without JavaScript would."""
    html = browser.get(f"{MINE}{step}/").content.decode()
    return browser.post(f"{MINE}{step}/", {"version": version_in(html), "go": "next", **fields})


@pytest.mark.parametrize("address", ["/requests/new/service/", "/services/new/"])
def test_the_picker_knows_what_services_are_called_elsewhere(browser: Client, address: str) -> None:
    """Each option carries the words by which its script finds it: a typed word is the beginning of one of them."""
    shown = unescape(browser.get(address).content.decode())
    found = re.findall(
        r'data-words="([^"]*)"><input type="checkbox" name="services?" value="([^"]+)"[^>]*><span>([^<]+)<', shown
    )
    options = {slug: without_marks(f"{name} {words}").split() for words, slug, name in found}

    def finds(slug: str, typed: str) -> bool:
        return any(word.startswith(typed) for word in options[slug])

    assert len(options) == Service.objects.filter(is_active=True).count() > 500
    for typed in ("plumber", "klempner", "fontanero", "plombier", "abfluss", "fontan"):
        assert finds("plumbing", typed)
        assert not finds("bookkeeping", typed)
    assert finds("bookkeeping", "buchhaltung")
    assert not finds("plumbing", "umbing")
    for service in Service.objects.filter(is_active=True):
        names = [service.name, *service.synonyms, *meant.foreign_names().get(service.slug, ())]
        words = {word for name in names for word in without_marks(name).split()}
        assert [word for word in words if not finds(service.slug, word)] == []
    # The page is read on phones: what another word begins with is not sent.
    for words, _slug, _name in found:
        ordered = sorted(words.split())
        assert [one for one, following in pairwise(ordered) if following.startswith(one)] == []


def without_marks(text: str) -> str:
    """As the script compares words."""
    return re.sub(r"[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text)).lower()


def test_newcomers_sign_up_first_and_come_back(db: None, log_in: LogIn) -> None:
    assert log_in(None).get("/services/new/")["Location"] == "/accounts/signup/?next=/services/new/"
    SiteSettings.objects.update_or_create(pk=1, defaults={"signup_open": False})
    forget_kept()
    assert log_in(None).get("/services/new/")["Location"] == "/accounts/login/?next=/services/new/"


def test_from_nothing_to_published(browser: Client) -> None:
    assert browser.get(MINE).headers["Location"] == "/services/new/"
    answer = browser.post("/services/new/", {"title": "Logos for inns", "services": ["logo-design"], "go": "next"})
    assert answer.headers["Location"] == f"{MINE}about/"
    answer = send(browser, "about", about="I **draw**.", skills=["Typography", "Ink, Paper", ""])
    assert answer.headers["Location"] == f"{MINE}where/"
    where = {"work_location": "both", "place": "Vienna, Austria", "radius_km": "30", "languages": ["de", "en"]}
    assert send(browser, "where", **where).headers["Location"] == f"{MINE}price/"
    answer = send(browser, "price", pricing="hourly", currency="EUR", rate="1.234,50")
    assert answer.headers["Location"] == f"{MINE}time/"
    assert send(browser, "time", taking_work="on", hours_per_week="20").headers["Location"] == MINE
    assert browser.post(f"{MINE}publish/").headers["Location"] == MINE
    page = page_of_paul()
    assert (page.status, page.slug, page.rate, page.city) == ("published", "logos-for-inns", 123450, "Vienna")
    assert (page.skills, page.languages, page.radius_km) == (["Typography", "Ink", "Paper"], ["de", "en"], 30)
    assert "Published" in browser.get(MINE).content.decode()


def test_packages_are_read_with_their_extras(browser: Client) -> None:
    browser.post("/services/new/", {"title": "Logos"})
    fields = {
        "pricing": "packages",
        "currency": "EUR",
        "rate": "not looked at",
        "basic-name": "Sketch",
        "basic-price": "200",
        "basic-revisions": "0",
        "premium-price": "1 000",
        "premium-extra_1_name": "Sources",
        "premium-extra_1_price": "9.5",
    }
    assert send(browser, "price", **fields).status_code == 302
    basic, premium = page_of_paul().packages
    assert (basic["name"], basic["price"], basic["revisions"]) == ("Sketch", 20000, 0)
    assert (premium["tier"], premium["extras"]) == ("premium", [{"name": "Sources", "price": 950}])
    html = browser.get(f"{MINE}price/").content.decode()
    assert 'value="1000"' in html and 'value="9.50"' in html
    german = browser.get(f"{MINE}price/", headers={"Accept-Language": "de"}).content.decode()
    assert 'value="9,50"' in german


@pytest.mark.parametrize(
    ("step", "fields", "complaint"),
    [
        ("offer", {"title": "x" * 121}, "at most 120 characters"),
        ("offer", {"title": "a\0b"}, "NUL character"),
        ("offer", {"services": ["no-such"]}, "has no service"),
        ("offer", {"services": [f"s{n}" for n in range(11)]}, "at most 10 services"),
        ("about", {"about": "x" * 1_000_000}, "at most 5000 characters"),
        ("about", {"skills": [f"s{n}" for n in range(21)]}, "at most 20 skills"),
        ("where", {"work_location": "moon"}, "Select a valid choice"),
        ("where", {"place": "Nowhereville, Austria"}, "do not know this city"),
        ("where", {"radius_km": "-5"}, "cannot be negative"),
        ("where", {"radius_km": "far"}, "whole number"),
        ("where", {"languages": ["xx"]}, "Select a valid choice"),
        ("price", {"pricing": "barter"}, "Select a valid choice"),
        ("price", {"currency": "XXX"}, "Select a valid choice"),
        ("price", {"pricing": "hourly", "currency": "EUR", "rate": "-5"}, "cannot be negative"),
        ("price", {"pricing": "hourly", "currency": "EUR", "rate": "a lot"}, "in digits"),
        ("price", {"pricing": "hourly", "currency": "JPY", "rate": "10.5"}, "at most 0 decimals"),
        ("price", {"pricing": "hourly", "rate": "10"}, "Choose a currency"),
        ("price", {"pricing": "packages", "currency": "EUR", "basic-price": "9", "premium-price": "8"}, "costs less"),
        ("price", {"pricing": "packages", "currency": "EUR", "basic-name": "No price"}, "Name the price"),
        ("price", {"pricing": "packages", "currency": "EUR", "basic-price": "x"}, "in digits"),
        ("time", {"hours_per_week": "169"}, "at most 168"),
        ("time", {"available_from": "2020-01-01"}, "has passed"),
        ("time", {"available_from": "soon"}, "valid date"),
    ],
)
def test_wrong_input_is_kept_and_explained(browser: Client, step: str, fields: dict[str, Any], complaint: str) -> None:
    browser.post("/services/new/", {"title": "Logos"})
    answer = send(browser, step, **fields)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert complaint in html
    typed = next(iter(fields.values()))
    if isinstance(typed, str) and len(typed) < 1000 and "\0" not in typed and step != "price":
        again = browser.get(f"{MINE}{step}/").content.decode()
        assert "what you typed last time" in again
        if typed not in ("moon",):
            assert typed in html and typed in again
    assert page_of_paul().title == "Logos"


def test_all_that_is_wrong_is_shown_at_once(browser: Client) -> None:
    browser.post("/services/new/", {"title": "Logos"})
    html = send(browser, "where", place="Nowhereville", radius_km="-5").content.decode()
    assert "do not know this city" in html and "cannot be negative" in html


def test_going_back_keeps_what_is_wrong(browser: Client) -> None:
    browser.post("/services/new/", {"title": "Logos"})
    answer = send(browser, "where", radius_km="-5", go="back")
    assert answer.headers["Location"] == f"{MINE}about/"
    assert 'value="-5"' in browser.get(f"{MINE}where/").content.decode()
    browser.post(f"{MINE}where/", {"go": "discard"})
    assert 'value="-5"' not in browser.get(f"{MINE}where/").content.decode()


def test_a_stale_form_is_kept_and_can_be_sent_again(browser: Client) -> None:
    browser.post("/services/new/", {"title": "Logos"})
    old = version_in(browser.get(f"{MINE}offer/").content.decode())
    send(browser, "offer", title="From my phone")
    answer = browser.post(f"{MINE}offer/", {"version": old, "title": "From my desk"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "changed somewhere else" in html and "From my desk" in html
    assert page_of_paul().title == "From my phone"
    browser.post(f"{MINE}offer/", {"version": version_in(html), "title": "From my desk"})
    assert page_of_paul().title == "From my desk"


def test_a_double_click_makes_one_page(browser: Client) -> None:
    for _click in range(2):
        answer = browser.post("/services/new/", {"title": "Logos", "go": "next"})
        assert answer.headers["Location"] == f"{MINE}about/"
    assert page_of_paul().version == 1


def test_autosave_changes_a_draft(browser: Client) -> None:
    answer = browser.post("/services/new/", {"title": "Logos", "autosave": "1"}).json()
    assert (answer["state"], answer["version"], answer["problems"]) == ("saved", 1, [])
    assert "Completeness" in answer["progress"]
    answer = browser.post(f"{MINE}where/", {"radius_km": "-1", "autosave": "1", "version": "1"}).json()
    assert (answer["state"], answer["problems"]) == ("kept", ["This cannot be negative."])
    assert PageInput.objects.get().data["radius_km"] == ["-1"]


def test_autosave_does_not_touch_what_others_see(browser: Client, published: ServicePage) -> None:
    fields = {"title": "Half a sen", "services": ["logo-design"], "version": published.version, "autosave": "1"}
    answer = browser.post(f"{MINE}offer/", fields).json()
    assert (answer["state"], answer["public"]) == ("kept", True)
    assert page_of_paul().title == published.title
    html = browser.get(f"{MINE}offer/").content.decode()
    assert "Half a sen" in html and "not public yet" in html
    assert "/services/mine/offer/" in browser.get(MINE).content.decode()
    del fields["autosave"]
    browser.post(f"{MINE}offer/", fields | {"title": "A whole title"})
    assert page_of_paul().title == "A whole title"
    assert not PageInput.objects.exists()


def test_a_published_page_cannot_lose_what_it_needs(browser: Client, published: ServicePage) -> None:
    answer = send(browser, "offer", title="", services=["logo-design"])
    assert answer.status_code == 400
    assert "Give your page a title" in answer.content.decode()
    assert page_of_paul().title == published.title


def test_publishing_too_early_says_what_is_missing(browser: Client) -> None:
    browser.post("/services/new/", {"title": "Logos"})
    answer = browser.post(f"{MINE}publish/")
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "not complete yet" in html and '<a href="/services/mine/price/">Choose how you name your price.</a>' in html
    assert page_of_paul().status == PageStatus.DRAFT


def test_pausing_and_publishing_again(browser: Client, published: ServicePage, log_in: LogIn) -> None:
    browser.post(f"{MINE}pause/")
    assert log_in(None).get(f"/services/{published.slug}/").status_code == 404
    browser.post(f"{MINE}publish/")
    assert log_in(None).get(f"/services/{published.slug}/").status_code == 200


def test_a_draft_is_not_paused(browser: Client) -> None:
    browser.post("/services/new/", {"title": "Logos"})
    html = browser.post(f"{MINE}pause/", follow=True).content.decode()
    assert "nothing to pause" in html


def test_input_survives_an_expired_log_in(paul: Member, catalogue: dict[str, Service]) -> None:
    client = Client()
    answer = client.post("/services/new/", {"title": "Typed for an hour", "services": ["logo-design"]})
    assert answer.headers["Location"] == "/accounts/login/?next=/services/new/"
    client.force_login(paul, backend="allauth.account.auth_backends.AuthenticationBackend")
    html = client.get("/services/new/").content.decode()
    assert "Typed for an hour" in html
    assert re.search(r'value="logo-design" checked', html)


def test_strangers_have_their_own_guide_only(published: ServicePage, sam: Member, log_in: LogIn) -> None:
    browser = log_in(sam)
    for address in (MINE, f"{MINE}offer/"):
        assert browser.get(address).headers["Location"] == "/services/new/"
    for address in (f"{MINE}publish/", f"{MINE}pause/"):
        assert browser.post(address).headers["Location"] == "/services/new/"
        assert log_in(None).post(address).headers["Location"].startswith("/accounts/login/")
        assert browser.get(address).status_code == 405
    assert browser.get(f"{MINE}no-such-step/").status_code == 404
    assert page_of_paul().status == PageStatus.PUBLISHED


def test_a_place_that_no_gazetteer_knows_stays(browser: Client) -> None:
    browser.post("/services/new/", {"title": "Logos"})
    page = page_of_paul()
    place = {"country": "AT", "city": "Hintertupfing", "lat": 47.1, "lon": 15.2}
    update_page(actor=page.member, page=page, changes={"place": place}, now=NOW)
    fields = {"place": "Hintertupfing, Austria", "work_location": "on_site", "languages": ["de"]}
    assert send(browser, "where", **fields).status_code == 302
    page = page_of_paul()
    assert (page.city, page.latitude, page.work_location) == ("Hintertupfing", 47.1, "on_site")


def test_steps_take_few_queries(browser: Client, published: ServicePage, django_assert_max_num_queries: Any) -> None:
    for step in ("offer", "about", "where", "price", "time"):
        with django_assert_max_num_queries(13):
            assert browser.get(f"{MINE}{step}/").status_code == 200
    with django_assert_max_num_queries(13):
        assert browser.get(MINE).status_code == 200


def test_what_was_typed_cannot_break_out(browser: Client) -> None:
    evil = '"><script>alert(1)</script>'
    browser.post("/services/new/", {"title": evil})
    send(browser, "about", about=evil, skills=[evil])
    for step in ("offer", "about"):
        assert "<script>alert" not in browser.get(f"{MINE}{step}/").content.decode()
    assert "<script>alert" not in browser.get(MINE).content.decode()
