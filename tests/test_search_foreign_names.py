"""Services by what they are called in German, Spanish and French."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from rest_framework.test import APIClient

from accounts.models import Member
from services.catalogue.files import read
from services.catalogue.load import DATA
from services.models import Service
from services.search import meant, suggest
from services.search.words import words_of
from tests import factories

Api = Callable[[Member | None], APIClient]


@pytest.fixture(autouse=True)
def fresh_catalogue() -> Iterator[None]:
    """No catalogue of another test is remembered."""
    for module in (meant, suggest):
        module.forget()
    yield
    for module in (meant, suggest):
        module.forget()


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Klempner", "plumbing"),
        ("Suche Klempnerin für heute", "plumbing"),
        ("busco fontanero", "plumbing"),
        ("fontaneria", "plumbing"),
        ("plombier", "plumbing"),
        ("électricien pour une cuisine", "electrical-work"),
        ("electricien", "electrical-work"),
        ("traducción de una carta", "document-translation"),
        ("Steuererklärung 2025", "tax-return-preparation"),
        ("photographe de mariage", "wedding-photography"),
        ("clases de inglés", "english-lessons"),
        ("Nachhilfe in Mathe", "math-tutoring"),
        ("plumber", "plumbing"),
        ("Gitarrenlehrerin gesucht", "guitar-lessons"),
        ("cerrajero 24 horas", "locksmith"),
        ("déneigement", "snow-removal"),
        ("abogada o abogado penalista", "criminal-law"),
        ("beglaubigte Übersetzung meiner Zeugnisse", "certified-translation"),
        ("traducir un contrato", "legal-translation"),
        ("lokale Suchmaschinenoptimierung", "local-seo"),
    ],
)
def test_a_name_in_another_language_means_the_service(db: None, text: str, slug: str) -> None:
    assert meant.meant_services(text)[0] == Service.objects.get(slug=slug).pk


def test_the_search_finds_pages_that_offer_it(api: Api, db: None) -> None:
    page = factories.make_page(services=[Service.objects.get(slug="plumbing")], title="Pipes and taps")
    found = api(None).get("/api/v1/services/", {"q": "Klempner"}).json()
    assert [each["slug"] for each in found["results"]] == [page.slug]


def test_it_is_suggested(api: Api, db: None) -> None:
    found = api(None).get("/api/v1/suggestions/", {"q": "klempn"}).json()["results"]
    assert found[0] == {"text": "Plumbing", "kind": "service"}


def test_of_names_in_one_text_the_longer_one_counts(db: None) -> None:
    """A sworn translation is not any translation."""
    general = Service.objects.get(slug="document-translation").pk
    assert meant.meant_services("traducción") == [general]
    assert general not in meant.meant_services("traducción jurada de un título")


def test_every_service_is_called_something_in_each_language_once() -> None:
    services = {service.slug: service for group in read(DATA) for service in group.services}
    assert set(meant.foreign_names()) == set(services)
    assert [slug for slug, names in meant.foreign_names().items() if len(names) < 4] == []
    counted = Counter(name for names in meant.foreign_names().values() for name in {*map(str.casefold, names)})
    assert [name for name, count in counted.items() if count > 1] == []


def test_no_name_is_one_that_another_service_has_in_english() -> None:
    """ "stores" are blinds in French, but not to who needs a website for two stores."""
    english = {
        frozenset(words_of(name)): service.slug
        for group in read(DATA)
        for service in group.services
        for name in (service.name, *service.synonyms)
    }
    assert [
        (slug, name)
        for slug, names in meant.foreign_names().items()
        for name in names
        if english.get(frozenset(words_of(name)), slug) != slug
    ] == []
    everyday = {
        "stores",
        "portes",
        "cutter",
        "scenario",
        "fret",
        "curriculum",
        "controlling",
        "succession",
        "car",
        "pays",
    }
    alone = {name.casefold() for names in meant.foreign_names().values() for name in names if " " not in name}
    assert everyday.isdisjoint(alone)
