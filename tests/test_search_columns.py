"""What the engine by columns answers, and what it leaves out where there is much."""

from typing import Any, Final
from uuid import uuid4

import numpy as np
import pytest

from marketplace.clock import utc_now
from services.models import SearchStatistics, Service, ServicePage
from services.search.engine import Found, search
from services.search.engines.chosen import engine
from services.search.engines.columns import (
    files,
    looking,
    matching,
    passing,
    reading,
)
from services.search.engines.columns.joining import read_some, segment
from services.search.engines.columns.segment import halves
from services.search.index import candidates
from services.search.query import SearchQuery
from tests.candidates import candidate_query
from tests.columns import ids

TEXTS: Final = ("posters for museums", "signs", "menus books maps", "someone who draws letters for lawyers", "posterz")
FILTERS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"language": "de"},
    {"max_eur": 50.0},
    {"country": "FR", "available": True},
    {"service": "lettering"},
    {"group": "shop-work", "language": "en"},
)


@pytest.fixture
def much(crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch) -> list[ServicePage]:
    """The same, taken for so many that not all are looked at."""
    monkeypatch.setattr(looking, "NARROW", 10)
    monkeypatch.setattr(passing, "BLOCK", 30)
    monkeypatch.setattr(looking, "BROWSED", 20)
    monkeypatch.setattr(looking, "GONE_THROUGH", 20)
    monkeypatch.setattr(looking, "STRONGEST", 60)
    monkeypatch.setattr(looking, "LISTED", 40)
    monkeypatch.setattr(looking, "NEAR", 90)
    monkeypatch.setattr(looking, "SCANNED", 140)
    monkeypatch.setattr(matching, "READ", 60)
    monkeypatch.setattr(matching, "WORDED", 40)
    return crowd


def exactly(settings: Any, query: SearchQuery, **wanted: Any) -> Found:
    """What PostgreSQL finds, which compares everything where there are so few pages."""
    settings.SEARCH_ENGINE = "postgresql"
    engine.cache_clear()
    found = search(query, now=utc_now(), **wanted)
    settings.SEARCH_ENGINE = "columns"
    engine.cache_clear()
    return found


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_where_there_is_much_the_best_is_found(much: list[ServicePage], settings: Any, filters: dict[str, Any]) -> None:
    shares = []
    for text in TEXTS:
        query = SearchQuery(text=text, **filters)
        best, found = exactly(settings, query, size=10), search(query, now=utc_now(), size=10)
        assert found.plan == best.plan
        assert found.scope.loosely == best.scope.loosely
        assert len(ids(found)) == len(set(ids(found)))
        shares.append(len(set(ids(best)) & set(ids(found))) / max(len(ids(best)), 1))
    assert sum(shares) / len(shares) >= 0.7


def test_of_a_page_that_came_twice_the_row_counts_that_was_written_last(crowd: list[ServicePage]) -> None:
    """As where it is written anew while the table is read."""
    ids = [page.pk for page in crowd]
    [first], [again] = (reading.rows(reading.SOME, {"ids": some}) for some in (ids, ids[:10]))
    again.columns["indexed_at"] += 1
    again.columns["rating_count"][:] = 7
    again.lists["services"][1][:] = 1_000_000
    made, [alone] = segment([again, first]), read_some(ids)
    changed = np.isin(np.arange(len(made)), made.places(*halves(ids[:10])))
    assert len(made) == len(ids) and made.columns.high.tolist() == alone.columns.high.tolist()
    assert (made.columns.rating_count == np.where(changed, 7, alone.columns.rating_count)).all()
    assert made.groups.having([1_000_000]).tolist() == np.flatnonzero(changed).tolist()
    assert np.array_equal(made.vectors.numbers, alone.vectors.numbers)
    assert np.array_equal(made.words.places, alone.words.places)


def test_a_walk_through_much_meets_no_page_twice(much: list[ServicePage]) -> None:
    met: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        found = search(SearchQuery(text="posters for museums"), now=utc_now(), cursor=cursor, size=9)
        met += [hit.key for hit in found.hits]
        cursor = found.cursor
    assert len(met) > 30
    assert met == sorted(set(met))


def test_browsing_goes_by_the_order_of_all_pages(much: list[ServicePage], settings: Any) -> None:
    for query in (SearchQuery(language="de"), SearchQuery(sort="newest"), SearchQuery(sort="price", country="FR")):
        best, found = exactly(settings, query, size=50), search(query, now=utc_now(), size=50)
        assert [hit.row.order for hit in found.hits] == pytest.approx([hit.row.order for hit in best.hits])
        assert found.total == best.total


def test_numbers_of_more_than_is_gone_through_are_estimates(
    much: list[ServicePage], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where few of them are among the best."""
    query = SearchQuery(text="posters", language="de")
    best = exactly(settings, query)
    monkeypatch.setattr(looking, "SAMPLED", 80)
    monkeypatch.setattr(looking, "MOST_SAMPLED", 80)
    found = search(query, now=utc_now())
    assert found.total_is_estimate
    assert found.total == pytest.approx(best.total, rel=0.4)
    [german] = [value for value in found.facets["language"] if value.value == "de"]
    assert german.approx
    assert german.count == pytest.approx(best.total, rel=0.4)


def test_of_a_long_list_the_nearest_are_matched(much: list[ServicePage], settings: Any) -> None:
    service = Service.objects.get(slug="lettering")
    asked = [
        candidate_query(service, text=text, limit=20, **changes)
        for text in ("Posters for our museum", "Menus for banks, please", "Letters and maps")
        for changes in ({}, {"languages": ("de",)}, {"budget_max": 5000, "currency": "EUR"})
    ]
    answers = []
    for kind in ("postgresql", "columns"):
        settings.SEARCH_ENGINE = kind
        engine.cache_clear()
        answers.append([{each.page_id for each in candidates(query)} for query in asked])
    shares = [len(best & found) / len(best) for best, found in zip(*answers, strict=True)]
    assert sum(shares) / len(shares) >= 0.75


def test_pages_are_found_by_their_ids(crowd: list[ServicePage]) -> None:
    generation = files.open_generation(SearchStatistics.current().columns)
    assert generation
    segment = generation.parts[0].segment
    wanted = [page.pk for page in crowd[:7]]
    places = segment.places(*halves([*wanted, uuid4()]))
    assert {segment.page_id(int(place)) for place in places} == set(wanted)
