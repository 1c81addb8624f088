"""Suggestions while one types, and what a search offers that finds nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.html import strip_tags
from playwright.sync_api import Page, expect
from rest_framework.test import APIClient

from accounts.models import Member
from services.models import Service, ServicePage
from services.search import meant, suggest
from services.search.statistics import count_words
from services.views.suggest import A_MINUTE
from tests import factories, screens, sites

LogIn = Callable[[Member | None], Client]
Api = Callable[[Member | None], APIClient]
URL = "/api/v1/suggestions/"


@pytest.fixture(autouse=True)
def fresh_catalogue() -> Iterator[None]:
    """No catalogue of another test is remembered."""
    for module in (meant, suggest):
        module.forget()
    yield
    for module in (meant, suggest):
        module.forget()


@pytest.fixture
def rides(db: None) -> Service:
    """A service that nobody else's words are near to."""
    return factories.make_service(
        "zeppelin-rides", name="Zeppelin rides", synonyms=["airship tour"], skills=["Zero gravity cooking"]
    )


@pytest.fixture
def pages(rides: Service) -> list[ServicePage]:
    """Three pages that offer it, one of them in French."""
    titles = ("Quartz zeppelin above the lake", "Quartz rides at dawn", "Quiet zeppelin rides")
    made = [
        factories.make_page(
            services=[rides],
            title=title,
            rate=5000,
            languages=["fr"] if number == 0 else ["en"],
            country="AT" if number else "CH",
            city="Vienna" if number else "Bern",
            latitude=48.2 if number else 46.9,
            longitude=16.4 if number else 7.4,
        )
        for number, title in enumerate(titles)
    ]
    count_words()
    return made


def texts(api: Api, typed: str) -> list[tuple[str, str]]:
    """What is suggested, with its kinds."""
    answer = api(None).get(URL, {"q": typed})
    assert answer.status_code == 200
    return [(each["text"], each["kind"]) for each in answer.json()["results"]]


class TestSuggestions:
    """Services, skills and words that begin as was typed."""

    @pytest.mark.parametrize(
        ("typed", "suggested"),
        [
            ("zepp", ("Zeppelin rides", "service")),
            ("ZEPPELIN ri", ("Zeppelin rides", "service")),
            ("rides zepp", ("Zeppelin rides", "service")),
            ("airsh", ("Zeppelin rides", "service")),
            ("zero gr", ("Zero gravity cooking", "skill")),
        ],
    )
    def test_names_synonyms_and_skills(self, api: Api, rides: Service, typed: str, suggested: tuple[str, str]) -> None:
        assert texts(api, typed)[0] == suggested

    def test_words_that_pages_hold_complete_the_last_one(self, api: Api, pages: list[ServicePage]) -> None:
        assert ("blue quartz", "word") in texts(api, "blue quar")

    @pytest.mark.parametrize("typed", ["quar?", "(quar)", "quar, blue quar", "quar\u0308"])
    def test_words_are_not_completed_in_the_middle_of_what_is_typed(
        self, api: Api, pages: list[ServicePage], typed: str
    ) -> None:
        assert "word" not in [kind for _text, kind in texts(api, typed)]

    def test_words_are_completed_whatever_their_case(self, api: Api, pages: list[ServicePage]) -> None:
        assert ("a Blue, quartz", "word") in texts(api, "a Blue, QUAR")

    def test_services_that_are_near_where_nothing_begins_so(self, api: Api, rides: Service) -> None:
        assert texts(api, "zepelin")[0] == ("Zeppelin rides", "service")
        assert texts(api, "zep")[0] == ("Zeppelin rides", "service")
        assert texts(api, "zepl") == []  # still being typed

    def test_a_retired_service_is_not_suggested(self, api: Api, rides: Service) -> None:
        Service.objects.filter(pk=rides.pk).update(is_active=False)
        assert texts(api, "zeppelin") == []

    @pytest.mark.parametrize("typed", ["", "z", " ", "qqqqq", "%", "__", "x" * 500])
    def test_nothing_for_nothing(self, api: Api, rides: Service, typed: str) -> None:
        assert texts(api, typed) == []

    @pytest.mark.parametrize("given", [{"q": "x" * 501}, {"q": "logo", "kind": "word"}])
    def test_wrong_input(self, api: Api, rides: Service, given: dict[str, str]) -> None:
        assert api(None).get(URL, given).status_code == 400

    def test_at_most_eight_with_one_query(
        self, api: Api, pages: list[ServicePage], django_assert_max_num_queries: Any
    ) -> None:
        texts(api, "design")
        for typed in ("design", "tr", "zeppelin", "web design for a"):
            with django_assert_max_num_queries(1):
                assert len(texts(api, typed)) <= 8

    def test_the_page_says_what_each_is(self, rides: Service, log_in: LogIn) -> None:
        answer = log_in(None).get("/services/suggest/", {"q": "zepp"})
        assert answer.json()["results"][0] == {"label": "Zeppelin rides", "hint": "Service"}
        assert log_in(None).post("/services/suggest/").status_code == 405

    def test_who_asks_too_often_has_to_wait(self, rides: Service, log_in: LogIn, settings: Any) -> None:
        settings.RATE_LIMITS = True
        browser = log_in(None)
        answers = [browser.get("/services/suggest/", {"q": "ze"}) for _time in range(2 * A_MINUTE + 2)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert 0 < int(refused[0].headers["Retry-After"]) <= 60


class TestNothingFound:
    """The nearest useful thing."""

    def test_which_filter_to_take_away_and_what_that_gives(self, api: Api, pages: list[ServicePage]) -> None:
        given = {"instead": "true", "service": "zeppelin-rides", "language": "fr", "country": "AT"}
        found = api(None).get("/api/v1/services/", given).json()
        assert found["results"] == []
        assert found["instead"]["fewer"] == [
            {"without": ["language"], "total": 2, "approx": False},
            {"without": ["country"], "total": 1, "approx": False},
        ]
        for offer in found["instead"]["fewer"]:
            left = {name: value for name, value in given.items() if name not in offer["without"]}
            assert api(None).get("/api/v1/services/", left).json()["total"] == offer["total"]

    def test_all_of_them_where_none_alone_helps(self, api: Api, pages: list[ServicePage]) -> None:
        given = {"instead": "true", "service": "zeppelin-rides", "language": "sw", "country": "JP"}
        found = api(None).get("/api/v1/services/", given).json()
        assert [(set(each["without"]), each["total"] >= 3) for each in found["instead"]["fewer"]] == [
            ({"service", "language", "country"}, True)
        ]

    def test_place_and_price_are_one_filter_each(self, api: Api, pages: list[ServicePage]) -> None:
        given = {"instead": "true", "near": "46.9,7.4", "radius_km": "10", "max_rate": "100", "currency": "EUR"}
        found = api(None).get("/api/v1/services/", given | {"service": "zeppelin-rides"}).json()
        assert {each["without"][0] for each in found["instead"]["fewer"]} == {"price"}

    def test_services_that_are_near(self, api: Api, pages: list[ServicePage]) -> None:
        found = (
            api(None).get("/api/v1/services/", {"q": "zeppelin flights", "language": "sw", "instead": "true"}).json()
        )
        assert {"service": "zeppelin-rides", "total": 3, "approx": False} in found["instead"]["services"]

    def test_nothing_is_offered_where_something_was_found(self, api: Api, pages: list[ServicePage]) -> None:
        given = {"service": "zeppelin-rides", "instead": "true"}
        assert "instead" not in api(None).get("/api/v1/services/", given).json()

    def test_nothing_is_offered_unless_it_is_asked_for(self, api: Api, pages: list[ServicePage]) -> None:
        assert "instead" not in api(None).get("/api/v1/services/", {"q": "zeppelin", "language": "sw"}).json()

    def test_the_page_links_to_it(self, pages: list[ServicePage], log_in: LogIn) -> None:
        browser = log_in(None)
        page = browser.get("/services/", {"service": "zeppelin-rides", "language": "fr", "country": "AT"})
        shown = strip_tags(page.content.decode())
        assert "Without “French”" in shown
        assert "/requests/new/" in page.content.decode()
        for offer in page.context["instead"].fewer:
            assert browser.get("/services/" + offer.url).context["found"].total == int(offer.count.split()[0])

    def test_the_cost_is_bounded(self, api: Api, pages: list[ServicePage], django_assert_max_num_queries: Any) -> None:
        given = {
            "instead": "true",
            "q": "qqq www",
            "service": "zeppelin-rides",
            "skill": "x",
            "country": "JP",
            "near": "1,1",
            "remote": "true",
            "max_rate": "1",
            "currency": "EUR",
            "language": "sw",
            "min_rating": "5",
        }
        with django_assert_max_num_queries(32):
            found = api(None).get("/api/v1/services/", given).json()
        assert found["instead"]

    def test_of_many_filters_those_are_tried_that_keep_most_away(self, api: Api, pages: list[ServicePage]) -> None:
        given = {"instead": "true", "service": "zeppelin-rides", "remote": "true", "max_rate": "100000000"}
        given |= {"currency": "EUR", "available": "true", "language": "sw"}
        with connection.cursor() as cursor:  # what other tests left of PostgreSQL's statistics is about other pages
            cursor.execute("ANALYZE services_searchentry")
        found = api(None).get("/api/v1/services/", given).json()
        assert found["instead"]["fewer"][0]["without"] == ["language"]


@pytest.fixture
def browser_page(transactional_db: None, rides: Service) -> Iterator[Page]:
    """The search page in a browser."""
    with sites.running_site() as address, sites.chromium() as chromium:
        page = chromium.new_page()
        page.goto(f"{address}/services/")
        yield page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_by_keyboard(browser_page: Page) -> None:
    """Typing, choosing with the arrows and Enter searches; Escape closes; axe has nothing to say."""
    box = browser_page.get_by_role("combobox", name="What")
    box.press_sequentially("zepp")
    option = browser_page.get_by_role("option", name="Zeppelin rides")
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert screens.axe_findings(browser_page) == []
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(option).to_be_hidden()
    box.press_sequentially("e")
    expect(option).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    browser_page.wait_for_url("**/services/?q=Zeppelin+rides**")
