"""Search over published pages: words, misspellings, synonyms, meaning, filters, facets and cursors."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import QueryDict
from django.utils.html import strip_tags
from rest_framework.test import APIClient

from accounts.models import Member
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput
from services import actions
from services.models import Service, ServicePage
from services.search import meant
from services.search.engine import search
from services.search.filters import Filters
from services.search.query import SearchQuery, parse
from services.search.ranking import Hit
from services.search.retrieve import exactly
from services.search.scope import count
from services.search.statistics import count_words
from tests import factories

URL = "/api/v1/services/"
VIENNA: dict[str, Any] = {"country": "AT", "city": "Vienna", "latitude": 48.2082, "longitude": 16.3738}
LINZ: dict[str, Any] = {"country": "AT", "city": "Linz", "latitude": 48.3064, "longitude": 14.2861}
Api = Callable[[Member | None], APIClient]


@pytest.fixture(autouse=True)
def fresh_catalogue() -> None:
    """No catalogue of another test is remembered."""
    meant.forget()


@pytest.fixture
def plumbing(db: None) -> Service:
    """A service."""
    return factories.make_service("pipe-repair", name="Pipe repair", synonyms=["plumber", "leaking tap"])


@pytest.fixture
def lettering(db: None) -> Service:
    """Another one."""
    return factories.make_service("hand-lettering", name="Hand lettering", synonyms=["calligraphy"])


@pytest.fixture
def pages(plumbing: Service, lettering: Service) -> dict[str, ServicePage]:
    """Four pages that differ in all that can be searched for."""
    made = {
        "pipes": factories.make_page(
            services=[plumbing],
            title="Pipes and taps in Vienna",
            about="Leaks, boilers and drains, day and night.",
            work_location="on_site",
            rate=8000,
            languages=["de", "en"],
            skills=["Soldering"],
            rating_sum=45,
            rating_count=10,
            **VIENNA,
        ),
        "drains": factories.make_page(
            services=[plumbing],
            title="Drains cleared in Linz",
            about="I bring the camera and the high pressure hose.",
            work_location="on_site",
            rate=6000,
            languages=["de"],
            skills=["Drain camera"],
            rating_sum=6,
            rating_count=2,
            **LINZ,
        ),
        "letters": factories.make_page(
            services=[lettering],
            title="Letters for weddings",
            about="Invitations and place cards by pen and ink.",
            rate=4000,
            languages=["en"],
            skills=["Copperplate"],
            country="FR",
            city="Paris",
        ),
        "signs": factories.make_page(
            services=[lettering],
            title="Gold leaf on glass",
            about="Shop windows and fascias in the old manner.",
            rate=9000,
            currency="USD",
            languages=["en", "fr"],
            skills=["Gilding"],
            taking_work=False,
        ),
    }
    count_words()
    return made


@pytest.fixture
def ask(api: Api) -> Callable[..., list[str]]:
    """Slugs of the results, best first."""

    def slugs(**parameters: Any) -> list[str]:
        answer = api(None).get(URL, parameters)
        assert answer.status_code == 200, answer.json()
        return [each["slug"] for each in answer.json()["results"]]

    return slugs


CASES = [
    ({"q": "wedding invitations"}, ["letters"]),
    ({"q": "Weddings"}, ["letters"]),
    ({"q": "weding invitatons"}, ["letters"]),
    ({"q": "boilers"}, ["pipes"]),
    ({"service": "pipe-repair", "sort": "rating"}, ["pipes", "drains"]),
    ({"service": "pipe-repair", "sort": "price"}, ["drains", "pipes"]),
    ({"skill": "gilding"}, ["signs"]),
    ({"country": "FR"}, ["letters"]),
    ({"near": "48.2,16.37"}, ["pipes"]),
    ({"near": "48.2,16.37", "radius_km": 200, "sort": "price"}, ["drains", "pipes"]),
    ({"remote": "false", "sort": "price"}, ["drains", "pipes"]),
    ({"remote": "true", "sort": "price"}, ["letters", "signs"]),
    ({"max_rate": 6000, "currency": "EUR", "sort": "price"}, ["letters", "drains"]),
    ({"max_rate": 1000, "currency": "EUR"}, []),
    ({"language": "fr"}, ["signs"]),
    ({"min_rating": 4}, ["pipes"]),
    ({"min_rating": 0, "remote": "true", "sort": "price"}, ["letters", "signs"]),
    ({"available": "true", "sort": "price"}, ["letters", "drains", "pipes"]),
    ({"language": "de", "max_rate": 7000, "currency": "EUR"}, ["drains"]),
    ({"q": "zzqxjk"}, []),
]


@pytest.mark.parametrize(("parameters", "expected"), CASES)
def test_what_is_found(
    pages: dict[str, ServicePage], ask: Callable[..., list[str]], parameters: dict[str, Any], expected: list[str]
) -> None:
    names = {page.slug: name for name, page in pages.items()}
    assert [names[slug] for slug in ask(**parameters)][: len(expected) or None] == expected


@pytest.mark.parametrize("text", ["plumber", "somebody to fix a leaking tap"])
def test_synonyms_and_meaning(pages: dict[str, ServicePage], ask: Callable[..., list[str]], text: str) -> None:
    assert set(ask(q=text)[:2]) == {pages["pipes"].slug, pages["drains"].slug}


def test_the_answer_has_the_fields_of_the_contract(pages: dict[str, ServicePage], api: Api) -> None:
    answer = api(None).get(URL, {"q": "wedding"}).json()
    page = pages["letters"]
    result = answer["results"][0]
    assert result | {"explanation": None} == {
        "id": str(page.pk),
        "slug": page.slug,
        "title": page.title,
        "provider": {"id": str(page.member_id), "name": page.member.display_name},
        "services": ["hand-lettering"],
        "rate": 4000,
        "currency": "EUR",
        "country": "FR",
        "city": "Paris",
        "remote": True,
        "rating": None,
        "reviews": 0,
        "explanation": None,
    }
    assert "Has all your words" in result["explanation"]
    assert answer["next"] is None


def test_facets_count_what_one_would_get(pages: dict[str, ServicePage], api: Api) -> None:
    facets = api(None).get(URL, {"service": "pipe-repair"}).json()["facets"]
    assert {each["value"]: each["count"] for each in facets["service"]} == {"pipe-repair": 2, "hand-lettering": 2}
    assert {each["value"]: each["count"] for each in facets["language"]} == {"de": 2, "en": 1}
    assert {each["value"]: each["count"] for each in facets["country"]} == {"AT": 2}
    assert not any(each["approx"] for values in facets.values() for each in values)


BAD = [
    ({"colour": "red"}, "colour", "unknown_filter"),
    ({"max_rate": "100"}, "currency", "required"),
    ({"max_rate": "-1", "currency": "EUR"}, "max_rate", "invalid"),
    ({"max_rate": "100", "currency": "EURO"}, "currency", "unknown_currency"),
    ({"max_rate": "100", "currency": "ZWG"}, "currency", "no_exchange_rate"),
    ({"near": "48.2"}, "near", "invalid"),
    ({"near": "948,16"}, "near", "invalid"),
    ({"near": "nan,1"}, "near", "invalid"),
    ({"radius_km": "far"}, "radius_km", "out_of_range"),
    ({"language": "xx"}, "language", "unknown_language"),
    ({"country": "Austria"}, "country", "unknown_country"),
    ({"country": "ZZ"}, "country", "unknown_country"),
    ({"service": "nothing"}, "service", "unknown_service"),
    ({"group": "nothing"}, "group", "unknown_group"),
    ({"min_rating": "6"}, "min_rating", "out_of_range"),
    ({"remote": "perhaps"}, "remote", "invalid"),
    ({"sort": "luck"}, "sort", "unknown_value"),
    ({"q": "x" * 501}, "q", "max_length"),
    ({"page_size": "0"}, "page_size", "invalid"),
]


@pytest.mark.parametrize(("parameters", "field", "code"), BAD)
def test_bad_parameters_are_named(api: Api, db: None, parameters: dict[str, str], field: str, code: str) -> None:
    answer = api(None).get(URL, parameters)
    assert answer.status_code == 400
    assert code in [problem["code"] for problem in answer.json()["fields"][field]]


@pytest.mark.parametrize("text", ["'", "a & | ! ( )", "\\", "😀", "العربية", "<script>", "%00", "-", "x" * 499])
def test_any_text_is_safe(pages: dict[str, ServicePage], api: Api, text: str) -> None:
    assert api(None).get(URL, {"q": text}).status_code == 200


def test_a_walk_repeats_nothing_though_pages_change(api: Api, lettering: Service) -> None:
    pages = [factories.make_page(services=[lettering], title=f"Ink and pen {number}") for number in range(25)]
    caller = api(None)
    answer = caller.get(URL, {"q": "ink pen", "page_size": "10"}).json()
    seen = [each["id"] for each in answer["results"]]
    first = ServicePage.objects.get(pk=seen[0])
    actions.update_page(actor=first.member, page=first, changes={"title": "Nothing of the kind"}, now=utc_now())
    while answer["next"]:
        answer = caller.get(answer["next"]).json()
        seen += [each["id"] for each in answer["results"]]
    assert len(seen) == len(set(seen)) == len(pages)


def test_cursors_belong_to_one_search_and_expire(api: Api, lettering: Service) -> None:
    for _number in range(3):
        factories.make_page(services=[lettering])
    following = api(None).get(URL, {"page_size": "1"}).json()["next"]
    cursor = parse_qs(urlsplit(following).query)["cursor"][0]
    assert api(None).get(URL, {"cursor": cursor, "q": "ink"}).json()["code"] == "invalid_cursor"
    assert api(None).get(URL, {"cursor": "x" + cursor}).json()["code"] == "invalid_cursor"
    late = utc_now() + timedelta(minutes=10, seconds=1)
    with pytest.raises(InvalidInput) as refused:
        search(SearchQuery(), now=late, cursor=cursor)
    assert refused.value.code == "cursor_expired"
    assert search(SearchQuery(), now=utc_now(), cursor=cursor, size=1).hits


def test_paused_pages_are_gone_at_once(pages: dict[str, ServicePage], ask: Callable[..., list[str]]) -> None:
    page = pages["letters"]
    actions.pause_page(actor=page.member, page=page, now=utc_now())
    assert page.slug not in ask(q="wedding")
    actions.publish_page(actor=page.member, page=page, now=utc_now())
    assert page.slug in ask(q="wedding")


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"language": "en"},
        {"language": "en", "remote": "true", "available": "true", "min_rating": "3", "country": "FR", "skill": "x"},
    ],
)
def test_the_number_of_queries_grows_neither_with_pages_nor_with_filters(
    pages: dict[str, ServicePage],
    api: Api,
    filters: dict[str, str],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    api(None).get(URL, {"q": "letters"})
    for number in range(20):
        factories.make_page(title=f"Letters {number}")
    # Words, corrections, pages with all of them, how many the filters leave, pages with facets, cards.
    with django_assert_max_num_queries(6):
        assert api(None).get(URL, {"q": "letters", **filters}).status_code == 200


def test_the_first_results_are_those_of_an_exact_ranking(pages: dict[str, ServicePage], plumbing: Service) -> None:
    words = ("pipe", "tap", "boiler", "copper", "kitchen", "bath", "drain", "leak")
    for number in range(60):
        title = " ".join(words[(number * step) % len(words)] for step in (1, 3, 5))
        factories.make_page(
            services=[plumbing] if number % 2 else [], title=title, languages=["en", "de"][: number % 3]
        )
    count_words()
    for text in ("copper pipe in the kitchen", "boiler", "somebody who mends a dripping tap"):
        for query in (SearchQuery(text=text), SearchQuery(text=text, language="de")):
            now = utc_now()
            found = search(query, now=now)
            filters = Filters(query, today=now.date(), as_of=now)
            exact = exactly(query, found.plan, filters, found.scope)
            assert [hit.key for hit in found.hits] == [Hit(row).key for row in exact[:20]]


def test_the_service_that_is_meant_leads_its_facet(
    pages: dict[str, ServicePage], lettering: Service, client: Any
) -> None:
    """Though more pages of another one have the word."""
    for name in ("Choirs", "Weddings", "Fairs"):
        factories.make_page(services=[lettering], title=f"Letters for plumber {name}")
    count_words()
    facets = {facet.name: facet for facet in client.get("/services/", {"q": "plumber"}).context["facets"]}
    choices = [(choice.label, choice.count) for part in facets["service"].parts for choice in part.choices]
    assert choices == [("Pipe repair", 2), ("Hand lettering", 3)]


def test_the_page_shows_results_filters_and_what_to_do_without(pages: dict[str, ServicePage], client: Any) -> None:
    shown = client.get("/services/", {"q": "wedding"}).content.decode()
    assert "Letters for weddings" in shown
    assert "€40 an hour" in strip_tags(shown)
    narrowed = client.get("/services/", {"service": "pipe-repair", "place": "Vienna, Austria", "price": "100"})
    assert "Pipes and taps in Vienna" in narrowed.content.decode()
    assert "Drains cleared" not in narrowed.content.decode()
    assert "Without “Vienna, Austria" in narrowed.content.decode(), "Few pages, and which filter keeps more away."
    assert "Take a filter away" not in shown
    nothing = client.get("/services/", {"q": "zzqxjk"}).content.decode()
    assert "Nothing found" in nothing
    assert "/requests/new/?q=zzqxjk" in nothing
    assert "See all providers" in nothing


@pytest.mark.parametrize("parameters", [{"place": "Nowhereville"}, {"price": "lots"}, {"cursor": "x"}, {"near": "x"}])
def test_the_page_says_what_is_wrong_and_keeps_the_form(
    pages: dict[str, ServicePage], client: Any, parameters: dict[str, str]
) -> None:
    answer = client.get("/services/", {"q": "Kept words", **parameters})
    assert answer.status_code == 400
    assert 'value="Kept words"' in answer.content.decode()


def test_an_unclear_place_is_chosen_by_a_link(pages: dict[str, ServicePage], client: Any) -> None:
    answer = client.get("/services/", {"q": "letters", "place": "Valencia", "remote": "true"})
    assert answer.status_code == 400
    addresses = dict(answer.context["places"])
    assert "Which place do you mean?" in answer.content.decode()
    spain = parse_qs(addresses["Valencia, Spain"].removeprefix("?"))
    assert spain == {"q": ["letters"], "place": ["Valencia, Spain"], "remote": ["true"]}
    assert client.get("/services/" + addresses["Valencia, Spain"]).status_code == 200
    assert client.get("/services/", {"place": "Nowhereville"}).context["places"] == []


def test_pages_are_counted_beyond_what_is_ranked(pages: dict[str, ServicePage]) -> None:
    now = utc_now()
    filters = Filters(SearchQuery(), today=now.date(), as_of=now)
    assert count(filters, most=1000) == len(pages)
    assert count(filters, most=1) == 1


def test_parameters_are_read_strictly() -> None:
    assert parse(QueryDict("q=%20a%20&remote=1")) == SearchQuery(text="a", remote=True)
