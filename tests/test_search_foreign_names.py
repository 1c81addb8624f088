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
        ("traducción de un contrato", "document-translation"),
        ("Steuererklärung 2025", "tax-return-preparation"),
        ("photographe de mariage", "wedding-photography"),
        ("clases de inglés", "english-lessons"),
        ("Nachhilfe in Mathe", "math-tutoring"),
        ("plumber", "plumbing"),
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


def test_every_name_is_that_of_one_service_of_the_catalogue() -> None:
    services = {service.slug: service for group in read(DATA) for service in group.services}
    assert set(meant.foreign_names()) <= set(services)
    counted = Counter(name.casefold() for names in meant.foreign_names().values() for name in names)
    assert [name for name, count in counted.items() if count > 1] == []
    assert len(counted) > 300
