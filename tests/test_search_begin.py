"""How a walk begins, and what is kept of browsing: whatever is asked first, the answer is the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from marketplace.clock import utc_now
from services import actions
from services.models import Service, ServicePage
from services.search import begin, browsing, retrieve, scope, statistics
from services.search.engine import search
from services.search.engines import postgresql
from services.search.query import SearchQuery
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch, service: Service) -> list[ServicePage]:
    """Thirty pages with both words, in an index that takes five for enough."""
    monkeypatch.setattr(scope, "ENOUGH", 5)
    monkeypatch.setattr(begin, "ENOUGH", 5)
    pages = [factories.make_page(title=f"Quiet garden {number}", services=[service]) for number in range(20)]
    pages += [factories.make_page(title=f"Quiet kitchen {number}") for number in range(10)]
    pages += [factories.make_page(title=f"Roof and garden {number}") for number in range(10)]
    statistics.count_words()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE services_searchentry")
    return pages


@pytest.mark.parametrize(
    ("text", "loosely"),
    [("quiet garden", False), ("garden", False), ("kitchen roof", True), ("quiet nothinglikeit", True)],
)
def test_the_scope_is_the_same_whatever_the_planner_expects(
    busy: list[ServicePage], monkeypatch: pytest.MonkeyPatch, text: str, loosely: bool
) -> None:
    answers = []
    for likely in (0, 2, 10**6):  # retrieves at once, by the planner, only after counting
        monkeypatch.setattr(begin, "LIKELY", likely)
        found = search(SearchQuery(text=text), now=utc_now())
        assert found.scope.loosely is loosely
        answers.append(([hit.key for hit in found.hits], found.total, found.facets))
    assert answers[0] == answers[1] == answers[2]


def test_the_first_page_is_the_beginning_of_all(busy: list[ServicePage]) -> None:
    for sort in ("relevance", "newest", "price", "rating"):
        query = SearchQuery(text="quiet garden in the kitchen", sort=sort)
        whole = search(query, now=utc_now(), size=40)
        first = search(query, now=utc_now(), size=7)
        assert [hit.key for hit in first.hits] == [hit.key for hit in whole.hits][:7]
        assert first.cursor
        second = search(query, now=utc_now(), size=7, cursor=first.cursor)
        assert [hit.key for hit in second.hits] == [hit.key for hit in whole.hits][7:14]
        assert first.total == second.total == whole.total
        assert first.facets == second.facets == whole.facets


@pytest.fixture
def many(busy: list[ServicePage], monkeypatch: pytest.MonkeyPatch) -> list[ServicePage]:
    """The same pages, in an index that counts to fifteen."""
    monkeypatch.setattr(retrieve, "DEEP", 15)
    monkeypatch.setattr(postgresql, "DEEP", 15)
    browsing._kept.clear()
    return busy


def test_a_paused_page_is_gone_and_a_new_one_there_while_numbers_are_kept(
    many: list[ServicePage], django_assert_num_queries: Callable[[int], Any]
) -> None:
    first = search(SearchQuery(sort="newest"), now=utc_now())
    assert first.total_is_estimate
    newest = many[-1]
    actions.pause_page(actor=newest.member, page=newest, now=utc_now())
    published = factories.make_page(title="Only just")
    with django_assert_num_queries(1):
        again = search(SearchQuery(sort="newest"), now=utc_now())
    assert again.hits[0].row.page_id == published.pk
    assert newest.pk not in {hit.row.page_id for hit in again.hits}
    assert (again.total, again.facets) == (first.total, first.facets)
    assert again.cursor


def test_nothing_is_kept_where_numbers_are_exact_or_something_filters(many: list[ServicePage]) -> None:
    search(SearchQuery(), now=utc_now())
    narrowed = search(SearchQuery(country=many[0].country or "AT"), now=utc_now())
    worded = search(SearchQuery(text="roof"), now=utc_now())
    assert set(browsing._kept) == {"relevance"}
    assert narrowed.total != search(SearchQuery(), now=utc_now()).total
    assert worded.total < 15


@pytest.mark.parametrize("text", ["", "roof garden"])
@pytest.mark.parametrize("narrow", [{"country": "AT"}, {"country": "AT", "language": "de"}, {"service": "pipe-repair"}])
def test_filters_that_nothing_passes_count_nothing(db: None, text: str, narrow: dict[str, str]) -> None:
    for _empty_then_not in range(2):
        found = search(SearchQuery(text=text, **narrow), now=utc_now())  # type: ignore[arg-type]
        assert found.hits == []
        assert found.total == 0
        assert not any(found.facets[name] for name in ("skill", "remote", "min_rating", "available"))
        factories.make_page(title="Roofs and gardens", country="FR", languages=["fr"])
