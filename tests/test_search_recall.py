"""How much of an exact ranking the search finds, where words are frequent and filters narrow."""

from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any, Final

import pytest
from django.db import connection

from marketplace.clock import utc_now
from services.models import SearchEntry, SearchWord, Service, ServicePage
from services.search import begin, cells, meant, scope, statistics
from services.search.embedding.chosen import embedder
from services.search.engine import Found, search
from services.search.filters import Filters
from services.search.index import add_new
from services.search.matches import LEVELS
from services.search.plan import Plan, Term
from services.search.query import SearchQuery
from services.search.ranking import Hit
from services.search.retrieve import exactly
from tests import factories

PAGES: Final = 400
FREQUENT: Final = ("work", "plan", "careful", "quick")
USUAL: Final = ("garden", "roof", "kitchen", "wedding", "logo", "piano", "tax", "novel", "boiler", "violin")
FILTERS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"language": "de"},
    {"country": "FR"},
    {"country": "AT", "language": "de"},
    {"remote": True, "available": True},
    {"latitude": 48.2, "longitude": 16.37, "radius_km": 30.0},
)

FEW: Final[tuple[dict[str, Any], ...]] = ({}, {"language": "de"}, {"country": "FR"})


@pytest.fixture
def crowded(db: None, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Hundreds of pages that share their words, in an index that takes sixty matches for many."""
    monkeypatch.setattr(scope, "SCORED", 60)
    monkeypatch.setattr(scope, "FEW", 60)
    for module in (scope, begin):
        monkeypatch.setattr(module, "ENOUGH", 10)
    monkeypatch.setattr(statistics, "FREQUENT", 100)
    meant.forget()
    service = factories.make_service("odd-jobs", name="Odd jobs")
    pages = list(islice(_pages(service, Random(7)), PAGES))
    add_new([(page, [service]) for page in pages])
    statistics.count_words()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE services_searchentry")
    return service


def _pages(service: Service, chance: Random) -> Iterator[ServicePage]:
    number = 0
    while True:
        number += 1
        title = " ".join(chance.sample(USUAL, 2) + chance.sample(FREQUENT, chance.randrange(3)))
        about = " ".join(chance.choices(FREQUENT + USUAL, k=chance.randrange(5, 60)))
        place = {"country": "AT", "latitude": 48.2, "longitude": 16.4} if number % 9 == 0 else {"country": "FR"}
        yield factories.make_page(
            services=[service],
            title=f"{title} {number}",
            about=about,
            skills=[],
            languages=["en", "de"][: 1 + number % 2],
            indexed=False,
            **place,
        )


def _questions() -> Iterator[SearchQuery]:
    chance = Random(3)
    for filters in FILTERS:
        for length in (1, 1, 2, 2, 3, 4):
            yield SearchQuery(text=" ".join(chance.sample(FREQUENT + USUAL, length)), **filters)
        yield SearchQuery(text=f"{chance.choice(FREQUENT)} harpsichord {chance.choice(USUAL)}", **filters)


def _ask(query: SearchQuery) -> tuple[Found, list[Any]]:
    now = utc_now()
    found = search(query, now=now, with_facets=False)
    return found, exactly(query, found.plan, Filters(query, today=now.date(), as_of=now), found.scope)[:20]


def test_nearly_all_of_the_exact_answer_is_found(crowded: Service) -> None:
    shares, limited = [], 0
    for query in _questions():
        found, exact = _ask(query)
        limited += bool(found.scope.levels)
        wanted = {row.page_id for row in exact}
        shares.append(len(wanted & {hit.row.page_id for hit in found.hits}) / len(wanted))
    assert limited > 5, "No search left matches out, so that nothing was tried."
    assert sum(shares) / len(shares) >= 0.95
    # The sample behind the levels is taken by chance, which one of 42 may have against it.
    assert sorted(shares)[1] >= 0.6


def test_near_matches_are_found_that_were_not_scored(crowded: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though they are not near enough to be found by their meaning alone."""
    monkeypatch.setattr(scope, "SCORED", 5)
    there: list[bool] = []
    for word in (*FREQUENT, *USUAL):
        found, exact = _ask(SearchQuery(text=word))
        assert found.scope.levels
        far = {row.page_id for row in exact if row.similarity < embedder().limits.found}
        there += [page in {hit.row.page_id for hit in found.hits} for page in far]
    assert len(there) > 20
    assert sum(there) / len(there) >= 0.95


def test_of_a_service_that_is_meant_the_nearest_pages_are_scored(
    crowded: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "MANY", 100)
    monkeypatch.setattr(cells, "CELL", 20)
    assert cells.divide_lists() == 1
    shares = []
    for text in ("odd jobs", "odd jobs garden", "odd jobs piano wedding", "odd jobs novel"):
        for filters in FEW:
            found, exact = _ask(SearchQuery(text=text, **filters))
            assert crowded.pk in found.plan.services
            assert 60 <= found.scope.listed < PAGES
            wanted = {row.page_id for row in exact}
            shares.append(len(wanted & {hit.row.page_id for hit in found.hits}) / len(wanted))
    assert sum(shares) / len(shares) >= 0.9


def test_a_walk_through_a_service_repeats_nothing(crowded: Service) -> None:
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        found = search(SearchQuery(text="odd jobs"), now=utc_now(), cursor=cursor, size=25, with_facets=False)
        assert found.scope.listed
        seen += [hit.key for hit in found.hits]
        cursor = found.cursor
    assert len(seen) >= 60
    assert seen == sorted(set(seen))


def test_narrow_filters_leave_no_match_out(crowded: Service) -> None:
    for text in ("work plan careful quick", "work harpsichord", "garden work"):
        for filters in ({"country": "AT", "language": "de"}, {"latitude": 48.2, "longitude": 16.4}):
            found, exact = _ask(SearchQuery(text=text, **filters))
            assert found.scope.levels == ()
            assert [hit.key for hit in found.hits] == [Hit(row).key for row in exact]


def test_a_walk_through_a_frequent_word_repeats_nothing(crowded: Service) -> None:
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        found = search(SearchQuery(text="work"), now=utc_now(), cursor=cursor, size=25, with_facets=False)
        seen += [hit.key for hit in found.hits]
        cursor = found.cursor
        if len(seen) == 25:  # what is counted anew on the way changes nothing
            SearchWord.objects.update(tiers=[])
    assert len(seen) >= 50
    assert seen == sorted(set(seen))


def test_a_page_leaves_the_levels_with_its_row(crowded: Service) -> None:
    first, *_others = search(SearchQuery(text="work"), now=utc_now(), with_facets=False).hits
    SearchEntry.objects.filter(pk=first.row.page_id).delete()
    again = search(SearchQuery(text="work"), now=utc_now(), with_facets=False).hits
    assert first.row.page_id not in {hit.row.page_id for hit in again}


def test_levels_take_the_most_telling_tiers_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "SCORED", 100)
    monkeypatch.setattr(scope, "FEW", 100)
    flat = (0,) * 48 + (50,) * 16
    plan = Plan((Term("rare", 5.0, 40), Term("often", 1.0, 800, 1, "", flat)))
    expected = {scope.ALL: 1000.0, scope.PASSING: 1000.0, scope.MATCHING: 900.0, scope.WORDS: 820.0}
    assert scope.levels(plan, expected, loosely=True) == (0, 63)
    assert scope.levels(plan, expected, loosely=False) == ()
    # However many offer the service that is meant.
    assert scope.levels(plan, expected | {scope.WORDS: 90.0}, loosely=True) == ()
    assert scope.levels(Plan(plan.terms[1:]), expected | {scope.WORDS: 800.0}, loosely=False) == (62,)
    assert (
        scope.levels(Plan((plan.terms[1], Term("other", 0.1, 900, 2, "", flat))), expected, loosely=True)[1] == LEVELS
    )
